#include "tensor/device/block_cache.h"

#include <bit>

namespace aufbau::device {

namespace {

/// Sizes are rounded up to eight steps per power of two, so that batches of nearly the same size
/// share blocks.
std::size_t rounded(std::size_t bytes) {
  constexpr std::size_t kLeast = 512;
  const std::size_t step = std::max(kLeast, std::bit_floor(std::max(bytes, kLeast)) / 8);
  return std::max(kLeast, (bytes + step - 1) / step * step);
}

/// A kept block that is larger by more than a quarter waits for a larger tensor.
std::size_t largest_for(std::size_t bytes) { return bytes + bytes / 4; }

}  // namespace

BlockCache::BlockCache(Source source) : source_(std::move(source)) {}
BlockCache::~BlockCache() { give_back_all(); }

void* BlockCache::allocate(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  const std::size_t size = rounded(bytes);
  const auto kept = kept_.lower_bound(size);
  if (kept != kept_.end() && kept->first <= largest_for(size)) {
    void* data = kept->second;
    in_use_ += kept->first;
    kept_.erase(kept);
    return data;
  }
  void* data = source_.take(size);
  if (data == nullptr && !kept_.empty()) {
    give_back_all();
    data = source_.take(size);
  }
  if (data == nullptr) return nullptr;
  sizes_[data] = size;
  in_use_ += size;
  return data;
}

void BlockCache::release(void* data) {
  if (data == nullptr) return;
  const std::lock_guard lock(mutex_);
  const std::size_t size = sizes_.at(data);
  in_use_ -= size;
  kept_.emplace(size, data);
}

std::size_t BlockCache::in_use() const {
  const std::lock_guard lock(mutex_);
  return in_use_;
}

void BlockCache::give_back_all() {
  for (const auto& [size, data] : kept_) {
    source_.give_back(data);
    sizes_.erase(data);
  }
  kept_.clear();
}

}  // namespace aufbau::device
