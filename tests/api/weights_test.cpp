// Weights that come from other programs and go to them.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "aufbau.h"
#include "store/atomic_file.h"
#include "store/tensor_file.h"
#include "store/torch_file.h"
#include "testing/errors.h"
#include "testing/files.h"

namespace aufbau {
namespace {

using store::NamedTensor;
using testing::error_of;
using testing::says;
using testing::TemporaryFolder;

/// A regression model of two layers, and its encoder alone, made once.
class Weights : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared_ = new TemporaryFolder;
    IngestOptions ingest_options;
    ingest_options.inputs = {testing::test_file("../examples/data/nci_tpsa.csv")};
    ingest_options.output = shared_->path("data.h5");
    ingest(ingest_options);
    FinetuneOptions options;
    options.data = ingest_options.output;
    options.output = shared_->path("run");
    options.encoder = {.layers = 2, .width = 16, .jk = "concat"};
    options.pooling = "sum";
    options.epochs = 1;
    finetune(options);
    PretrainOptions alone;
    alone.data = ingest_options.output;
    alone.output = shared_->path("alone");
    alone.objective = "attribute-masking";
    alone.encoder = {.layers = 2, .width = 16};
    alone.epochs = 1;
    pretrain(alone);
  }
  static void TearDownTestSuite() { delete shared_; }
  static std::string model() { return shared_->path("run/model.safetensors"); }
  static std::string encoder() { return shared_->path("alone/model.safetensors"); }

  std::string exported(const std::string& model, const std::string& name) {
    export_weights({.model = model, .output = folder_.path(name)});
    return folder_.path(name);
  }
  ImportOptions into(const std::string& input) {
    ImportOptions options;
    options.input = input;
    options.output = folder_.path("model.safetensors");
    options.force = true;
    return options;
  }
  /// How import is told what a state dict has no place for.
  ImportOptions as_it_was(const std::string& input) {
    ImportOptions options = into(input);
    options.jk = "concat";
    options.pooling = "sum";
    options.task_names = {"tpsa"};
    options.task_type = "regression";
    return options;
  }
  void expect_refused(const ImportOptions& options, ErrorKind kind, const std::string& words) {
    const Error error = error_of([&] { import_weights(options); });
    EXPECT_EQ(error.kind(), kind) << error.what();
    EXPECT_TRUE(says(error, words)) << error.what();
  }

  static TemporaryFolder* shared_;
  TemporaryFolder folder_;
};
TemporaryFolder* Weights::shared_ = nullptr;

void expect_same_tensors(const std::string& got_path, const std::string& expected_path) {
  const auto got = store::read_tensor_file(got_path).tensors;
  const auto expected = store::read_tensor_file(expected_path).tensors;
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i].name, expected[i].name);
    EXPECT_EQ(got[i].tensor.shape(), expected[i].tensor.shape()) << got[i].name;
    EXPECT_EQ(got[i].tensor.dtype(), expected[i].tensor.dtype()) << got[i].name;
    EXPECT_EQ(got[i].tensor.to_doubles(), expected[i].tensor.to_doubles()) << got[i].name;
  }
}

TEST_F(Weights, ExportThenImportIsTheIdentity) {
  for (const std::string name : {"w.pth", "w.pt", "w.safetensors"}) {
    const ImportSummary summary = import_weights(as_it_was(exported(model(), name)));
    expect_same_tensors(summary.model, model());
    EXPECT_EQ(summary.encoder, "gin");
    EXPECT_EQ(summary.jk, "concat");
    EXPECT_EQ(summary.layers, 2);
    EXPECT_EQ(summary.width, 16);
    EXPECT_EQ(summary.tasks, std::vector<std::string>{"tpsa"});
    EXPECT_TRUE(summary.changed.empty() && summary.left.empty() && summary.made.empty());
    expect_same_tensors(import_weights(into(exported(encoder(), "encoder-" + name))).model,
                        encoder());
  }
}

