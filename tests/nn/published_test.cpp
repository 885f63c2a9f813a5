#include "nn/published.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "nn/parameters.h"
#include "testing/errors.h"
#include "testing/files.h"
#include "testing/reference_batch.h"

namespace aufbau::nn {
namespace {

using store::NamedTensor;
using testing::error_of;
using testing::says;
using Tensors = std::vector<NamedTensor>;

constexpr int kWidth = 4, kLayers = 2;

/// Every tensor another start, so that none can be taken for another.
Tensor numbered(const Shape& shape, double start) {
  std::vector<float> values(static_cast<std::size_t>(element_count(shape)));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(start + static_cast<double>(i) / 1024);
  return Tensor::from(values, shape);
}

/// A state dict of a layout as its program writes it, trained for many steps. The variances of
/// GraphSAGE are those of states of length one.
Tensors published(const std::string& encoder, bool short_vocabulary = false) {
  const auto layout = std::find_if(kPublishedLayouts.begin(), kPublishedLayouts.end(),
                                   [&](const auto& entry) { return entry.encoder == encoder; });
  Tensors tensors;
  const auto add = [&](const std::string& name, const Shape& shape) {
    tensors.push_back({name, numbered(shape, static_cast<double>(tensors.size()))});
  };
  const bool is_short = short_vocabulary || layout->is_molclr;
  add("x_embedding1.weight", {is_short ? 119 : 120, kWidth});
  add("x_embedding2.weight", {3, kWidth});
  for (int i = 0; i < kLayers; ++i) {
    const std::string layer = "gnns." + std::to_string(i) + '.';
    for (const auto& tensor : layout->layer) {
      Shape shape;
      for (const auto& extent : tensor.shape) shape.push_back(extent.at(kWidth));
      add(layer + tensor.name, shape);
    }
    add(layer + "edge_embedding1.weight", {is_short ? 5 : 6, layout->edge_width.at(kWidth)});
    add(layer + "edge_embedding2.weight", {3, layout->edge_width.at(kWidth)});
  }
  for (int i = 0; i < kLayers; ++i) {
    const std::string norm = "batch_norms." + std::to_string(i) + '.';
    for (const char* name : {"weight", "bias", "running_mean", "running_var"})
      add(norm + name, {kWidth});
    if (encoder == "graphsage") {
      tensors[tensors.size() - 2].tensor = Tensor::full({kWidth}, 0.25, DType::f32);
      tensors[tensors.size() - 1].tensor = Tensor::full({kWidth}, 0.1875, DType::f32);
    }
    tensors.push_back({norm + "num_batches_tracked", Tensor::full({}, 5000, DType::i64)});
  }
  return tensors;
}

PublishedModel import(const Tensors& tensors, const PublishedOptions& options = {}) {
  return model_from_state_dict(tensors, testing::reference_schema(), options, "file");
}

Tensors with_prefix(const std::string& prefix, Tensors tensors) {
  for (auto& tensor : tensors) tensor.name = prefix + tensor.name;
  return tensors;
}
Tensors without(const std::string& name, Tensors tensors) {
  std::erase_if(tensors, [&](const NamedTensor& tensor) { return tensor.name == name; });
  return tensors;
}
Tensors with(Tensors tensors, const std::string& name, const Tensor& tensor) {
  tensors = without(name, std::move(tensors));
  tensors.push_back({name, tensor});
  return tensors;
}

const Tensor& tensor_in(const Tensors& tensors, const std::string& name) {
  for (const auto& tensor : tensors)
    if (tensor.name == name) return tensor.tensor;
  throw std::runtime_error("no tensor " + name);
}

void expect_same(const Tensors& got, const Tensors& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i].name, expected[i].name);
    EXPECT_EQ(got[i].tensor.dtype(), expected[i].tensor.dtype()) << got[i].name;
    EXPECT_EQ(got[i].tensor.shape(), expected[i].tensor.shape()) << got[i].name;
    EXPECT_EQ(got[i].tensor.to_doubles(), expected[i].tensor.to_doubles()) << got[i].name;
  }
}

