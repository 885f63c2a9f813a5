#include "data/loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>

#include "aufbau.h"
#include "core/parallel.h"

namespace aufbau::data {
namespace {

std::vector<std::int64_t> counting(std::int64_t count) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

// A batch that tells where it came from.
struct Batch {
  std::vector<std::int64_t> rows;
  std::size_t step = 0;
};

std::unique_ptr<Batch> copy_rows(std::span<const std::int64_t> rows, std::size_t step) {
  return std::make_unique<Batch>(Batch{{rows.begin(), rows.end()}, step});
}

TEST(EpochOrder, IsAPermutationOfTheRows) {
  std::vector<std::int64_t> order = epoch_order({5, 7, 7, 2, 100, -1}, 3, 4);
  std::sort(order.begin(), order.end());
  EXPECT_EQ(order, (std::vector<std::int64_t>{-1, 2, 5, 7, 7, 100}));
}

TEST(EpochOrder, DependsOnSeedAndEpochOnly) {
  const auto first = epoch_order(counting(50), 1, 0);
  EXPECT_EQ(first, epoch_order(counting(50), 1, 0));
  EXPECT_NE(first, epoch_order(counting(50), 1, 1));
  EXPECT_NE(first, epoch_order(counting(50), 2, 0));
  EXPECT_NE(first, counting(50));
}

TEST(EpochOrder, OfNothingAndOfOneRowIsItself) {
  EXPECT_TRUE(epoch_order({}, 1, 1).empty());
  EXPECT_EQ(epoch_order({9}, 1, 1), std::vector<std::int64_t>{9});
}

TEST(EpochOrder, PutsEveryRowEverywhereEquallyOften) {
  // 6,000 shuffles of 3 rows: each of the 9 counts has mean 2,000 and standard deviation 36.5; 6 of
  // those are allowed.
  std::array<std::array<int, 3>, 3> count{};
  for (std::uint32_t epoch = 0; epoch < 6000; ++epoch) {
    const auto order = epoch_order(counting(3), 8, epoch);
    for (std::size_t at = 0; at < 3; ++at) ++count[at][static_cast<std::size_t>(order[at])];
  }
  for (const auto& place : count)
    for (const int times : place) EXPECT_NEAR(times, 2000, 219);
}

TEST(CutBatches, KeepsALastShortOne) {
  const auto order = counting(7);
  const std::vector<std::vector<std::int64_t>> expected = {{0, 1, 2}, {3, 4, 5}, {6}};
  EXPECT_EQ(cut_batches(order, 3), expected);
  EXPECT_EQ(cut_batches(order, 7).size(), 1u);
  EXPECT_EQ(cut_batches(order, 100).size(), 1u);
  EXPECT_TRUE(cut_batches({}, 3).empty());
}

TEST(CutBatches, RefusesBatchesOfNothing) {
  EXPECT_THROW(cut_batches(counting(3), 0), Error);
  EXPECT_THROW(cut_batches(counting(3), -1), Error);
}

TEST(Loader, GivesEveryBatchInOrderThenNull) {
  Loader<Batch> loader(cut_batches(counting(10), 3), copy_rows);
  std::vector<std::int64_t> rows;
  for (std::size_t step = 0; step < 4; ++step) {
    const auto batch = loader.next();
    ASSERT_TRUE(batch);
    EXPECT_EQ(batch->step, step);
    rows.insert(rows.end(), batch->rows.begin(), batch->rows.end());
  }
  EXPECT_EQ(rows, counting(10));
  EXPECT_FALSE(loader.next());
  EXPECT_FALSE(loader.next());
}

TEST(Loader, OfNoBatchesEndsAtOnce) {
  Loader<Batch> loader({}, copy_rows);
  EXPECT_FALSE(loader.next());
}

TEST(Loader, ContinuesAtAnyStep) {
  Loader<Batch> loader(cut_batches(counting(10), 3), copy_rows, 2, 2);
  const auto batch = loader.next();
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->step, 2u);
  EXPECT_EQ(batch->rows, (std::vector<std::int64_t>{6, 7, 8}));
  EXPECT_TRUE(loader.next());
  EXPECT_FALSE(loader.next());
  Loader<Batch> past_the_end(cut_batches(counting(10), 3), copy_rows, 2, 9);
  EXPECT_FALSE(past_the_end.next());
}

TEST(Loader, StaysAheadButNoFurtherThanAsked) {
  for (const std::size_t ahead : {0, 1, 2, 5}) {
    std::atomic<std::size_t> prepared{0};
    Loader<Batch> loader(
        cut_batches(counting(40), 1),
        [&](std::span<const std::int64_t> rows, std::size_t step) {
          ++prepared;
          return copy_rows(rows, step);
        },
        ahead);
    const std::size_t limit = std::max<std::size_t>(ahead, 1);
    for (std::size_t taken = 0; taken < 40; ++taken) {
      // A batch that is being prepared counts: there is room for it.
      EXPECT_LE(prepared.load(), taken + limit);
      ASSERT_TRUE(loader.next());
    }
    EXPECT_EQ(prepared.load(), 40u);
  }
}

TEST(Loader, RethrowsWhatPrepareThrewAfterTheBatchesBefore) {
  Loader<Batch> loader(cut_batches(counting(10), 1),
                       [](std::span<const std::int64_t> rows, std::size_t step) {
                         if (step == 3) throw std::runtime_error("row 3 is bad");
                         return copy_rows(rows, step);
                       });
  for (int step = 0; step < 3; ++step) ASSERT_TRUE(loader.next());
  for (int again = 0; again < 2; ++again) {
    try {
      loader.next();
      FAIL() << "expected the exception of prepare";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "row 3 is bad");
    }
  }
}

