#include "tensor/device/block_cache.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>

namespace aufbau::device {
namespace {

/// A source of `size` bytes of nothing.
struct Store {
  std::size_t size, taken = 0;
  int asked = 0;
  std::map<void*, std::size_t> blocks = {};

  BlockCache::Source source() {
    return {[this](std::size_t bytes) -> void* {
              ++asked;
              if (taken + bytes > size) return nullptr;
              taken += bytes;
              void* data = reinterpret_cast<void*>(static_cast<std::uintptr_t>(asked) * 4096);
              blocks[data] = bytes;
              return data;
            },
            [this](void* data) {
              taken -= blocks.at(data);
              blocks.erase(data);
            }};
  }
};

TEST(BlockCache, GivesAReleasedBlockToATensorOfAboutTheSameSize) {
  Store store{1 << 30};
  BlockCache cache(store.source());
  void* block = cache.allocate(1'000'000);
  cache.release(block);
  EXPECT_EQ(cache.in_use(), 0);
  EXPECT_EQ(cache.allocate(990'000), block);
  EXPECT_NE(cache.allocate(990'000), block);
  EXPECT_EQ(store.asked, 2);
}

TEST(BlockCache, KeepsLargeBlocksForLargeTensors) {
  Store store{1 << 30};
  BlockCache cache(store.source());
  void* large = cache.allocate(1 << 20);
  cache.release(large);
  EXPECT_NE(cache.allocate(1000), large);
  EXPECT_EQ(cache.allocate(1 << 20), large);
}

TEST(BlockCache, BlocksHaveTheBytesAskedForAndAtMostAQuarterMore) {
  Store store{std::size_t{1} << 40};
  BlockCache cache(store.source());
  for (std::size_t bytes = 4096; bytes < (std::size_t{1} << 33); bytes = bytes * 7 / 5 + 1) {
    void* block = cache.allocate(bytes);
    EXPECT_GE(store.blocks.at(block), bytes);
    EXPECT_LE(store.blocks.at(block), bytes + bytes / 4);
  }
  EXPECT_NE(cache.allocate(0), nullptr);
}

TEST(BlockCache, GivesBackWhatItKeepsBeforeItSaysThatThereIsNoMore) {
  Store store{1 << 20};
  {
    BlockCache cache(store.source());
    for (const std::size_t bytes : {1 << 18, 1 << 17, 1 << 19})
      cache.release(cache.allocate(bytes));
    void* all = cache.allocate(1 << 20);
    EXPECT_NE(all, nullptr);
    EXPECT_EQ(cache.allocate(1), nullptr);
    EXPECT_EQ(cache.in_use(), 1 << 20);
    cache.release(all);
    EXPECT_NE(cache.allocate(1), nullptr);
  }
  EXPECT_LT(store.taken, 1 << 20);  // what was kept; blocks in use are somebody else's
}

TEST(BlockCache, ReleasesNothingForNull) {
  Store store{1 << 20};
  BlockCache cache(store.source());
  cache.release(nullptr);
  EXPECT_EQ(cache.in_use(), 0);
}

}  // namespace
}  // namespace aufbau::device
