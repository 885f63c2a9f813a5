#include "nn/model_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "testing/errors.h"
#include "testing/files.h"
#include "testing/reference_batch.h"

namespace aufbau::nn {
namespace {

using namespace aufbau::testing;  // errors, folders

EncoderConfig small_config() { return {.layers = 2, .width = 4, .schema = reference_schema()}; }

ModelFile small_model(bool with_head) {
  ModelFile model;
  model.encoder = small_config();
  model.tensors = snapshot(with_prefix("gnn.", make_encoder(model.encoder, 1)->parameters()));
  model.card = {{"data_sha256", "0123"}, {"trained", "on a few molecules"}};
  if (!with_head) return model;
  model.has_head = true;
  model.head = {.task_names = {"logP", "p_np"},
                .task_types = {"regression", "classification"},
                .pooling = "max",
                .scaler = {{1.5, 0}, {0.25, 1}}};
  for (const store::NamedTensor& tensor :
       snapshot(LinearHead("graph_pred_linear", 4, 2, DType::f32, 1, 0).parameters()))
    model.tensors.push_back(tensor);
  return model;
}

/// The error of reading `file` after `change`.
Error error_of_damaged(const std::function<void(store::TensorFile&)>& change) {
  const TemporaryFolder folder;
  write_model(folder.path("model"), small_model(true));
  store::TensorFile file = store::read_tensor_file(folder.path("model"));
  change(file);
  store::write_tensor_file(folder.path("damaged"), file);
  return error_of([&] { read_model(folder.path("damaged")); });
}

void expect_mismatch(const std::function<void(store::TensorFile&)>& change,
                     const std::string& words) {
  const Error error = error_of_damaged(change);
  EXPECT_EQ(error.kind(), ErrorKind::mismatch) << error.what();
  EXPECT_TRUE(says(error, words)) << error.what();
  EXPECT_TRUE(says(error, "damaged")) << "the path is missing: " << error.what();
}

store::NamedTensor& tensor_of(store::TensorFile& file, const std::string& name) {
  for (store::NamedTensor& tensor : file.tensors)
    if (tensor.name == name) return tensor;
  throw std::runtime_error(name);
}

TEST(ModelFile, ReadsBackWhatItWrites) {
  const TemporaryFolder folder;
  const ModelFile model = small_model(true);
  write_model(folder.path("model"), model);
  const ModelFile back = read_model(folder.path("model"));
  EXPECT_EQ(back.encoder.to_json(), model.encoder.to_json());
  ASSERT_TRUE(back.has_head);
  EXPECT_EQ(back.head.task_names, model.head.task_names);
  EXPECT_EQ(back.head.task_types, model.head.task_types);
  EXPECT_EQ(back.head.pooling, "max");
  EXPECT_EQ(back.head.scaler.mean, model.head.scaler.mean);
  EXPECT_EQ(back.head.scaler.deviation, model.head.scaler.deviation);
  EXPECT_EQ(back.card, model.card);
  const store::TensorFile file = store::read_tensor_file(folder.path("model"));
  ASSERT_EQ(back.tensors.size(), model.tensors.size());
  for (const store::NamedTensor& tensor : model.tensors) {
    const Tensor* found = file.find(tensor.name);
    ASSERT_TRUE(found) << tensor.name;
    EXPECT_EQ(found->dtype(), tensor.tensor.dtype());
    EXPECT_EQ(found->to_doubles(), tensor.tensor.to_doubles());
  }
}

TEST(ModelFile, HoldsTheNamesOfTheStateDictUnderAPrefix) {
  const TemporaryFolder folder;
  write_model(folder.path("model"), small_model(true));
  const store::TensorFile file = store::read_tensor_file(folder.path("model"));
  for (const char* name : {"gnn.x_embedding1.weight", "gnn.gnns.0.mlp.0.weight",
                           "gnn.batch_norms.1.running_mean", "graph_pred_linear.weight"})
    EXPECT_TRUE(file.find(name)) << name;
  EXPECT_EQ(file.metadata.at("format"), "aufbau-model");
  EXPECT_EQ(file.metadata.at("schema"), reference_schema().to_json());
}

TEST(ModelFile, WritesEqualModelsAsEqualBytes) {
  const TemporaryFolder folder;
  write_model(folder.path("a"), small_model(true));
  ModelFile model = small_model(true);
  std::reverse(model.tensors.begin(), model.tensors.end());
  write_model(folder.path("b"), model);
  EXPECT_EQ(read_text(folder.path("a")), read_text(folder.path("b")));
}

TEST(ModelFile, GivesBackTheSameEncoder) {
  const TemporaryFolder folder;
  write_model(folder.path("model"), small_model(false));
  const ModelFile model = read_model(folder.path("model"));
  EXPECT_FALSE(model.has_head);
  const std::unique_ptr<Encoder> encoder = make_encoder(model.encoder, 99);
  Parameters parameters = with_prefix("gnn.", encoder->parameters());
  const LoadReport report = load_parameters(model.tensors, parameters);
  EXPECT_EQ(report.loaded.size(), parameters.size());
  EXPECT_TRUE(report.fresh.empty());
  EXPECT_TRUE(report.skipped.empty());
  const Parameters original = make_encoder(small_config(), 1)->parameters();
  for (std::size_t i = 0; i < original.size(); ++i)
    EXPECT_EQ(encoder->parameters()[i].tensor.to_doubles(), original[i].tensor.to_doubles())
        << original[i].name;
}

TEST(ModelFile, TakesAnEncoderWithoutThePrefix) {
  const TemporaryFolder folder;
  write_model(folder.path("model"), small_model(false));
  store::TensorFile file = store::read_tensor_file(folder.path("model"));
  for (store::NamedTensor& tensor : file.tensors) tensor.name = tensor.name.substr(4);
  store::write_tensor_file(folder.path("plain"), file);
  const ModelFile model = read_model(folder.path("plain"));
  for (const store::NamedTensor& tensor : model.tensors)
    EXPECT_TRUE(tensor.name.starts_with("gnn.")) << tensor.name;
  EXPECT_EQ(model.tensors.size(), small_model(false).tensors.size());
}

TEST(ModelFile, RefusesOtherFormatsAndNewerVersions) {
  expect_mismatch([](auto& file) { file.metadata.erase("format"); },
                  "expected format 'aufbau-model', got none");
  expect_mismatch([](auto& file) { file.metadata["format"] = "pt"; }, "got 'pt'");
  expect_mismatch([](auto& file) { file.metadata["format_version"] = "2"; },
                  "format version 2 is newer than 1");
  expect_mismatch([](auto& file) { file.metadata["format_version"] = "x"; },
                  "the format version is missing");
}

TEST(ModelFile, RefusesMetadataThatDoNotFit) {
  for (const char* key : {"encoder", "schema", "card"})
    expect_mismatch([&](auto& file) { file.metadata.erase(key); },
                    "metadata key '" + std::string(key) + "' is missing");
  expect_mismatch([](auto& file) { file.metadata["encoder"] = "{"; },
                  "[encoder configuration] not JSON");
  expect_mismatch(
      [](auto& file) {
        graphs::FeatureSchema other = reference_schema();
        other.node[0].cardinality = 118;
        other.node[0].reserved.clear();
        file.metadata["schema"] = other.to_json();
      },
      "node feature column 0: expected 'element' with 120 codes");
  expect_mismatch([](auto& file) { file.metadata["card"] = "[]"; }, "the card is not");
  expect_mismatch([](auto& file) { file.metadata["card"] = R"({"a":1})"; }, "card entry 'a'");
  const auto expect_bad_head = [](const std::string& json, const std::string& words) {
    expect_mismatch([&](auto& file) { file.metadata["head"] = json; }, words);
  };
  const std::string rest = R"(,"pooling":"mean","scaler":{"mean":[],"deviation":[]}})";
  expect_bad_head("nonsense", "not JSON");
  expect_bad_head(R"({"task_names":[],"task_types":[])" + rest, "the head has no task");
  expect_bad_head(R"({"task_names":["a"],"task_types":["guess"])" + rest,
                  "unknown task type 'guess'");
  expect_bad_head(R"({"task_names":["a"],"task_types":[])" + rest, "1 task names but 0 task types");
  expect_bad_head(R"({"task_names":[7],"task_types":[])" + rest, "something else than strings");
  expect_bad_head(R"({"task_names":["a"],"task_types":["regression"],"pooling":"men",)"
                  R"("scaler":{"mean":[],"deviation":[]}})",
                  "unknown pooling 'men'");
  expect_bad_head(R"({"task_names":["a"],"task_types":["regression"],"pooling":"mean",)"
                  R"("scaler":{"mean":[1,2],"deviation":[1,2]}})",
                  "1 tasks but a scaler of 2 means");
  expect_bad_head(R"({"task_names":["a"],"task_types":["regression"])" + rest,
                  "tensor 'graph_pred_linear.weight': expected shape [1, 4], got [2, 4]");
}

TEST(ModelFile, RefusesTensorsThatDoNotFitTheConfiguration) {
  expect_mismatch([](auto& file) { file.tensors.erase(file.tensors.begin()); }, "is missing");
  expect_mismatch(
      [](auto& file) {
        tensor_of(file, "gnn.x_embedding1.weight").tensor = Tensor::zeros({119, 4}, DType::f32);
      },
      "tensor 'gnn.x_embedding1.weight': expected shape [120, 4], got [119, 4]");
  expect_mismatch(
      [](auto& file) {
        tensor_of(file, "gnn.batch_norms.0.num_batches_tracked").tensor =
            Tensor::zeros({}, DType::f32);
      },
      "tensor 'gnn.batch_norms.0.num_batches_tracked' is of type f32");
}

// The tensors of such an encoder would fill any memory; the answer must come from their absence.
TEST(ModelFile, SpendsNoMemoryOnAConfigurationWithoutItsTensors) {
  EncoderConfig config = small_config();
  config.width = 1 << 16;
  config.layers = 1000;
  expect_mismatch([&](auto& file) { file.metadata["encoder"] = config.to_json(); },
                  "expected shape [120, 65536], got [120, 4]");
}

TEST(ModelFile, RefusesTaskNamesThatAreNotUtf8) {
  const TemporaryFolder folder;
  ModelFile model = small_model(true);
  model.head.task_names[0] = "L\xF6slichkeit";
  const Error error = error_of([&] { write_model(folder.path("model"), model); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(error, "not UTF-8")) << error.what();
}

TEST(ModelFile, RefusesToWriteWhatItCouldNotRead) {
  const TemporaryFolder folder;
  ModelFile model = small_model(true);
  model.head.scaler.mean[0] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(says(error_of([&] { write_model(folder.path("m"), model); }), "not finite"));
  model = small_model(true);
  model.tensors.pop_back();
  EXPECT_TRUE(says(error_of([&] { write_model(folder.path("m"), model); }), "is missing"));
}

TEST(ModelFile, RefusesFilesThatAreNotThereOrNotTensors) {
  const TemporaryFolder folder;
  EXPECT_EQ(error_of([&] { read_model(folder.path("none")); }).kind(), ErrorKind::input);
  const std::string path = folder.write("text", "not a model");
  EXPECT_EQ(error_of([&] { read_model(path); }).kind(), ErrorKind::input);
}

}  // namespace
}  // namespace aufbau::nn
