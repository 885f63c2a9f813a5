#include "tensor/cpu/recycler.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <list>
#include <map>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "core/error.h"

namespace aufbau::cpu {

namespace {

constexpr std::size_t kAlignment = 64, kHugePage = 2 << 20;
// Under the address sanitizer every buffer goes back at once, so that a use after its end is seen.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kKeeps = false;
#else
constexpr bool kKeeps = true;
#endif

/// Four sizes per power of two: batches of nearly the same size share buffers.
std::size_t size_class(std::size_t bytes) {
  if (bytes <= 8 * kAlignment)
    return std::max<std::size_t>(1, (bytes + kAlignment - 1) / kAlignment) * kAlignment;
  const std::size_t step = std::bit_floor(bytes) / 4;
  return (bytes + step - 1) / step * step;
}

/// The largest buffer that a request may be given. Batches of nearly the same size must not drive
/// each other's buffers out: pages that are given back are cleared before they come again.
std::size_t largest_for(std::size_t size) { return 2 * size; }

void* from_system(std::size_t size) {
  if (size < kHugePage) return std::aligned_alloc(kAlignment, size);
  void* data = std::aligned_alloc(kHugePage, (size + kHugePage - 1) / kHugePage * kHugePage);
  if (data) madvise(data, size, MADV_HUGEPAGE);
  return data;
}

/// A buffer keeps its entries in the books for as long as it lives, so that steady steps need no
/// memory for them either.
class Recycler {
 public:
  void* allocate(std::size_t bytes) {
    const std::size_t size = size_class(bytes);
    if (void* data = take(size)) return data;
    void* data = from_system(size);
    if (!data) {
      give_back(0);
      data = from_system(size);
    }
    const std::lock_guard lock(guard_);
    if (!data)
      fail(ErrorKind::resource, "memory", "no ", bytes, " bytes left for a tensor (", state_.live,
           " in use); use a smaller batch or model");
    used_.push_back({data, size});
    buffers_[data] = std::prev(used_.end());
    state_.taken += size;
    count_live(size);
    return data;
  }

  void release(void* data) noexcept {
    std::size_t limit;
    {
      const std::lock_guard lock(guard_);
      const Place buffer = buffers_.find(data)->second;
      kept_.splice(kept_.end(), used_, buffer);
      by_size_[buffer->size].push_back(buffer);
      state_.live -= buffer->size;
      state_.kept += buffer->size;
      limit = kKeeps ? state_.peak + state_.peak / 4 - state_.live : 0;
    }
    give_back(limit);
  }

  RecyclerState state() {
    const std::lock_guard lock(guard_);
    return state_;
  }

 private:
  struct Buffer {
    void* data;
    std::size_t size;
  };
  using Place = std::list<Buffer>::iterator;

  /// The smallest kept buffer that fits, of its size the one that came back last, or null.
  void* take(std::size_t size) {
    const std::lock_guard lock(guard_);
    auto fitting = by_size_.lower_bound(size);
    while (fitting != by_size_.end() && fitting->second.empty()) ++fitting;
    if (fitting == by_size_.end() || fitting->first > largest_for(size)) return nullptr;
    const Place buffer = fitting->second.back();
    fitting->second.pop_back();
    used_.splice(used_.end(), kept_, buffer);
    state_.kept -= buffer->size;
    count_live(buffer->size);
    return buffer->data;
  }

  /// The lock is held.
  void count_live(std::size_t size) {
    state_.live += size;
    state_.peak = std::max(state_.peak, state_.live);
  }

  /// Frees what has been unused longest until at most `limit` bytes are kept.
  void give_back(std::size_t limit) {
    const std::lock_guard lock(guard_);
    while (state_.kept > limit) {
      const Place oldest = kept_.begin();
      std::erase(by_size_.find(oldest->size)->second, oldest);
      state_.kept -= oldest->size;
      buffers_.erase(oldest->data);
      std::free(oldest->data);
      kept_.erase(oldest);
    }
  }

  std::mutex guard_;
  RecyclerState state_;
  std::list<Buffer> used_, kept_;                      ///< kept: in the order they came back
  std::unordered_map<void*, Place> buffers_;           ///< all of both
  std::map<std::size_t, std::vector<Place>> by_size_;  ///< the kept ones; once a size, always one
};

Recycler& recycler() {
  // Never destroyed: tensors with static lifetime may outlive any order of destruction.
  static Recycler* const instance = new Recycler;
  return *instance;
}

}  // namespace

void* allocate(std::size_t bytes) { return recycler().allocate(bytes); }
void release(void* data) noexcept { recycler().release(data); }
RecyclerState recycler_state() { return recycler().state(); }

}  // namespace aufbau::cpu
