#include <gtest/gtest.h>

#include "op_cases.h"

namespace aufbau {
namespace {

TEST(Dropout, UsesTheDrawsOfItsKeyInRowMajorOrder) {
  const RandomKey key{3, Purpose::dropout, 1, 2, 4};
  for (const std::int64_t size : {0, 1, 5, 63, 64, 65, 200, 70001}) {
    const Tensor out = ops::dropout(Tensor::full({size}, 1, DType::f64), 0.25, key);
    Random random(key);
    for (const double value : out.values<double>())
      ASSERT_EQ(value, random.uniform() < 0.25 ? 0.0 : 1 / 0.75);
  }
}

TEST(Dropout, IsTheSameInBothTypes) {
  const RandomKey key{9};
  const Tensor x = testing::drawn({100, 7}, 1);
  const auto a = ops::dropout(x, 0.5, key).to_doubles();
  const auto b = ops::dropout(x.to(DType::f32), 0.5, key).to_doubles();
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i] == 0, b[i] == 0) << i;
}

TEST(Dropout, ExtremeProbabilitiesKeepTheirMeaning) {
  const Tensor x = Tensor::full({100000}, 1, DType::f64);
  double dropped = 0;
  const Tensor nearly_all = ops::dropout(x, 1 - 1e-12, RandomKey{1});
  for (const double value : nearly_all.values<double>()) dropped += value == 0;
  EXPECT_EQ(dropped, 100000);
  dropped = 0;
  const Tensor hardly_any = ops::dropout(x, 1e-12, RandomKey{1});
  for (const double value : hardly_any.values<double>()) dropped += value == 0;
  EXPECT_EQ(dropped, 0);
}

}  // namespace
}  // namespace aufbau