TEST(Loader, CallsABatchOfNothingAnError) {
  Loader<Batch> loader(cut_batches(counting(2), 1),
                       [](std::span<const std::int64_t>, std::size_t) { return nullptr; });
  EXPECT_THROW(loader.next(), Error);
}

// Counts how many are alive: nothing that was prepared may leak or be destroyed twice.
struct Counted {
  static inline std::atomic<int> alive{0};
  Counted() { ++alive; }
  ~Counted() { --alive; }
  Counted(const Counted&) = delete;
};

TEST(Loader, MayBeAbandonedAtAnyMoment) {
  for (int taken = 0; taken <= 12; ++taken)
    for (const std::size_t ahead : {1, 2, 20}) {
      {
        Loader<Counted> loader(
            cut_batches(counting(12), 1),
            [](std::span<const std::int64_t>, std::size_t step) {
              if (step % 3 == 1) std::this_thread::sleep_for(std::chrono::microseconds(100));
              return std::make_unique<Counted>();
            },
            ahead);
        for (int i = 0; i < taken; ++i) ASSERT_TRUE(loader.next());
      }
      EXPECT_EQ(Counted::alive.load(), 0);
    }
}

TEST(Loader, MayBeAbandonedWithAnExceptionNobodyTook) {
  for (int i = 0; i < 20; ++i)
    Loader<Batch> loader(cut_batches(counting(3), 1),
                         [](std::span<const std::int64_t>, std::size_t) -> std::unique_ptr<Batch> {
                           throw std::runtime_error("never seen");
                         });
}

TEST(Loader, MovesWithItsThread) {
  Loader<Batch> first(cut_batches(counting(6), 2), copy_rows);
  ASSERT_TRUE(first.next());
  Loader<Batch> second = std::move(first);
  EXPECT_EQ(second.next()->step, 1u);
  second = Loader<Batch>(cut_batches(counting(6), 2), copy_rows);
  EXPECT_EQ(second.next()->step, 0u);
}

TEST(Loader, PreparesOnOneThreadOfItsOwn) {
  const ThreadScope two_threads(2);
  const auto here = std::this_thread::get_id();
  struct Where {
    int threads;
    std::thread::id id;
  };
  Loader<Where> loader(cut_batches(counting(3), 1), [](std::span<const std::int64_t>, std::size_t) {
    return std::make_unique<Where>(Where{thread_count(), std::this_thread::get_id()});
  });
  const auto first = loader.next(), second = loader.next();
  EXPECT_EQ(first->threads, 1);
  EXPECT_NE(first->id, here);
  EXPECT_EQ(first->id, second->id);
  EXPECT_EQ(thread_count(), 2);
}

}  // namespace
}  // namespace aufbau::data
