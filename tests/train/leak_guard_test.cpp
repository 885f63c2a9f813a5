#include "train/leak_guard.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "molecules/molecule.h"
#include "nn/model_file.h"
#include "testing/errors.h"
#include "testing/files.h"
#include "train/runs.h"
#include "train/small_data.h"

namespace aufbau::train {
namespace {

using testing::error_of;
using testing::read_text;
using testing::says;
using testing::small_molecules;
using testing::TemporaryFolder;

/// Molecules of small_molecules() that are kept out of pretraining here, as another chemist would
/// write them.
const std::vector<std::string> kHeldOut = {"OCC", "Oc1ccccc1", "C[C@@H](N)C(O)=O", "C(C)C(=O)CC"};
const std::vector<std::size_t> kTheirRows = {0, 5, 19, 37};

graphs::Graph featurised(const std::string& smiles) {
  molecules::Decisions decisions;
  const auto parsed = molecules::parse_smiles(smiles);
  return std::get<graphs::Graph>(molecules::featurise(std::get<molecules::Molecule>(parsed),
                                                      molecules::schema_by_name("hu2"), decisions));
}

/// The small molecules with their number of atoms as a target; what is in kTheirRows is another
/// molecule and another number when `spoilt`, under the SMILES it had.
std::string write_dataset(const std::string& path, const std::vector<std::string>& smiles,
                          bool spoilt) {
  store::DatasetWriter writer(path, molecules::schema_by_name("hu2"), {"atoms"},
                              /*with_molecules=*/true, /*with_parts=*/false);
  for (std::size_t i = 0; i < smiles.size(); ++i) {
    const bool is_spoilt =
        spoilt && std::find(kTheirRows.begin(), kTheirRows.end(), i) != kTheirRows.end();
    const auto graph = featurised(is_spoilt ? "BrC(Br)(Br)c1ccc(F)cc1" : smiles[i]);
    store::MoleculeRecord record;
    record.smiles = smiles[i];
    const auto atoms = static_cast<float>(graph.view().node_count());
    writer.append(graph.view(), record, {is_spoilt ? 1000 : atoms});
  }
  writer.finish({});
  return path;
}

class LeakGuardTest : public ::testing::Test {
 protected:
  PretrainOptions options(const std::string& run, const std::string& data) {
    PretrainOptions options = testing::small_pretraining(data, folder_.path(run));
    options.objective = "attribute-masking,supervised";
    options.exclude = {held_out_};
    return options;
  }
  TemporaryFolder folder_;
  const std::string data_ = write_dataset(folder_.path("data.h5"), small_molecules(), false);
  const std::string held_out_ = write_dataset(folder_.path("held_out.h5"), kHeldOut, false);
};

TEST_F(LeakGuardTest, DroppedRowsAreNeverUsed) {
  // Were one of them used, another molecule in its place would change the model.
  const auto spoilt = write_dataset(folder_.path("spoilt.h5"), small_molecules(), true);
  const auto clean_model = nn::read_model(train::pretrain(options("clean", data_)).model);
  const auto spoilt_model = nn::read_model(train::pretrain(options("spoilt", spoilt)).model);
  ASSERT_EQ(clean_model.tensors.size(), spoilt_model.tensors.size());
  for (std::size_t i = 0; i < clean_model.tensors.size(); ++i)
    EXPECT_EQ(clean_model.tensors[i].tensor.to_doubles(),
              spoilt_model.tensors[i].tensor.to_doubles())
        << clean_model.tensors[i].name;
  EXPECT_EQ(read_text(folder_.path("clean/metrics.csv")),
            read_text(folder_.path("spoilt/metrics.csv")));
  // And without the guard it does.
  for (const auto& [run, data] : {std::pair{"first", data_}, std::pair{"second", spoilt}}) {
    PretrainOptions unguarded = options(run, data);
    unguarded.exclude.clear();
    train::pretrain(unguarded);
  }
  EXPECT_NE(read_text(folder_.path("first/metrics.csv")),
            read_text(folder_.path("second/metrics.csv")));
}

TEST_F(LeakGuardTest, RowsKeepTheirNumbers) {
  const LeakGuard guard = guard_against_leaks(data::Dataset::open(data_), {held_out_});
  std::vector<std::int64_t> expected;
  for (std::size_t i = 0; i < small_molecules().size(); ++i)
    if (std::find(kTheirRows.begin(), kTheirRows.end(), i) == kTheirRows.end())
      expected.push_back(static_cast<std::int64_t>(i));
  EXPECT_EQ(guard.rows, expected);
  EXPECT_EQ(guard_against_leaks(data::Dataset::open(data_), {}).rows.size(),
            small_molecules().size());
}

TEST_F(LeakGuardTest, EveryRecordSaysHowManyWereDropped) {
  std::vector<std::string> lines;
  PretrainOptions options = this->options("run", data_);
  options.log = [&](const std::string& line) { lines.push_back(line); };
  const PretrainSummary summary = train::pretrain(options);
  EXPECT_EQ(summary.dropped, 4);
  EXPECT_EQ(summary.steps, 2 * 3 * 3);  // 36 molecules in batches of 16, three epochs, two stages
  const auto card = nn::read_model(summary.model).card;
  EXPECT_EQ(card.at("dropped"), "4");
  EXPECT_EQ(card.at("excluded_molecules"), "4");
  const auto data = nlohmann::json::parse(read_text(folder_.path("run/data.json")));
  EXPECT_EQ(data["graphs"], 40);
  EXPECT_EQ(data["excluded"]["dropped"], 4);
  EXPECT_EQ(data["excluded"]["sha256"], card.at("excluded_sha256"));
  EXPECT_EQ(data["excluded"]["sources"][0], held_out_);
  EXPECT_EQ(nlohmann::json::parse(read_text(folder_.path("run/summary.json")))["dropped"], 4);
  EXPECT_NE(lines[0].find("leak guard: 4 of 40 molecules are dropped"), std::string::npos)
      << lines[0];
  EXPECT_EQ(train::pretrain([&] {
              options.resume = true;
              return options;
            }())
                .dropped,
            4)
      << "of a finished run";
}

TEST_F(LeakGuardTest, ARunIsResumedWithTheSameMoleculesOnly) {
  PretrainOptions options = this->options("run", data_);
  options.should_stop = testing::stop_after(3);
  EXPECT_EQ(error_of([&] { train::pretrain(options); }).kind(), ErrorKind::interrupted);
  options.should_stop = {};
  options.resume = true;
  options.exclude = {write_dataset(folder_.path("fewer.h5"), {"CCO"}, false)};
  Error error = error_of([&] { train::pretrain(options); });
  EXPECT_EQ(error.kind(), ErrorKind::mismatch);
  EXPECT_TRUE(says(error, "--exclude was SHA-256 ")) << error.what();
  options.exclude.clear();
  error = error_of([&] { train::pretrain(options); });
  EXPECT_TRUE(says(error, "--exclude was SHA-256 ") && says(error, "is now absent"))
      << error.what();
  // The same molecules in another file, in another order.
  options.exclude = {
      write_dataset(folder_.path("same.h5"), {kHeldOut.rbegin(), kHeldOut.rend()}, false)};
  train::pretrain(options);
  train::pretrain(this->options("whole", data_));
  EXPECT_EQ(read_text(folder_.path("run/model.safetensors")),
            read_text(folder_.path("whole/model.safetensors")));
}

TEST_F(LeakGuardTest, ShowsHowFarItIsAndStopsWhenAsked) {
  PretrainOptions options = this->options("run", data_);
  std::vector<Progress> seen;
  options.progress = [&](const Progress& progress) { seen.push_back(progress); };
  options.should_stop = [] { return true; };
  const Error error = error_of([&] { train::pretrain(options); });
  EXPECT_EQ(error.kind(), ErrorKind::interrupted);
  EXPECT_TRUE(says(error, "before the training began")) << error.what();
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.back().stage, "leak guard");
  EXPECT_EQ(seen.back().done, 40);
  EXPECT_EQ(seen.back().total, 40);
  EXPECT_FALSE(std::filesystem::exists(folder_.path("run")));
}

TEST_F(LeakGuardTest, NothingLeftIsNothingToDo) {
  PretrainOptions options = this->options("run", data_);
  options.exclude = {data_};
  const Error error = error_of([&] { train::pretrain(options); });
  EXPECT_EQ(error.kind(), ErrorKind::nothing_valid);
  EXPECT_TRUE(says(error, "all 40 molecules of " + data_)) << error.what();
  EXPECT_FALSE(std::filesystem::exists(folder_.path("run")));
}

}  // namespace
}  // namespace aufbau::train
