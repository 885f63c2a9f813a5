#include "tensor/cpu/segment_heap.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "core/random.h"

namespace aufbau::cpu {
namespace {

void* take(SegmentHeap& heap, std::size_t bytes) {
  if (void* data = heap.take(bytes)) return data;
  return heap.grow(bytes) ? heap.take(bytes) : nullptr;
}

struct Taken {
  unsigned char* data;
  std::size_t bytes;
  int mark;
  bool is_whole() const {
    for (std::size_t i = 0; i < bytes; ++i)
      if (data[i] != static_cast<unsigned char>(mark)) return false;
    return true;
  }
};

TEST(SegmentHeap, BlocksAreAlignedAndNeverOverlap) {
  SegmentHeap heap(1 << 16);
  Random random({.seed = 5});
  std::vector<Taken> taken;
  for (int turn = 0; turn < 4000; ++turn) {
    if (taken.size() < 40 && random.below(5) > 1) {
      // Sizes of all magnitudes up to 1 MiB, zero among them.
      const std::size_t bytes = random.below(std::size_t{1} << random.below(21));
      auto* data = static_cast<unsigned char*>(take(heap, bytes));
      ASSERT_NE(data, nullptr);
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(data) % SegmentHeap::kAlignment, 0u);
      std::memset(data, turn % 251, bytes);
      taken.push_back({data, bytes, turn % 251});
    } else if (!taken.empty()) {
      const std::size_t at = random.below(taken.size());
      ASSERT_TRUE(taken[at].is_whole()) << "turn " << turn;
      heap.give_back(taken[at].data);
      taken.erase(taken.begin() + static_cast<std::ptrdiff_t>(at));
    }
    ASSERT_LE(heap.live(), heap.held());
  }
  for (const Taken& block : taken) {
    EXPECT_TRUE(block.is_whole());
    heap.give_back(block.data);
  }
  EXPECT_EQ(heap.live(), 0u);
  // Everything has joined: all segments are whole again, and go.
  while (heap.shrink() > 0) {
  }
  EXPECT_EQ(heap.held(), 0u);
}

TEST(SegmentHeap, JoinsWhatLiesSideBySide) {
  SegmentHeap heap(1 << 20);
  std::vector<void*> quarters;
  for (int i = 0; i < 4; ++i) quarters.push_back(take(heap, (1 << 18) - 64));
  EXPECT_EQ(heap.held(), std::size_t{1} << 20);
  EXPECT_EQ(heap.take(1 << 18), nullptr);
  for (const int i : {1, 3, 2, 0}) heap.give_back(quarters[static_cast<std::size_t>(i)]);
  EXPECT_EQ(heap.take((1 << 20) - 64), quarters[0]);
  heap.give_back(quarters[0]);
  while (heap.shrink() > 0) {
  }
  EXPECT_EQ(heap.held(), 0u);
}

TEST(SegmentHeap, ReturnsTheSegmentThatIsFreeLongestAndNoneInUse) {
  SegmentHeap heap(0);
  void* first = take(heap, 100000);
  void* second = take(heap, 200000);
  EXPECT_EQ(heap.shrink(), 0u);
  const std::size_t both = heap.held();
  heap.give_back(second);
  heap.give_back(first);
  const std::size_t freed = heap.shrink();
  EXPECT_GE(freed, 200000u);
  EXPECT_EQ(heap.held(), both - freed);
  EXPECT_GE(heap.shrink(), 100000u);
  EXPECT_EQ(heap.shrink(), 0u);
}

TEST(SegmentHeap, SaysThatTheSystemHasNoMore) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the address sanitizer ends the process at an impossible allocation";
#endif
  SegmentHeap heap(1 << 16);
  EXPECT_FALSE(heap.grow(std::size_t{1} << 53));
  EXPECT_EQ(heap.held(), 0u);
}

}  // namespace
}  // namespace aufbau::cpu
