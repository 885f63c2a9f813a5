#include <gtest/gtest.h>

#include "nn/model_file.h"
#include "testing/errors.h"

namespace aufbau::nn {
namespace {

using aufbau::testing::error_of;
using Names = std::vector<std::string>;

Parameters two_parameters(DType dtype = DType::f32) {
  return {{"weight", Tensor::zeros({2, 3}, dtype)}, {"bias", Tensor::zeros({2}, dtype)}};
}

TEST(WithPrefix, GoesBeforeEveryName) {
  const Parameters parameters = with_prefix("gnn.", two_parameters());
  EXPECT_EQ(parameters[0].name, "gnn.weight");
  EXPECT_EQ(parameters[1].name, "gnn.bias");
}

TEST(TensorNamed, AliasesOrComplains) {
  const Parameters parameters = two_parameters();
  EXPECT_TRUE(tensor_named(parameters, "bias").is(parameters[1].tensor));
  EXPECT_STREQ(error_of([&] { tensor_named(parameters, "gain"); }).what(),
               "[parameters] there is no tensor 'gain'");
}

TEST(LoadParameters, ReportsWhatWasTakenLeftAndFresh) {
  Parameters into = two_parameters();
  const LoadReport report = load_parameters(
      {{"bias", Tensor::full({2}, 7, DType::f32)}, {"extra", Tensor::zeros({1}, DType::f32)}},
      into);
  EXPECT_EQ(report.loaded, Names{"bias"});
  EXPECT_EQ(report.skipped, Names{"extra"});
  EXPECT_EQ(report.fresh, Names{"weight"});
  EXPECT_EQ(into[1].tensor.to_doubles(), (std::vector<double>{7, 7}));
}

TEST(LoadParameters, ConvertsBetweenPrecisionsAndOwnsItsCopy) {
  Parameters into = two_parameters(DType::f64);
  Tensor bias = Tensor::full({2}, 0.5, DType::f32);
  load_parameters({{"bias", bias}}, into);
  bias.mutable_values<float>()[0] = 9;
  EXPECT_EQ(into[1].tensor.to_doubles(), (std::vector<double>{0.5, 0.5}));
  into = two_parameters(DType::f32);
  load_parameters({{"bias", bias}}, into);
  bias.mutable_values<float>()[0] = 3;
  EXPECT_EQ(into[1].tensor.to_doubles(), (std::vector<double>{9, 0.5}));
}

TEST(LoadParameters, NamesTensorAndBothShapes) {
  Parameters into = two_parameters();
  const Error error = error_of([&] {
    load_parameters({{"weight", Tensor::zeros({3, 2}, DType::f32)}}, into);
  });
  EXPECT_EQ(error.kind(), ErrorKind::mismatch);
  EXPECT_STREQ(error.what(), "[load] tensor 'weight': expected shape [2, 3], got [3, 2]");
}

TEST(LoadParameters, ChangesNothingWhenOneTensorDoesNotFit) {
  Parameters into = two_parameters();
  EXPECT_EQ(error_of([&] {
              load_parameters({{"weight", Tensor::full({2, 3}, 1, DType::f32)},
                               {"bias", Tensor::full({3}, 1, DType::f32)}},
                              into);
            }).kind(),
            ErrorKind::mismatch);
  EXPECT_EQ(into[0].tensor.to_doubles(), std::vector<double>(6, 0));
}

TEST(LoadParameters, DoesNotMixCountersAndValues) {
  Parameters into = two_parameters();
  into.push_back({"count", Tensor::zeros({}, DType::i64), false});
  EXPECT_STREQ(error_of([&] {
                 load_parameters({{"count", Tensor::zeros({}, DType::f32)}}, into);
               }).what(),
               "[load] tensor 'count': expected i64, got f32");
  EXPECT_STREQ(error_of([&] {
                 load_parameters({{"bias", Tensor::zeros({2}, DType::i64)}}, into);
               }).what(),
               "[load] tensor 'bias': expected f32, got i64");
  load_parameters({{"count", Tensor::full({}, 41, DType::i64)}}, into);
  EXPECT_EQ(into[2].tensor.item(), 41);
}

TEST(Snapshot, CopiesValuesAsSinglePrecision) {
  Parameters parameters = two_parameters(DType::f64);
  parameters.push_back({"count", Tensor::full({}, 3, DType::i64), false});
  const std::vector<store::NamedTensor> copy = snapshot(parameters);
  parameters[1].tensor.mutable_values<double>()[0] = 5;
  EXPECT_EQ(copy[1].tensor.dtype(), DType::f32);
  EXPECT_EQ(copy[1].tensor.to_doubles(), (std::vector<double>{0, 0}));
  EXPECT_EQ(copy[2].tensor.dtype(), DType::i64);
  parameters = two_parameters(DType::f32);
  const std::vector<store::NamedTensor> single = snapshot(parameters);
  parameters[0].tensor.mutable_values<float>()[0] = 5;
  EXPECT_EQ(single[0].tensor.to_doubles(), std::vector<double>(6, 0));
}

}  // namespace
}  // namespace aufbau::nn
