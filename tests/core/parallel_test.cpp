#include "core/parallel.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <atomic>
#include <set>
#include <stdexcept>
#include <vector>

namespace aufbau {
namespace {

TEST(ParallelBlocks, CutsTheSameBlocksAtAnyNumberOfThreads) {
  for (const int threads : {1, 2, 3, 7}) {
    const ThreadScope scope(threads);
    std::mutex guard;
    std::set<std::pair<std::int64_t, std::int64_t>> blocks;
    parallel_blocks(10, 4, [&](std::int64_t begin, std::int64_t end) {
      const std::lock_guard lock(guard);
      blocks.insert({begin, end});
    });
    EXPECT_EQ(blocks, (std::set<std::pair<std::int64_t, std::int64_t>>{{0, 4}, {4, 8}, {8, 10}}));
  }
}

TEST(ParallelBlocks, DoesNothingForNothing) {
  parallel_blocks(0, 4, [](std::int64_t, std::int64_t) { FAIL(); });
}

TEST(ParallelBlocks, CarriesAnExceptionOutAndStillVisitsTheOtherBlocks) {
  for (const int threads : {1, 2}) {
    const ThreadScope scope(threads);
    std::atomic<int> visited = 0;
    EXPECT_THROW(parallel_blocks(8, 1,
                                 [&](std::int64_t begin, std::int64_t) {
                                   ++visited;
                                   if (begin == 3) throw std::runtime_error("three");
                                 }),
                 std::runtime_error);
    EXPECT_EQ(visited, 8);
  }
}

TEST(ParallelBlocks, GivesNestedRegionsOneThread) {
  for (const int threads : {1, 2}) {
    const ThreadScope scope(threads);
    std::atomic<int> largest = 0;
    parallel_blocks(4, 1, [&](std::int64_t, std::int64_t) {
      int team = 0;
#pragma omp parallel
#pragma omp single
      team = omp_get_num_threads();
      if (team > largest) largest = team;
      EXPECT_EQ(omp_get_max_threads(), 1);
    });
    EXPECT_EQ(largest, 1);
  }
}

TEST(ParallelBlocks, LeavesTheCallersOwnSettingAlone) {
  const int before = omp_get_max_threads();
  omp_set_num_threads(5);
  for (const int threads : {1, 2}) {
    const ThreadScope scope(threads);
    parallel_blocks(4, 1, [](std::int64_t, std::int64_t) {});
    EXPECT_EQ(omp_get_max_threads(), 5);
  }
  omp_set_num_threads(before);
}

TEST(ParallelBlocks, MayBeNested) {
  std::atomic<int> visited = 0;
  parallel_blocks(3, 1, [&](std::int64_t, std::int64_t) {
    parallel_blocks(5, 2, [&](std::int64_t begin, std::int64_t end) {
      visited += static_cast<int>(end - begin);
    });
  });
  EXPECT_EQ(visited, 15);
}

TEST(ThreadScope, EndsWithWhatWasBefore) {
  const int before = thread_count();
  EXPECT_GE(before, 1);
  {
    const ThreadScope three(3);
    EXPECT_EQ(thread_count(), 3);
    {
      const ThreadScope all(0);
      EXPECT_EQ(thread_count(), before);
    }
    EXPECT_EQ(thread_count(), 3);
  }
  EXPECT_EQ(thread_count(), before);
}

}  // namespace
}  // namespace aufbau