TEST_F(Weights, AnImportedModelEmbedsAsBefore) {
  const ImportSummary summary = import_weights(as_it_was(exported(model(), "w.pth")));
  const std::vector<std::string> smiles = {"CCO", "c1ccccc1O", "not a molecule"};
  const auto before = Model::load(model()).embed(smiles);
  const auto after = Model::load(summary.model).embed(smiles);
  for (std::size_t i = 0; i < smiles.size(); ++i) EXPECT_EQ(after[i].values, before[i].values);
}

TEST_F(Weights, ExportSaysWhatTheFileCannotHold) {
  ExportOptions options{.model = model(), .output = folder_.path("w.pth")};
  const ExportSummary summary = export_weights(options);
  EXPECT_EQ(summary.layout, "GIN of Hu et al. (2020)");
  EXPECT_EQ(summary.tensors,
            static_cast<std::int64_t>(store::read_tensor_file(model()).tensors.size()));
  // Regression learns standardised values; whoever uses the weights must know how to go back.
  const auto row = Model::load(model()).predict({"CCO"})[0];
  import_weights(as_it_was(options.output));
  const double output =
      Model::load(folder_.path("model.safetensors")).predict({"CCO"})[0].values[0];
  double mean = NAN, deviation = NAN;
  for (const auto& [name, value] : summary.not_in_file) {
    if (name != "value of tpsa") continue;
    ASSERT_EQ(std::sscanf(value.c_str(), "%lf + %lf * output", &mean, &deviation), 2) << value;
  }
  EXPECT_NEAR(mean + deviation * output, row.values[0], 1e-9 * std::abs(row.values[0]));

  const auto json = nlohmann::json::parse(to_json(summary));
  EXPECT_EQ(json["not_in_file"]["jk"], "concat");
  EXPECT_EQ(json["not_in_file"]["pooling"], "sum");
  EXPECT_EQ(json["not_in_file"]["tasks"], "tpsa");
  EXPECT_EQ(json["not_in_file"]["schema"], "hu2");
}

TEST_F(Weights, NamesAreThoseOfThePublishedProgram) {
  const auto names_in = [&](const std::string& path) {
    std::vector<std::string> names;
    for (const auto& tensor : store::read_torch_file(path).tensors) names.push_back(tensor.name);
    return names;
  };
  const auto alone = names_in(exported(encoder(), "encoder.pth"));
  EXPECT_EQ(alone.front(), "x_embedding1.weight");
  EXPECT_EQ(alone.back(), "batch_norms.1.num_batches_tracked");
  const auto whole = names_in(exported(model(), "model.pth"));
  EXPECT_EQ(whole.front(), "gnn.x_embedding1.weight");
  EXPECT_EQ(whole.back(), "graph_pred_linear.weight");
}

TEST_F(Weights, TheModelSaysWhereItCameFrom) {
  const std::string file = exported(encoder(), "some weights.pth");
  const auto card = nlohmann::json::parse(inspect(import_weights(into(file)).model))["card"];
  EXPECT_EQ(card["imported_from"], "some weights.pth");
  EXPECT_EQ(card["imported_sha256"], store::sha256_of_file(file));
  EXPECT_EQ(card["layout"], "GIN of Hu et al. (2020)");
}

TEST_F(Weights, AReadOutThatLearnsGoesAlongWhenItIsNamed) {
  for (const std::string pooling : {"attention", "set2set3"}) {
    FinetuneOptions options;
    options.data = shared_->path("data.h5");
    options.output = folder_.path(pooling);
    options.init = encoder();
    options.pooling = pooling;
    options.epochs = 1;
    const std::string tuned = finetune(options).model;
    ImportOptions in = into(exported(tuned, pooling + ".pth"));
    in.pooling = pooling;
    in.task_names = {"tpsa"};
    const ImportSummary summary = import_weights(in);
    expect_same_tensors(summary.model, tuned);
    EXPECT_TRUE(summary.left.empty());
    in.pooling.clear();
    expect_refused(in, ErrorKind::usage, "its read-out has parameters; say which pooling it is");
  }
}

