// Whatever the features of a dataset are, everything that is done with it works; and a model keeps
// to its own.
#include <gtest/gtest.h>

#include <filesystem>

#include "molecules/molecule.h"
#include "nn/model_file.h"
#include "objectives/objective.h"
#include "testing/errors.h"
#include "testing/files.h"
#include "train/runs.h"
#include "train/small_data.h"

namespace aufbau::train {
namespace {

using testing::error_of;
using testing::says;
using testing::TemporaryFolder;

class EverySchema : public ::testing::TestWithParam<std::string> {
 protected:
  std::string dataset(const std::string& schema) {
    const std::string path = folder_.path(schema + ".h5");
    return std::filesystem::exists(path)
               ? path
               : testing::write_small_dataset(path, {.ring = true, .schema = schema});
  }
  PretrainOptions pretraining(const std::string& objective) {
    PretrainOptions options =
        testing::small_pretraining(dataset(GetParam()), folder_.path("pretrained"));
    options.objective = objective;
    options.epochs = 1;
    options.force = true;
    return options;
  }
  std::string other_schema() const { return GetParam() == "hu2" ? "ogb9" : "hu2"; }
  TemporaryFolder folder_;
};

std::vector<std::string> all_schemas() {
  std::vector<std::string> names;
  for (const auto& entry : molecules::kSchemas) names.emplace_back(entry.name);
  return names;
}
INSTANTIATE_TEST_SUITE_P(Table, EverySchema, ::testing::ValuesIn(all_schemas()));

TEST_P(EverySchema, TakesEveryObjective) {
  for (const auto& entry : objectives::kObjectives) {
    SCOPED_TRACE(entry.name);
    PretrainOptions options = pretraining(entry.name);
    options.mask_bonds = true;
    const PretrainSummary summary = train::pretrain(options);
    EXPECT_GT(summary.steps, 0);
    EXPECT_EQ(nn::read_model(summary.model).encoder.schema, molecules::schema_by_name(GetParam()));
  }
}

TEST_P(EverySchema, GoesFromPretrainingToPredictions) {
  const std::string pretrained = train::pretrain(pretraining("attribute-masking")).model;
  FinetuneOptions tuning =
      testing::small_finetuning(dataset(GetParam()), folder_.path("finetuned"));
  tuning.init = pretrained;
  const FinetuneSummary tuned = train::finetune(tuning);
  EXPECT_FALSE(tuned.loaded.empty());
  // Text gets the model's features, whatever they are; so text and dataset are answered alike.
  std::string text;
  for (const auto& smiles : testing::small_molecules()) text += smiles + '\n';
  std::vector<std::string> answers;
  for (const std::string& input : {folder_.write("in.smi", text), dataset(GetParam())}) {
    PredictOptions options;
    options.input = input;
    options.model = tuned.model;
    options.output = folder_.path("out" + std::to_string(answers.size()) + ".csv");
    EXPECT_EQ(train::predict(options).answered, 40);
    EmbedOptions embedding;
    embedding.input = input;
    embedding.model = pretrained;
    embedding.output = folder_.path("out" + std::to_string(answers.size()) + ".npy");
    EXPECT_EQ(train::embed(embedding).answered, 40);
    answers.push_back(testing::read_text(embedding.output));
  }
  EXPECT_EQ(answers[0], answers[1]);
}

TEST_P(EverySchema, AModelRefusesDataOfAnotherWithTheRemedy) {
  const std::string model = train::pretrain(pretraining("attribute-masking")).model;
  const std::string expected =
      "expected '" + GetParam() + "' version 1; got '" + other_schema() + "' version 1; ";
  FinetuneOptions tuning =
      testing::small_finetuning(dataset(other_schema()), folder_.path("finetuned"));
  tuning.init = model;
  Error error = error_of([&] { train::finetune(tuning); });
  EXPECT_EQ(error.kind(), ErrorKind::mismatch);
  EXPECT_TRUE(says(error, expected + "ingest with --schema " + GetParam())) << error.what();
  EmbedOptions embedding;
  embedding.input = dataset(other_schema());
  embedding.model = model;
  embedding.output = folder_.path("out.npy");
  error = error_of([&] { train::embed(embedding); });
  EXPECT_EQ(error.kind(), ErrorKind::mismatch);
  EXPECT_TRUE(says(
      error,
      expected + "give the table that it was made from, or ingest with --schema " + GetParam()))
      << error.what();
}

}  // namespace
}  // namespace aufbau::train
