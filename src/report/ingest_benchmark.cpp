#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "core/error.h"
#include "data/ingest.h"
#include "molecules/parse_rate.h"
#include "molecules/records.h"
#include "report/builtin_molecules.h"
#include "report/measurements.h"
#include "store/atomic_file.h"

namespace aufbau::report {
namespace {

namespace fs = std::filesystem;

/// A folder of its own, removed at the end.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (fs::temp_directory_path() / "aufbau-benchmark-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      fail(ErrorKind::resource, "benchmark", "cannot make a temporary folder as ", name);
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

std::vector<std::string> smiles_of(const std::string& path) {
  std::vector<std::string> smiles;
  molecules::RecordReader reader(path, {});
  for (molecules::Record record; reader.next(record);) {
    if (record.is_mol_block)
      fail(ErrorKind::usage, "benchmark", path, " holds mol blocks; expected a file of SMILES");
    smiles.push_back(record.text);
  }
  if (smiles.empty()) fail(ErrorKind::nothing_valid, "benchmark", path, " has no rows");
  return smiles;
}

}  // namespace

std::vector<BenchmarkRow> measure_ingest(const BenchmarkOptions& options) {
  // Enough that opening and closing files weighs little in a round of the time asked for.
  const auto least_rows =
      static_cast<std::size_t>(std::clamp(2000 * options.seconds, 1000.0, 20000.0));
  const ScratchFolder folder;
  std::string path = options.data.empty() ? sample_file() : options.data;
  if (path.empty()) {
    path = folder.file("builtin.smi");
    std::string lines;
    for (const auto& smiles : kBuiltinMolecules) lines += smiles + '\n';
    store::write_file(path, lines);
  }
  const std::vector<std::string> once = smiles_of(path);

  IngestOptions ingest;
  std::vector<std::string> smiles;
  while (smiles.size() < least_rows) {
    ingest.inputs.push_back(path);
    smiles.insert(smiles.end(), once.begin(), once.end());
  }
  ingest.output = folder.file("out.h5");
  ingest.no_targets = true;
  ingest.force = true;
  const auto rows = static_cast<double>(smiles.size());
  return measure_in_turns(options, "text to dataset file", "rows/s",
                          "RDKit alone: parse and sanitise", rows, [&] {
                            Round round;
                            round.work = seconds_of([&] { data::ingest(ingest); });
                            round.ceiling = rows / molecules::rdkit_parse_rate(smiles);
                            return round;
                          });
}

}  // namespace aufbau::report
