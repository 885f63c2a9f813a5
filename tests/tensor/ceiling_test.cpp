#include "tensor/ceiling.h"

#include <gtest/gtest.h>
#include <omp.h>

#include "core/parallel.h"

namespace aufbau {
namespace {

TEST(Ceiling, ALinearStepIsThreeProducts) {
  const auto products = linear_products(7, 3, 5);
  EXPECT_EQ(products,
            (std::vector<GemmShape>{
                {false, true, 7, 5, 3}, {true, false, 5, 3, 7}, {false, false, 7, 3, 5}}));
  EXPECT_EQ(linear_products(7, 3, 5, false).size(), 2u);
}

TEST(Ceiling, IsMeasuredForAnySizeAndCountsEveryProduct) {
  for (const int threads : {1, 2}) {
    const ThreadScope scope(threads);
    EXPECT_EQ(gemm_seconds({}), 0);
    EXPECT_EQ(gemm_seconds(linear_products(0, 3, 5)), 0);
    EXPECT_GT(gemm_seconds(linear_products(1, 1, 1)), 0);
    EXPECT_GT(gemm_seconds(linear_products(500, 30, 50)), 0);
    EXPECT_GT(fma_peak(), 1e8);
    EXPECT_GT(copy_bandwidth(), 1e7);
  }
}

TEST(Ceiling, LeavesTheNumberOfOpenMpThreadsAlone) {
  const int before = omp_get_max_threads();
  omp_set_num_threads(5);
  gemm_seconds(linear_products(10, 3, 5));
  EXPECT_EQ(omp_get_max_threads(), 5);
  omp_set_num_threads(before);
}

}  // namespace
}  // namespace aufbau
