// Known answers of the encoders (encoder.h5).
#include <gtest/gtest.h>

#include <cmath>

#include "nn/encoder.h"
#include "nn/model_file.h"
#include "tensor/ops.h"
#include "testing/near.h"
#include "testing/reference_batch.h"

namespace aufbau::nn {
namespace {

using aufbau::testing::expect_near;
using aufbau::testing::largest;
using aufbau::testing::ReferenceFile;

EncoderConfig config_of(const ReferenceFile& file, const std::string& path, const std::string& jk,
                        DType dtype) {
  return {.type = file.text_attribute(path, "gnn_type"),
          .layers = static_cast<int>(file.attribute(path, "num_layer")),
          .width = static_cast<int>(file.attribute(path, "emb_dim")),
          .jk = jk,
          .dropout = file.attribute(path, "dropout"),
          .schema = aufbau::testing::reference_schema(),
          .dtype = dtype};
}

/// Everything of the encoder comes from `tensors`, and all of `tensors` goes into it.
void load_all(Encoder& encoder, const std::vector<store::NamedTensor>& tensors) {
  Parameters parameters = encoder.parameters();
  const LoadReport report = load_parameters(tensors, parameters);
  EXPECT_EQ(report.skipped, std::vector<std::string>());
  for (const std::string& name : report.fresh)
    EXPECT_TRUE(name.ends_with("num_batches_tracked")) << name;
}

Tensor first_columns(const std::vector<double>& values, std::int64_t rows, std::int64_t columns) {
  const std::int64_t all = static_cast<std::int64_t>(values.size()) / rows;
  std::vector<double> some;
  for (std::int64_t row = 0; row < rows; ++row)
    some.insert(some.end(), values.begin() + row * all, values.begin() + row * all + columns);
  return Tensor::from(std::span<const double>(some), {rows, columns});
}

std::map<std::string, std::vector<double>> gradients_of(const Encoder& encoder) {
  std::map<std::string, std::vector<double>> gradients;
  for (const Parameter& parameter : encoder.parameters())
    if (parameter.trained && parameter.tensor.grad())
      gradients[parameter.name] = parameter.tensor.grad().to_doubles();
  return gradients;
}

/// Tolerance: `factor` times the largest value of each statistic.
void expect_running(const Encoder& encoder, const ReferenceFile& file, const std::string& path,
                    double factor) {
  const Parameters parameters = encoder.parameters();
  for (const auto& [name, expected] : file.tensors(path))
    expect_near(name, tensor_named(parameters, name).to_doubles(), expected.to_doubles(),
                factor * largest(expected.to_doubles()));
}

void check_small_case(const ReferenceFile& file, const std::string& case_path,
                      const std::string& jk) {
  constexpr double kTolerance = 1e-10;
  const std::string path = case_path + "/" + jk;
  SCOPED_TRACE(path);
  const EncoderConfig config =
      config_of(file, case_path, file.text_attribute(path, "JK"), DType::f64);
  const std::unique_ptr<Encoder> encoder = make_encoder(config, 0);
  std::vector<store::NamedTensor> tensors;
  for (const auto& [name, tensor] : file.tensors(case_path + "/parameters"))
    tensors.push_back({name, tensor});
  load_all(*encoder, tensors);
  const graphs::GraphBatch batch =
      aufbau::testing::reference_batch(file, "/small/batch", config.layers);

  const auto expect_output = [&](const Tensor& output, const char* name) {
    const std::vector<double> expected = file.doubles(path + "/" + name);
    EXPECT_EQ(output.shape(), file.shape(path + "/" + name));
    expect_near(name, output.to_doubles(), expected, kTolerance * largest(expected));
  };
  expect_output(encoder->forward(batch, {.training = false}), "eval_output");
  const Tensor output = encoder->forward(batch, {.training = true});
  expect_output(output, "train_output");
  expect_running(*encoder, file, case_path + "/running_after_train", kTolerance);

  const Tensor loss = ops::weighted_sum(
      output,
      first_columns(file.doubles("/small/loss_weight"), output.rows(), encoder->output_width()));
  const double expected_loss = file.scalar(path + "/loss");
  EXPECT_NEAR(loss.item(), expected_loss, kTolerance * std::abs(expected_loss));

  backward(loss);
  const auto got = gradients_of(*encoder);
  const auto expected = file.packed(path + "/grad");
  ASSERT_FALSE(expected.empty());
  double top = 0;
  for (const auto& [name, values] : expected) top = std::max(top, largest(values));
  EXPECT_EQ(got.size(), expected.size());
  for (const auto& [name, values] : expected) {
    ASSERT_TRUE(got.contains(name)) << name;
    expect_near("gradient of " + name, got.at(name), values,
                kTolerance * std::max(largest(values), 1e-3 * top));
  }
}

TEST(EncoderKnownAnswers, SmallCasesInDoublePrecision) {
  const ReferenceFile file("encoder.h5");
  int cases = 0;
  for (const std::string& name : file.groups("/small")) {
    const std::string path = "/small/" + name;
    if (!file.has_attribute(path, "gnn_type")) continue;  // the batch
    for (const std::string& jk : file.groups(path))
      if (file.has_attribute(path + "/" + jk, "JK")) {
        check_small_case(file, path, jk);
        ++cases;
      }
  }
  EXPECT_GT(cases, 0);
}

/// Values of `generator/`: output k of splitmix64 (Steele, Lea and Flood 2014) as a number from lo
/// to hi.
std::vector<float> generated(std::uint64_t state, double low, double high, std::int64_t count) {
  std::vector<float> values;
  for (std::int64_t k = 0; k < count; ++k) {
    state += 0x9E3779B97F4A7C15u;
    std::uint64_t bits = state;
    bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9u;
    bits = (bits ^ bits >> 27) * 0x94D049BB133111EBu;
    bits ^= bits >> 31;
    values.push_back(
        static_cast<float>(low + (high - low) * (static_cast<double>(bits >> 11) * 0x1p-53)));
  }
  return values;
}

std::vector<store::NamedTensor> generated_tensors(const ReferenceFile& file,
                                                  const std::string& path,
                                                  const EncoderConfig& config) {
  const std::vector<std::string> names = file.strings(path + "/name");
  const std::vector<double> seed = file.doubles(path + "/seed"), low = file.doubles(path + "/lo"),
                            high = file.doubles(path + "/hi"),
                            first = file.doubles(path + "/first_value"),
                            last = file.doubles(path + "/last_value");
  std::map<std::string, Shape> shapes;
  for (const ParameterSpec& spec : encoder_specs(config)) shapes[spec.name] = spec.shape;
  std::vector<store::NamedTensor> tensors;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Shape& shape = shapes.at(names[i]);
    const std::vector<float> values =
        generated(static_cast<std::uint64_t>(seed[i]), low[i], high[i], element_count(shape));
    EXPECT_EQ(values.front(), first[i]) << names[i];
    EXPECT_EQ(values.back(), last[i]) << names[i];
    tensors.push_back({names[i], Tensor::from(std::span<const float>(values), shape)});
  }
  return tensors;
}

void expect_large_gradients(const Encoder& encoder, const ReferenceFile& file,
                            const std::string& path) {
  const auto got = gradients_of(encoder);
  const std::vector<std::string> names = file.strings(path + "/grad_name");
  const std::vector<double> norm = file.doubles(path + "/grad_norm"),
                            own = file.doubles(path + "/grad_max_abs"),
                            sample = file.doubles(path + "/grad_sample");
  const std::vector<std::int32_t> index = file.ints(path + "/grad_sample_index"),
                                  offset = file.ints(path + "/grad_sample_offset");
  const double top = largest(own);
  EXPECT_EQ(got.size(), names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    ASSERT_TRUE(got.contains(names[i])) << names[i];
    const std::vector<double>& gradient = got.at(names[i]);
    // Biases right before a BatchNorm have gradient 0 in theory, and rounding is all there is to
    // see.
    const bool is_zero = own[i] < 1e-9 * top;
    const auto tolerance = [&](double of) { return is_zero ? 5e-5 * top : 2e-5 * of + 1e-6 * top; };
    double squares = 0;
    for (const double value : gradient) squares += value * value;
    if (!is_zero) {
      EXPECT_NEAR(std::sqrt(squares), norm[i], tolerance(norm[i])) << "norm of " << names[i];
    }
    std::vector<double> chosen;
    for (std::int32_t s = offset[i]; s < offset[i + 1]; ++s)
      chosen.push_back(gradient.at(static_cast<std::size_t>(index[static_cast<std::size_t>(s)])));
    expect_near("gradient of " + names[i], chosen,
                {sample.begin() + offset[i], sample.begin() + offset[i + 1]}, tolerance(own[i]));
  }
}

void check_large_case(const ReferenceFile& file, const std::string& path) {
  constexpr double kTolerance = 2e-5;
  SCOPED_TRACE(path);
  const EncoderConfig config = config_of(file, path, file.text_attribute(path, "JK"), DType::f32);
  const std::unique_ptr<Encoder> encoder = make_encoder(config, 0);
  load_all(*encoder, generated_tensors(file, path + "/generator", config));
  const graphs::GraphBatch batch =
      aufbau::testing::reference_batch(file, "/large/batch", config.layers);

  const auto expect_output = [&](const Tensor& output, const char* name) {
    const std::vector<double> expected = file.doubles(path + "/" + name);
    EXPECT_EQ(output.shape(), file.shape(path + "/" + name));
    expect_near(name, output.to_doubles(), expected, kTolerance * largest(expected));
  };
  expect_output(encoder->forward(batch, {.training = false}), "eval_output");
  const Tensor output = encoder->forward(batch, {.training = true});
  expect_output(output, "train_output");
  expect_running(*encoder, file, path + "/running_after_train", kTolerance);

  const std::vector<float> weight = generated(
      static_cast<std::uint64_t>(file.attribute(path, "loss_weight_seed")), -1, 1, output.size());
  const Tensor loss =
      ops::weighted_sum(output, Tensor::from(std::span<const float>(weight), output.shape()));
  EXPECT_NEAR(loss.item(), file.scalar(path + "/loss"),
              1e-6 * file.attribute(path, "loss_abs_sum"));
  backward(loss);
  expect_large_gradients(*encoder, file, path);
}

TEST(EncoderKnownAnswers, LargeCasesInSinglePrecision) {
  const ReferenceFile file("encoder.h5");
  int cases = 0;
  for (const std::string& name : file.groups("/large")) {
    const std::string path = "/large/" + name;
    if (!file.has_attribute(path, "gnn_type")) continue;  // the batch
    check_large_case(file, path);
    ++cases;
  }
  EXPECT_GT(cases, 0);
}

TEST(EncoderKnownAnswers, GeneratedValuesStartAsPublished) {
  const std::vector<float> values = generated(42, -1, 1, 2);
  EXPECT_EQ(values[0], static_cast<float>(0.4831297575436466));
  EXPECT_EQ(values[1], static_cast<float>(-0.6801792142461598));
}

}  // namespace
}  // namespace aufbau::nn