void expect_refused(const Tensors& tensors, ErrorKind kind, const std::string& words,
                    const PublishedOptions& options = {}) {
  const Error error = error_of([&] { import(tensors, options); });
  EXPECT_EQ(error.kind(), kind) << error.what();
  EXPECT_TRUE(says(error, words)) << error.what();
}

class EveryLayout : public ::testing::TestWithParam<std::string> {};
std::vector<std::string> all_layouts() {
  std::vector<std::string> names;
  for (const auto& layout : kPublishedLayouts) names.emplace_back(layout.encoder);
  return names;
}
INSTANTIATE_TEST_SUITE_P(Table, EveryLayout, ::testing::ValuesIn(all_layouts()),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST_P(EveryLayout, IsRecognisedByNamesAndShapes) {
  const PublishedModel imported = import(published(GetParam()));
  EXPECT_EQ(imported.model.encoder.type, GetParam());
  EXPECT_EQ(imported.model.encoder.layers, kLayers);
  EXPECT_EQ(imported.model.encoder.width, kWidth);
  EXPECT_EQ(imported.model.encoder.jk, "last");
  EXPECT_FALSE(imported.model.has_head);
  EXPECT_EQ(imported.taken.size(), published(GetParam()).size());
  EXPECT_TRUE(imported.left.empty());
  EXPECT_TRUE(imported.made.empty());
}

TEST_P(EveryLayout, ImportThenExportIsTheIdentity) {
  const Tensors tensors = published(GetParam());
  expect_same(state_dict_of(import(tensors).model).tensors, tensors);
}

TEST_P(EveryLayout, ExportSaysWhatTheProgramHasNoPlaceFor) {
  const PublishedStateDict dict = state_dict_of(import(published(GetParam())).model);
  if (GetParam() != "molclr-gcn") {
    EXPECT_TRUE(dict.changed.empty());
    return;
  }
  ASSERT_EQ(dict.changed.size(), 1u + kLayers);
  EXPECT_EQ(
      dict.changed[0],
      "x_embedding1.weight: code 118, unknown elements, is left out: MolCLR does not have it");
  EXPECT_EQ(
      dict.changed[1],
      "gnns.0.edge_embedding1.weight: code 5, masked bonds, is left out: MolCLR does not have "
      "it");
}

TEST_P(EveryLayout, ExportDoesNotDependOnTheOrderOfTensors) {
  const Tensors tensors = published(GetParam());
  ModelFile model = import(tensors).model;
  std::reverse(model.tensors.begin(), model.tensors.end());
  expect_same(state_dict_of(model).tensors, tensors);
}

TEST_P(EveryLayout, EveryTensorIsNeeded) {
  for (const auto& tensor : published(GetParam())) {
    if (tensor.name.ends_with("num_batches_tracked")) continue;
    const PublishedOptions options{.encoder = GetParam()};
    const Error error =
        error_of([&] { import(without(tensor.name, published(GetParam())), options); });
    EXPECT_EQ(error.kind(), ErrorKind::mismatch) << tensor.name << ": " << error.what();
  }
}

TEST_P(EveryLayout, EveryShapeIsChecked) {
  for (const auto& tensor : published(GetParam())) {
    const Tensor wrong = Tensor::zeros({2, 7}, DType::f32);
    const PublishedOptions options{.encoder = GetParam()};
    const Error error =
        error_of([&] { import(with(published(GetParam()), tensor.name, wrong), options); });
    EXPECT_EQ(error.kind(), ErrorKind::mismatch) << tensor.name << ": " << error.what();
  }
}

TEST_P(EveryLayout, OurNamesAreThoseOfTheEncoder) {
  EncoderConfig config{.type = GetParam(),
                       .layers = kLayers,
                       .width = kWidth,
                       .schema = testing::reference_schema()};
  const ModelFile model = import(published(GetParam())).model;
  const ParameterSpecs specs = with_prefix("gnn.", encoder_specs(config));
  ASSERT_EQ(model.tensors.size(), specs.size());
  for (std::size_t i = 0; i < specs.size(); ++i) {
    EXPECT_EQ(model.tensors[i].name, specs[i].name);
    EXPECT_EQ(model.tensors[i].tensor.shape(), specs[i].shape) << specs[i].name;
  }
  const testing::TemporaryFolder folder;
  write_model(folder.path("m"), model);
  expect_same(state_dict_of(read_model(folder.path("m"))).tensors, published(GetParam()));
}

TEST(Published, GcnAndGraphSageAreToldApartByTheirStatistics) {
  EXPECT_EQ(import(published("gcn")).model.encoder.type, "gcn");
  EXPECT_EQ(import(published("graphsage")).model.encoder.type, "graphsage");
  EXPECT_EQ(import(published("gcn"), {.encoder = "graphsage"}).model.encoder.type, "graphsage");
  const std::string counter = "batch_norms.1.num_batches_tracked";
  expect_refused(with(published("gcn"), counter, Tensor::full({}, 99, DType::i64)),
                 ErrorKind::usage, "say which encoder it is");
  expect_refused(without(counter, published("gcn")), ErrorKind::usage, "say which encoder it is");
  expect_refused(with(published("graphsage"), "batch_norms.1.running_mean",
                      Tensor::zeros({kWidth}, DType::f32)),
                 ErrorKind::usage, "fit neither");
  expect_refused(published("gcn"), ErrorKind::usage, "did you mean 'gcn'", {.encoder = "gcm"});
  expect_refused(published("gcn"), ErrorKind::usage, "known: gcn, graphsage", {.encoder = "gin"});
}

TEST(Published, APrefixIsFoundOrChosen) {
  const Tensors plain = published("gin");
  const Tensors model = with_prefix("module.", plain);
  expect_same(state_dict_of(import(model).model).tensors, plain);
  Tensors both = model;
  for (const auto& tensor : plain) both.push_back(tensor);
  expect_refused(both, ErrorKind::usage, "with the prefixes 'module.' and ''");
  const PublishedModel chosen = import(both, {.prefix = ""});
  expect_same(state_dict_of(chosen.model).tensors, plain);
  EXPECT_EQ(chosen.left.size(), plain.size());
  EXPECT_EQ(chosen.left[0], "module.x_embedding1.weight: not part of the encoder");
  expect_refused(both, ErrorKind::usage, "no encoder has the prefix 'x.'", {.prefix = "x."});
  expect_refused({{"other", Tensor::zeros({1}, DType::f32)}}, ErrorKind::mismatch,
                 "no tensor is called");
}

Tensors with_head(std::int64_t tasks, std::int64_t inputs) {
  Tensors tensors = with_prefix("gnn.", published("gin"));
  tensors.push_back({"graph_pred_linear.weight", numbered({tasks, inputs}, 100)});
  tensors.push_back({"graph_pred_linear.bias", numbered({tasks}, 200)});
  return tensors;
}

TEST(Published, AHeadComesAlong) {
  const PublishedModel imported =
      import(with_head(2, kWidth),
             {.pooling = "sum", .task_names = {"a", "b"}, .task_type = "regression"});
  EXPECT_TRUE(imported.model.has_head);
  EXPECT_EQ(imported.model.head.pooling, "sum");
  EXPECT_EQ(imported.model.head.task_names, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(imported.model.head.task_types, (std::vector<std::string>{"regression", "regression"}));
  expect_same(state_dict_of(imported.model).tensors, with_head(2, kWidth));
  EXPECT_EQ(import(with_head(3, kWidth)).model.head.task_names,
            (std::vector<std::string>{"task_1", "task_2", "task_3"}));
  EXPECT_TRUE(import(with_prefix("module.", with_head(1, kWidth))).model.has_head);
}

TEST(Published, TheWidthOfTheHeadTellsJumpingKnowledge) {
  EXPECT_EQ(import(with_head(1, kWidth)).model.encoder.jk, "last");
  EXPECT_EQ(import(with_head(1, (kLayers + 1) * kWidth)).model.encoder.jk, "concat");
  EXPECT_EQ(import(with_head(1, kWidth), {.jk = "sum"}).model.encoder.jk, "sum");
  EXPECT_EQ(import(published("gin"), {.jk = "max"}).model.encoder.jk, "max");
  expect_refused(with_head(1, kWidth), ErrorKind::mismatch, "takes 4 values", {.jk = "concat"});
  expect_refused(with_head(1, kWidth + 1), ErrorKind::mismatch, "takes 5 values");
  expect_refused(with_head(2, kWidth), ErrorKind::usage, "1 task names were given",
                 {.task_names = {"a"}});
}

TEST(Published, AHeadWhoseReadOutHasParametersIsLeftWithTheReason) {
  const Tensors tensors =
      with(with_head(1, kWidth), "pool.gate_nn.weight", numbered({1, kWidth}, 0));
  const PublishedModel imported = import(tensors);
  EXPECT_FALSE(imported.model.has_head);
  ASSERT_EQ(imported.left.size(), 3u);
  EXPECT_EQ(imported.left[0],
            "graph_pred_linear.weight: its read-out has parameters; say which pooling it is");
}

TEST(Published, AReadOutWithParametersComesAlongWhenItsKindIsSaid) {
  Tensors tensors = with(with_head(1, kWidth), "pool.gate_nn.weight", numbered({1, kWidth}, 0));
  expect_refused(tensors, ErrorKind::mismatch, "tensor 'pool.gate_nn.bias' is missing",
                 {.pooling = "attention"});
  tensors = with(tensors, "pool.gate_nn.bias", numbered({2}, 0));
  expect_refused(tensors, ErrorKind::mismatch, "'pool.gate_nn.bias': expected shape [1], got [2]",
                 {.pooling = "attention"});
  tensors = with(tensors, "pool.gate_nn.bias", numbered({1}, 0));
  const PublishedModel imported = import(tensors, {.pooling = "attention"});
  EXPECT_TRUE(imported.model.has_head);
  EXPECT_TRUE(imported.left.empty());
  EXPECT_EQ(tensor_in(imported.model.tensors, "pool.gate_nn.weight").to_doubles(),
            numbered({1, kWidth}, 0).to_doubles());
  const auto exported = state_dict_of(imported.model);
  EXPECT_EQ(exported.tensors.size(), tensors.size());
}

TEST(Published, MolclrVocabulariesAreWidened) {
  for (const std::string encoder : {"gin", "molclr-gcn"}) {
    Tensors tensors = published(encoder, true);
    const Tensor elements = tensors[0].tensor;
    const Tensor bonds = tensor_in(tensors, "gnns.1.edge_embedding1.weight");
    tensors.push_back({"feat_lin.weight", numbered({2, kWidth}, 0)});
    const PublishedModel imported = import(tensors);
    EXPECT_EQ(imported.left,
              (std::vector<std::string>{"feat_lin.weight: not part of the encoder"}));
    EXPECT_EQ(imported.changed.size(), 1u + kLayers);
    const auto row = [](const Tensor& table, std::int64_t r) {
      const auto values = table.to_doubles();
      return std::vector<double>(values.begin() + r * table.cols(),
                                 values.begin() + (r + 1) * table.cols());
    };
    const Tensor& ours = tensor_in(imported.model.tensors, "gnn.x_embedding1.weight");
    EXPECT_EQ(ours.shape(), (Shape{120, kWidth}));
    for (int code = 0; code < 118; ++code) EXPECT_EQ(row(ours, code), row(elements, code)) << code;
    EXPECT_EQ(row(ours, 118), row(elements, 118)) << "unknown elements";
    EXPECT_EQ(row(ours, 119), row(elements, 118)) << "masked elements";
    const Tensor& our_bonds =
        tensor_in(imported.model.tensors, "gnn.gnns.1.edge_embedding1.weight");
    ASSERT_EQ(our_bonds.rows(), 6);
    for (int code = 0; code < 5; ++code) EXPECT_EQ(row(our_bonds, code), row(bonds, code)) << code;
    EXPECT_EQ(row(our_bonds, 5), std::vector<double>(static_cast<std::size_t>(bonds.cols()), 0.0));
  }
}

TEST(Published, TheWeightOfTheMolclrGcnIsTransposed) {
  const Tensors tensors = published("molclr-gcn");
  const auto theirs = tensor_in(tensors, "gnns.0.weight").to_doubles();
  const auto ours =
      tensor_in(import(tensors).model.tensors, "gnn.gnns.0.linear.weight").to_doubles();
  for (std::size_t i = 0; i < kWidth; ++i)
    for (std::size_t j = 0; j < kWidth; ++j)
      EXPECT_EQ(ours[i * kWidth + j], theirs[j * kWidth + i]);
}

TEST(Published, AnotherVocabularyIsRefused) {
  expect_refused(
      with(published("gin"), "x_embedding1.weight", Tensor::zeros({55, kWidth}, DType::f32)),
      ErrorKind::mismatch, "has 55 rows; schema 'hu2' has 120 codes for 'element'");
  expect_refused(
      with(published("gin"), "x_embedding3.weight", Tensor::zeros({5, kWidth}, DType::f32)),
      ErrorKind::mismatch, "'x_embedding3.weight' is not part of the GIN");
}

TEST(Published, TensorsThatChangeTheLayerAreRefused) {
  const Tensor w = Tensor::zeros({kWidth}, DType::f32);
  // The perceptron with BatchNorm inside, and the trained epsilon: other layers, same names.
  expect_refused(with(published("gin"), "gnns.1.mlp.1.weight", w), ErrorKind::mismatch,
                 "'gnns.1.mlp.1.weight' is not part of the GIN of Hu et al. (2020)");
  expect_refused(with(published("gin"), "gnns.0.eps", w), ErrorKind::mismatch, "is not part of");
  expect_refused(with(published("gin"), "batch_norms.2.weight", w), ErrorKind::mismatch,
                 "is not part of");
  expect_refused(with(published("gin"), "gnns.3.mlp.0.weight", w), ErrorKind::mismatch,
                 "without a gap");
  expect_refused(with(published("gin"), "gnns.x.mlp.0.weight", w), ErrorKind::mismatch,
                 "names no layer");
  expect_refused(without("gnns.0.mlp.0.weight", published("gin")), ErrorKind::mismatch,
                 "those of no known encoder");
}

TEST(Published, OtherNumberTypes) {
  const Tensor exact = Tensor::full({kWidth}, 0.1, DType::f64);
  const PublishedModel imported = import(with(published("gin"), "batch_norms.0.bias", exact));
  EXPECT_EQ(imported.changed,
            (std::vector<std::string>{"batch_norms.0.bias: rounded from f64 to f32"}));
  EXPECT_EQ(tensor_in(imported.model.tensors, "gnn.batch_norms.0.bias").to_doubles()[0],
            static_cast<double>(0.1f));
  expect_refused(with(published("gin"), "batch_norms.0.bias", Tensor::zeros({kWidth}, DType::i32)),
                 ErrorKind::mismatch, "is of type i32");
  expect_refused(
      with(published("gin"), "batch_norms.0.num_batches_tracked", Tensor::zeros({}, DType::f32)),
      ErrorKind::mismatch, "is not one whole number");
}

TEST(Published, ACounterThatIsNotThereIsMade) {
  const std::string counter = "batch_norms.1.num_batches_tracked";
  const PublishedModel imported = import(without(counter, published("gin")));
  EXPECT_EQ(imported.made, (std::vector<std::string>{"gnn." + counter + ": 0, the file has none"}));
  EXPECT_EQ(tensor_in(imported.model.tensors, "gnn." + counter).item(), 0);
}

TEST(Published, OnlyPublishedEncodersAreExported) {
  ModelFile model = import(published("gin")).model;
  model.encoder.type = "own";
  EXPECT_TRUE(
      says(error_of([&] { state_dict_of(model); }), "no published program has the encoder 'own'"));
  model.encoder.type = "gat";
  EXPECT_TRUE(says(error_of([&] { state_dict_of(model); }), "'gnn.gnns.0.att' is missing"));
}

}  // namespace
}  // namespace aufbau::nn
