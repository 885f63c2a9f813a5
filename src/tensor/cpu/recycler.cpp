#include "tensor/cpu/recycler.h"

#include <algorithm>
#include <mutex>

#include "core/error.h"
#include "tensor/cpu/segment_heap.h"

namespace aufbau::cpu {

namespace {

/// Small tensors live long more often; among large ones they would keep segments from being whole.
constexpr std::size_t kLarge = 1 << 20, kSmallSegment = 2 << 20, kLargeSegment = 16 << 20;
// Under the address sanitizer every buffer is a segment of its own that goes back at once, so that
// a use after its end is seen.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kKeeps = false;
#else
constexpr bool kKeeps = true;
#endif

class Recycler {
 public:
  void* allocate(std::size_t bytes) {
    const std::lock_guard lock(guard_);
    SegmentHeap& heap = heap_of(bytes);
    void* data = heap.take(bytes);
    if (!data && grow(heap, bytes)) data = heap.take(bytes);
    if (!data)
      fail(ErrorKind::resource, "memory", "no ", bytes, " bytes left for a tensor (", live(),
           " in use); use a smaller batch or model");
    peak_ = std::max(peak_, live());
    return data;
  }

  void release(void* data, std::size_t bytes) noexcept {
    const std::lock_guard lock(guard_);
    heap_of(bytes).give_back(data);
    give_back(kKeeps ? peak_ + peak_ / 4 + kLargeSegment : live());
  }

  RecyclerState state() {
    const std::lock_guard lock(guard_);
    return {live(), held() - live(), peak_, segments_};
  }

 private:
  SegmentHeap& heap_of(std::size_t bytes) { return bytes < kLarge ? small_ : large_; }
  std::size_t live() const { return small_.live() + large_.live(); }
  std::size_t held() const { return small_.held() + large_.held(); }

  /// Asks the system, a second time after everything unused went back to it.
  bool grow(SegmentHeap& heap, std::size_t bytes) {
    ++segments_;
    if (heap.grow(bytes)) return true;
    give_back(0);
    return heap.grow(bytes);
  }

  /// Returns segments until at most `limit` bytes are held, or none is free.
  void give_back(std::size_t limit) {
    while (held() > limit && (large_.shrink() > 0 || small_.shrink() > 0)) {
    }
  }

  std::mutex guard_;
  SegmentHeap small_{kKeeps ? kSmallSegment : 0}, large_{kKeeps ? kLargeSegment : 0};
  std::size_t peak_ = 0, segments_ = 0;
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