TEST_F(Weights, TensorsOfOthersAreLeftAndNamed) {
  auto tensors = store::read_torch_file(exported(encoder(), "w.pth")).tensors;
  for (auto& tensor : tensors) tensor.name = "module." + tensor.name;
  tensors.push_back({"projection.weight", Tensor::zeros({2, 2}, DType::f32)});
  store::write_tensor_file(folder_.path("bare.safetensors"), {tensors, {}});
  const ImportSummary summary = import_weights(into(folder_.path("bare.safetensors")));
  expect_same_tensors(summary.model, encoder());
  EXPECT_EQ(summary.left, std::vector<std::string>{"projection.weight: not part of the encoder"});
  ImportOptions options = into(folder_.path("bare.safetensors"));
  options.prefix = "modul.";
  expect_refused(options, ErrorKind::usage, "there is one with 'module.'");
  const auto json = nlohmann::json::parse(to_json(summary));
  EXPECT_EQ(json["left"].size(), 1u);
  EXPECT_EQ(json["taken"].size(), tensors.size() - 1);
}

TEST_F(Weights, WrongOptionsAreRefusedByName) {
  const std::string file = exported(model(), "w.pth");
  ImportOptions options = into(file);
  options.pooling = "avarage";
  expect_refused(options, ErrorKind::usage, "unknown pooling 'avarage'");
  options = into(file);
  options.task_type = "clasification";
  expect_refused(options, ErrorKind::usage, "did you mean 'classification'?");
  options = into(file);
  options.jk = "lst";
  expect_refused(options, ErrorKind::usage, "did you mean 'last'?");
  options = into(file);
  options.schema = "hu3";
  expect_refused(options, ErrorKind::usage, "did you mean 'hu2'?");
  options = into(file);
  options.task_names = {"a", "a"};
  expect_refused(options, ErrorKind::usage, "the task name 'a' is given twice");
  options = into(exported(encoder(), "encoder.pth"));
  options.task_names = {"a"};
  expect_refused(options, ErrorKind::usage, "only an encoder is taken");
}

TEST_F(Weights, NothingIsOverwrittenUnasked) {
  const std::string file = exported(model(), "w.pth");
  ImportOptions options = into(file);
  import_weights(options);
  options.force = false;
  expect_refused(options, ErrorKind::usage, "overwrite it with --force");
  options = into(file);
  options.output = file;
  expect_refused(options, ErrorKind::usage, "is the input");
  options.output.clear();
  expect_refused(options, ErrorKind::usage, "use -o FILE");
  const Error error =
      error_of([&] { export_weights({.model = model(), .output = model(), .force = true}); });
  EXPECT_TRUE(says(error, "is the input")) << error.what();
}

TEST_F(Weights, FilesThatAreNoWeightsAreRefused) {
  expect_refused(into(folder_.path("none.pth")), ErrorKind::input, "none.pth");
  expect_refused(into(folder_.write("text.pth", "hello")), ErrorKind::input, "byte 0");
  expect_refused(into(folder_.write("empty.pth", "")), ErrorKind::input, "byte 0");
  expect_refused(into(model()), ErrorKind::usage, "is used as it is, without import");
  auto tensors = store::read_torch_file(exported(encoder(), "w.pth")).tensors;
  tensors[0].tensor = tensors[0].tensor.clone();
  tensors[0].tensor.mutable_values<float>()[5] = NAN;
  store::write_torch_file(folder_.path("nan.pth"), tensors);
  expect_refused(into(folder_.path("nan.pth")), ErrorKind::input,
                 "'gnn.x_embedding1.weight' holds numbers that are not finite");
  EXPECT_FALSE(std::filesystem::exists(folder_.path("model.safetensors")));
}

TEST_F(Weights, AnUnknownEndingIsRefused) {
  const Error error = error_of([&] { exported(model(), "w.bin"); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(error, "expected .pth, .pt or .safetensors")) << error.what();
}

}  // namespace
}  // namespace aufbau
