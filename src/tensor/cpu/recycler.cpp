#include "tensor/cpu/recycler.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <list>
#include <map>
#include <mutex>
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

/// Eight sizes per power of two: batches of nearly the same size share buffers, at most an eighth
/// is wasted.
std::size_t size_class(std::size_t bytes) {
  if (bytes <= 8 * kAlignment)
    return std::max<std::size_t>(1, (bytes + kAlignment - 1) / kAlignment) * kAlignment;
  const std::size_t step = std::bit_floor(bytes) / 8;
  return (bytes + step - 1) / step * step;
}

void* from_system(std::size_t size) {
  if (size < kHugePage) return std::aligned_alloc(kAlignment, size);
  void* data = std::aligned_alloc(kHugePage, (size + kHugePage - 1) / kHugePage * kHugePage);
  if (data) madvise(data, size, MADV_HUGEPAGE);
  return data;
}

class Recycler {
 public:
  void* allocate(std::size_t bytes) {
    const std::size_t size = size_class(bytes);
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
    state_.live += size;
    state_.peak = std::max(state_.peak, state_.live);
    return data;
  }

  void release(void* data, std::size_t bytes) noexcept {
    const std::size_t size = size_class(bytes);
    std::size_t limit;
    {
      const std::lock_guard lock(guard_);
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

  /// The buffer of this size that came back last, or null.
  void* take(std::size_t size) {
    const std::lock_guard lock(guard_);
    auto& same_size = by_size_[size];
    if (same_size.empty()) return nullptr;
    const auto last = same_size.back();
    void* data = last->data;
    same_size.pop_back();
    kept_.erase(last);
    state_.kept -= size;
    return data;
  }

  /// Frees what has been unused longest until at most `limit` bytes are kept.
  void give_back(std::size_t limit) {
    const std::lock_guard lock(guard_);
    while (state_.kept > limit) {
      const auto oldest = kept_.begin();
      auto& same_size = by_size_[oldest->size];
      std::erase(same_size, oldest);
      state_.kept -= oldest->size;
      std::free(oldest->data);
      kept_.erase(oldest);
    }
  }

  std::mutex guard_;
  RecyclerState state_;
  std::list<Buffer> kept_;  ///< in the order they came back
  std::map<std::size_t, std::vector<std::list<Buffer>::iterator>> by_size_;
};

Recycler& recycler() {
  // Never destroyed: tensors with static lifetime may outlive any order of destruction.
  static Recycler* const instance = new Recycler;
  return *instance;
}

}  // namespace

void* allocate(std::size_t bytes) { return recycler().allocate(bytes); }
void release(void* data, std::size_t bytes) noexcept { recycler().release(data, bytes); }
RecyclerState recycler_state() { return recycler().state(); }

}  // namespace aufbau::cpu
