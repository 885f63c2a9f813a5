// Whole jobs on a device against the CPU.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "core/text.h"
#include "data/dataset.h"
#include "nn/encoder_batch.h"
#include "nn/pooling.h"
#include "tensor/device/plugin.h"
#include "tensor/device/precision.h"
#include "tensor/ops.h"
#include "testing/device_test.h"
#include "testing/errors.h"
#include "testing/files.h"
#include "testing/near.h"
#include "testing/reference_batch.h"
#include "testing/small_graphs.h"
#include "train/inference.h"
#include "train/runs.h"
#include "train/small_data.h"

namespace aufbau::train {
namespace {

namespace fs = std::filesystem;
using testing::error_of;
using testing::kDevice;
using testing::read_text;
using testing::says;

/// Of the loss after a short run. Sums are made in another order, which must not decide where Adam
/// goes: with this eps it hardly moves what has no gradient but rounding.
constexpr double kOfTheLoss = 1e-4, kEps = 1e-3;

class OnADevice : public testing::DeviceTest {
 protected:
  void SetUp() override {
    testing::DeviceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    data_ = testing::write_small_dataset(folder_.path("data.h5"), {.ring = true, .atoms = true});
  }
  std::string run(const std::string& name) const { return folder_.path(name); }
  PretrainOptions pretraining(const std::string& name, const std::string& objective,
                              const std::string& device) const {
    PretrainOptions options = testing::small_pretraining(data_, run(name));
    options.objective = objective;
    options.device = device;
    options.precision = "float32";
    options.optimizer.eps = kEps;
    return options;
  }
  FinetuneOptions finetuning(const std::string& name, const std::string& target,
                             const std::string& device) const {
    FinetuneOptions options = testing::small_finetuning(data_, run(name));
    options.targets = {target};
    options.device = device;
    options.precision = "float32";
    options.optimizer.eps = kEps;
    return options;
  }
  testing::TemporaryFolder folder_;
  std::string data_;
};

void expect_near(const std::string& what, const std::vector<float>& got,
                 const std::vector<float>& expected) {
  const std::vector<double> values(expected.begin(), expected.end());
  testing::expect_near(what, {got.begin(), got.end()}, values,
                       1e-4 * std::max(1.0, testing::largest(values)));
}

TEST_F(OnADevice, EveryObjectiveLearnsAsOnTheCpu) {
  for (const char* objective :
       {"attribute-masking", "supervised", "context-prediction,supervised", "edge-prediction",
        "infomax", "graphcl", "attribute-masking:1+context-prediction:0.5"}) {
    const PretrainSummary cpu = train::pretrain(pretraining("cpu", objective, "cpu"));
    const PretrainSummary there = train::pretrain(pretraining("there", objective, "cuda"));
    EXPECT_NEAR(there.final_loss, cpu.final_loss, kOfTheLoss * std::abs(cpu.final_loss))
        << objective;
    EXPECT_NE(read_text(run("there/config.toml")).find("device = \"cuda:0\""), std::string::npos);
    fs::remove_all(run("cpu")), fs::remove_all(run("there"));
  }
}

TEST_F(OnADevice, MaskedBondsAndSkipgramLearnAsOnTheCpu) {
  const auto loss = [&](const std::string& device, bool bonds) {
    PretrainOptions options =
        pretraining("run", bonds ? "attribute-masking" : "context-prediction", device);
    options.mask_bonds = bonds;
    options.context_mode = "skipgram";
    options.force = true;
    return train::pretrain(options).final_loss;
  };
  for (const bool bonds : {true, false})
    EXPECT_NEAR(loss("cuda", bonds), loss("cpu", bonds), kOfTheLoss * loss("cpu", bonds));
}

TEST_F(OnADevice, ARunGivesTheSameBytesEveryTimeAndAfterAnInterruption) {
  const std::string objective = "attribute-masking,supervised";
  train::pretrain(pretraining("whole", objective, "cuda"));
  for (const int calls : {2, 11}) {
    PretrainOptions parts = pretraining("parts", objective, "cuda");
    parts.force = true;
    parts.should_stop = testing::stop_after(calls);
    EXPECT_EQ(error_of([&] { train::pretrain(parts); }).kind(), ErrorKind::interrupted);
    parts.should_stop = nullptr;
    parts.force = false, parts.resume = true;
    train::pretrain(parts);
    for (const char* file : {"/model.safetensors", "/metrics.csv"})
      EXPECT_EQ(read_text(run("parts") + file), read_text(run("whole") + file)) << calls;
  }
}

TEST_F(OnADevice, ARunGoesOnOnTheOtherDevice) {
  const std::string objective = "attribute-masking";
  const double expected = train::pretrain(pretraining("whole", objective, "cpu")).final_loss;
  for (const bool starts_there : {true, false}) {
    PretrainOptions parts = pretraining("parts", objective, starts_there ? "cuda" : "cpu");
    parts.force = true;
    parts.should_stop = testing::stop_after(4);
    EXPECT_EQ(error_of([&] { train::pretrain(parts); }).kind(), ErrorKind::interrupted);
    parts.should_stop = nullptr;
    parts.force = false, parts.resume = true;
    parts.device = starts_there ? "cpu" : "cuda";
    EXPECT_NEAR(train::pretrain(parts).final_loss, expected, kOfTheLoss * expected);
  }
  PretrainOptions other = pretraining("parts", objective, "cuda");
  other.resume = true;
  other.precision = "bf16";
  const Error error = error_of([&] { train::pretrain(other); });
  EXPECT_TRUE(says(error, "--precision was")) << error.what();
}

TEST_F(OnADevice, MicroBatchesLearnAsOnTheCpu) {
  const auto loss = [&](const std::string& device) {
    PretrainOptions options = pretraining("run", "attribute-masking", device);
    options.micro_batches = 2;
    options.force = true;
    return train::pretrain(options).final_loss;
  };
  const double cpu = loss("cpu");
  EXPECT_NEAR(loss("cuda"), cpu, kOfTheLoss * cpu);
}

TEST_F(OnADevice, FineTuningLearnsAsOnTheCpu) {
  for (const char* target : {"ring", "atoms"}) {
    const auto score = [&](const std::string& device) {
      FinetuneOptions options = finetuning("run", target, device);
      options.pooling = "attention";
      // Biases before a BatchNorm have no gradient but rounding, and Adam makes steps of that:
      // small ones here, for until the running means have followed they move the answers.
      options.optimizer.init_lr = 1e-4;
      options.force = true;
      return train::finetune(options).last_mean;
    };
    const double cpu = score("cpu");
    EXPECT_NEAR(score("cuda"), cpu, 1e-2 * std::max(1.0, std::abs(cpu))) << target;
  }
}

TEST_F(OnADevice, AModelAnswersAsOnTheCpu) {
  train::finetune(finetuning("run", "atoms", "cpu"));
  const std::string model = run("run/model.safetensors");
  const auto file = [&](const std::string& device) {
    PredictOptions options;
    options.input = data_;
    options.model = model;
    options.output = folder_.path("answers.csv");
    options.device = device;
    options.precision = "float32";
    options.force = true;
    EXPECT_EQ(train::predict(options).answered, 40);
    return read_text(options.output);
  };
  EXPECT_EQ(split(file("cuda"), '\n').size(), split(file("cpu"), '\n').size());

  const PrecisionScope exact(Precision::float32);
  const Predictor here = Predictor::load(model), there = Predictor::load(model, kDevice);
  const data::Dataset dataset = data::Dataset::open(data_);
  std::vector<graphs::GraphView> graphs;
  for (std::int64_t row = 0; row < dataset.size(); ++row) graphs.push_back(dataset.graph(row));
  testing::expect_near("answers", there.predict(graphs), here.predict(graphs), 1e-3);
  expect_near("embeddings", there.embed(graphs), here.embed(graphs));
  expect_near("node states", there.embed_nodes(graphs), here.embed_nodes(graphs));
}

/// Node states, what every read-out makes of them, and gradients of all parameters.
std::vector<std::pair<std::string, std::vector<double>>> computed(
    const nn::EncoderConfig& config, std::span<const graphs::GraphView> graphs, Device device) {
  std::vector<std::pair<std::string, std::vector<double>>> all;
  const auto encoder = nn::make_encoder(config, 3);
  nn::move_to(device, encoder->parameters());
  const auto batch = nn::encoder_batch(graphs, config, nn::BatchUse::training).to(device);
  const Tensor states = encoder->forward(batch, {.training = true, .seed = 1});
  all.emplace_back("states", states.to_doubles());
  Tensor loss;
  for (const nn::NamedEntry& pooling : nn::pooling_names()) {
    if (std::string(pooling.name) == "mean-centre" && batch.centre_rows.rows == 0) continue;
    const nn::Parameters own =
        nn::make_parameters(nn::pooling_specs(pooling.name, encoder->output_width()), config.dtype,
                            7, Purpose::head, 0);
    nn::move_to(device, own);
    const Tensor pooled = nn::pool(pooling.name, states, batch.read_out(), own);
    all.emplace_back(pooling.name, pooled.to_doubles());
    std::vector<double> weights(static_cast<std::size_t>(pooled.size()));
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = std::sin(static_cast<double>(i));
    const Tensor fixed = Tensor::from(std::span<const double>(weights), pooled.shape());
    const Tensor part = ops::weighted_sum(pooled, fixed.to(config.dtype).to(device));
    loss = loss ? ops::add(loss, part) : part;
  }
  backward(loss);
  for (const nn::Parameter& parameter : encoder->parameters())
    if (parameter.tensor.grad())
      all.emplace_back("gradient of " + parameter.name, parameter.tensor.grad().to_doubles());
  return all;
}

/// The device is as near to double as the CPU is in float: some sums cancel (gradients of biases
/// before a BatchNorm), and regular graphs have columns that hardly vary.
void expect_same_on_the_device(nn::EncoderConfig config,
                               std::span<const graphs::GraphView> graphs) {
  const PrecisionScope exact(Precision::float32);
  const auto there = computed(config, graphs, kDevice), here = computed(config, graphs, {});
  config.dtype = DType::f64;
  const auto truth = computed(config, graphs, {});
  ASSERT_EQ(there.size(), truth.size());
  double cpu_error = 0;
  for (std::size_t i = 0; i < truth.size(); ++i)
    for (std::size_t k = 0; k < truth[i].second.size(); ++k)
      cpu_error = std::max(cpu_error, std::abs(here[i].second[k] - truth[i].second[k]));
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto& [name, values] = truth[i];
    EXPECT_EQ(there[i].first, name);
    testing::expect_near(config.type + " " + config.jk + ": " + name, there[i].second, values,
                         std::max(2 * cpu_error, 2e-5 * testing::largest(values)));
  }
}

TEST_F(OnADevice, EveryEncoderAndReadOutAgreesWithTheCpu) {
  std::vector<graphs::Graph> graphs;
  for (std::uint32_t i = 0; i < 12; ++i) graphs.push_back(testing::random_graph(3 + 2 * i % 11, i));
  std::vector<graphs::GraphView> views;
  for (const graphs::Graph& graph : graphs) views.push_back(graph.view());
  nn::EncoderConfig config;
  config.schema = testing::reference_schema();
  config.layers = 3, config.width = 12, config.dropout = 0.25;
  for (const nn::NamedEntry& encoder : nn::encoder_names()) {
    config.type = encoder.name;
    expect_same_on_the_device(config, views);
  }
  config.type = "gin";
  for (const nn::NamedEntry& jk : nn::jumping_knowledge_names()) {
    config.jk = jk.name;
    for (const bool share_rows : {true, false}) {
      config.share_rows = share_rows;
      config.dropout = 0;
      expect_same_on_the_device(config, views);
    }
  }
}

TEST_F(OnADevice, EncodersOfWeightedNetworksAgreeWithTheCpu) {
  std::vector<graphs::Graph> graphs;
  for (const std::int32_t nodes : {3, 5, 8}) graphs.push_back(testing::weighted_ring(nodes, 3));
  std::vector<graphs::GraphView> views;
  for (const graphs::Graph& graph : graphs) views.push_back(graph.view());
  nn::EncoderConfig config;
  config.schema = testing::weighted_schema();
  config.layers = 2, config.width = 8;
  for (const char* type : {"gin", "bio-gin", "bio-gat"}) {
    config.type = type;
    expect_same_on_the_device(config, views);
  }
}

TEST_F(OnADevice, ABatchThatDoesNotFitSaysHowMuchWould) {
  if (device::names().front() != "the host") GTEST_SKIP() << "this device is too large";
  PretrainOptions options = pretraining("run", "attribute-masking", "cuda");
  options.encoder.layers = 5, options.encoder.width = 64;
  options.batch_size = 40;
  setenv("AUFBAU_HOST_DEVICE_MEMORY", "2097152", 1);
  const Error error = error_of([&] { train::pretrain(options); });
  unsetenv("AUFBAU_HOST_DEVICE_MEMORY");
  EXPECT_EQ(error.kind(), ErrorKind::resource) << error.what();
  for (const char* words :
       {"[train] out of memory: ", " more were asked for; ", " of 2 MiB are in use",
        "Of the batch of 40 molecules at most ", " would fit; give a smaller --batch-size"})
    EXPECT_TRUE(says(error, words)) << error.what();
  options.force = true;
  train::pretrain(options);
}

}  // namespace
}  // namespace aufbau::train
