// The published splits from the published tables, which are too large for the repository.
#include <gtest/gtest.h>

#include <map>

#include "data/ingest.h"
#include "data/slow_split.h"
#include "data/split.h"
#include "molecules/molecule.h"
#include "molecules/records.h"
#include "testing/files.h"
#include "testing/reference.h"

namespace aufbau::data {
namespace {

using namespace testing;
using Indices = std::vector<std::int64_t>;

constexpr std::array<double, 3> kSizes = {0.8, 0.1, 0.1};

/// One column of labels of each set: scaffolds are stored with labelled data.
const std::map<std::string, std::string> kLabels = {
    {"BBBP", "p_np"},
    {"BACE", "Class"},
    {"ClinTox", "CT_TOX"},
    {"SIDER", "Hepatobiliary disorders"},
    {"Tox21", "NR-AR"},
    {"ToxCast", "ACEA_T47D_80hr_Negative"},
    {"ESOL", "measured log solubility in mols per litre"},
    {"FreeSolv", "expt"}};

/// Scaffolds of the molecules that parse, in the order of the table, and which rows those are.
struct Scaffolds {
  std::vector<std::string> chiral, achiral;
  std::vector<std::int32_t> row;
};

/// BBBP, ClinTox and ToxCast are split by the scaffold of the canonical SMILES, the others by that
/// of the given one (Hu et al. 2020).
bool takes_canonical_smiles(const std::string& set) {
  return set == "BBBP" || set == "ClinTox" || set == "ToxCast";
}

Scaffolds scaffolds_of(const std::string& path, bool canonical) {
  const molecules::Limits limits{.max_smiles_length = 100000, .max_atoms = 100000};
  molecules::RecordReader reader(path, {});
  molecules::Record record;
  Scaffolds scaffolds;
  for (std::int32_t row = 0; reader.next(record); ++row) {
    auto parsed = molecules::parse_smiles(record.text, limits);
    if (!std::holds_alternative<molecules::Molecule>(parsed)) continue;
    if (canonical)
      parsed =
          molecules::parse_smiles(std::get<molecules::Molecule>(parsed).canonical_smiles(), limits);
    const auto& molecule = std::get<molecules::Molecule>(parsed);
    scaffolds.chiral.push_back(molecules::scaffold(molecule, true));
    scaffolds.achiral.push_back(molecules::scaffold(molecule, false));
    scaffolds.row.push_back(row);
  }
  return scaffolds;
}

void expect_lists(const Split& split, const ReferenceFile& file, const std::string& group) {
  const auto list = [&](const std::string& part) {
    const auto values = file.ints(group + "/" + part);
    return Indices(values.begin(), values.end());
  };
  EXPECT_EQ(split.train, list("train")) << group;
  EXPECT_EQ(split.valid, list("valid")) << group;
  EXPECT_EQ(split.test, list("test")) << group;
  EXPECT_EQ(split.hash(), file.text_attribute(group, "sha1")) << group;
}

TEST(SplitData, ScaffoldSplitsOfTheRawTablesAreThePublishedOnes) {
  const ReferenceFile file("splits.h5");
  int found = 0;
  for (const auto& set : file.groups("/")) {
    const std::string path = data_file("moleculenet/raw/" + file.text_attribute("/" + set, "file"));
    if (path.empty()) continue;
    ++found;
    const Scaffolds scaffolds = scaffolds_of(path, takes_canonical_smiles(set));
    EXPECT_EQ(scaffolds.row, file.ints("/" + set + "/kept_row")) << set;
    expect_lists(scaffold_split(keys_of(scaffolds.chiral), kSizes), file,
                 "/" + set + "/scaffold_chiral");
    expect_lists(scaffold_split(keys_of(scaffolds.achiral), kSizes), file,
                 "/" + set + "/scaffold_nonchiral");
    const auto permutation = file.ints("/" + set + "/random_scaffold/group_permutation");
    expect_lists(random_scaffold_split(keys_of(scaffolds.chiral), kSizes,
                                       Indices(permutation.begin(), permutation.end())),
                 file, "/" + set + "/random_scaffold");
  }
  if (found == 0) GTEST_SKIP() << "the raw MoleculeNet tables are not here (AUFBAU_DATA)";
}

TEST(SplitData, IngestedTablesSplitAsPublished) {
  const ReferenceFile file("splits.h5");
  int found = 0;
  for (const auto& set : file.groups("/")) {
    const std::string path = data_file("moleculenet/raw/" + file.text_attribute("/" + set, "file"));
    if (path.empty()) continue;
    ++found;
    const testing::TemporaryFolder folder;
    IngestOptions options;
    options.inputs = {path};
    options.output = folder.path("set.h5");
    options.target_columns = {kLabels.at(set)};
    EXPECT_EQ(data::ingest(options).stored,
              static_cast<std::int64_t>(file.ints("/" + set + "/kept_row").size()));
    const Dataset dataset = Dataset::open(options.output);
    expect_lists(make_split("scaffold", dataset, kSizes, 0), file, "/" + set + "/scaffold_chiral");
    expect_lists(make_split("scaffold-achiral", dataset, kSizes, 0), file,
                 "/" + set + "/scaffold_nonchiral");
  }
  if (found == 0) GTEST_SKIP() << "the raw MoleculeNet tables are not here (AUFBAU_DATA)";
}

}  // namespace
}  // namespace aufbau::data
