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

/// Eight sizes per power of two: batches of nearly the same size share buffers.
std::size_t size_class(std::size_t bytes) {
  if (bytes <= 8 * kAlignment)
    return std::max<std::size_t>(1, (bytes + kAlignment - 1) / kAlignment) * kAlignment;
  const std::size_t step = std::bit_floor(bytes) / 8;
  return (bytes + step - 1) / step * step;
}

/// The largest buffer that a request may be given. Batches of nearly the same size must not drive
/// each other's buffers out: pages that are given back are cleared before they come again.
std::size_t largest_for(std::size_t size) { return size + size / 2; }

void* from_system(std::size_t size) {
  if (size < kHugePage) return std::aligned_alloc(kAlignment, size);
  void* data = std::aligned_alloc(kHugePage, (size + kHugePage - 1) / kHugePage * kHugePage);
  if (data) madvise(data, size, MADV_HUGEPAGE);
  return data;
}

class Recycler {
 public:
  void* allocate(std::size_t bytes) {
    std::size_t size = size_class(bytes);
    void* data = take(size);
    if (!data) data = from_system(size);
    if (!data) {
      give_back(0);
      data = from_system(size);
    }
    const std::lock_guard lock(guard_);
    if (!data)
      fail(ErrorKind::resource, "memory", "no ", bytes, " bytes left for a tensor (", state_.live,
           " in use); use a smaller batch or model");
    used_[data] = size;
    state_.live += size;
    state_.peak = std::max(state_.peak, state_.live);
    return data;
  }

  void release(void* data) noexcept {
    std::size_t limit;
    {
      const std::lock_guard lock(guard_);
      const auto used = used_.find(data);
      const std::size_t size = used->second;
      used_.erase(used);
      state_.live -= size;
      kept_.push_back({data, size});
      by_size_[size].push_back(std::prev(kept_.end()));
      state_.kept += size;
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

  /// The smallest kept buffer that fits, of its size the one that came back last, or null. `size`
  /// becomes that of the buffer.
  void* take(std::size_t& size) {
    const std::lock_guard lock(guard_);
    const auto fitting = by_size_.lower_bound(size);
    if (fitting == by_size_.end() || fitting->first > largest_for(size)) return nullptr;
    const auto last = fitting->second.back();
    void* data = last->data;
    size = last->size;
    forget(last);
    return data;
  }

  /// Takes a kept buffer off the books. The lock is held.
  void forget(std::list<Buffer>::iterator buffer) {
    const auto same_size = by_size_.find(buffer->size);
    std::erase(same_size->second, buffer);
    if (same_size->second.empty()) by_size_.erase(same_size);
    state_.kept -= buffer->size;
    kept_.erase(buffer);
  }

  /// Frees what has been unused longest until at most `limit` bytes are kept.
  void give_back(std::size_t limit) {
    const std::lock_guard lock(guard_);
    while (state_.kept > limit) {
      std::free(kept_.front().data);
      forget(kept_.begin());
    }
  }

  std::mutex guard_;
  RecyclerState state_;
  std::list<Buffer> kept_;  ///< in the order they came back
  std::map<std::size_t, std::vector<std::list<Buffer>::iterator>> by_size_;  ///< none empty
  std::unordered_map<void*, std::size_t> used_;                              ///< with their sizes
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
