#include "tensor/cpu/segment_heap.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <new>

namespace aufbau::cpu {

namespace {

constexpr std::size_t kHugePage = 2 << 20;

void* from_system(std::size_t size) {
  const bool is_huge = size % kHugePage == 0;
  void* data = std::aligned_alloc(is_huge ? kHugePage : SegmentHeap::kAlignment, size);
  if (data && is_huge) madvise(data, size, MADV_HUGEPAGE);
  return data;
}

}  // namespace

/// Stands before the bytes it describes; sizes include it.
struct alignas(SegmentHeap::kAlignment) SegmentHeap::Block {
  std::size_t size;
  Block* before;  ///< in the segment; null: the first
  bool is_last, is_free;
  Block *next, *previous;  ///< of its list, while free
  Block *younger, *elder;  ///< wholly free segments, while one

  Block* after() {
    return is_last ? nullptr : reinterpret_cast<Block*>(reinterpret_cast<char*>(this) + size);
  }
  bool is_segment() const { return !before && is_last; }
};

/// A size that a list holds exactly, so that what is given back serves the same request again.
std::size_t SegmentHeap::rounded(std::size_t bytes) {
  const std::size_t size = std::max(bytes + sizeof(Block), 2 * sizeof(Block));
  const std::size_t step = std::max(kAlignment, std::bit_floor(size) / kSteps);
  return (size + step - 1) / step * step;
}

int SegmentHeap::list_of(std::size_t size) {
  const int power = std::bit_width(size) - 1;
  const auto step = static_cast<int>((size >> (power - std::countr_zero(unsigned{kSteps}))) -
                                     static_cast<std::size_t>(kSteps));
  return power * kSteps + step;
}

void SegmentHeap::put(Block* block) {
  const auto list = static_cast<std::size_t>(list_of(block->size));
  block->is_free = true;
  block->previous = nullptr;
  block->next = lists_[list];
  if (block->next) block->next->previous = block;
  lists_[list] = block;
  filled_[list / 64] |= std::uint64_t{1} << (list % 64);
  if (!block->is_segment()) return;
  block->younger = nullptr;
  block->elder = newest_;
  (newest_ ? newest_->younger : oldest_) = block;
  newest_ = block;
}

void SegmentHeap::pull(Block* block) {
  const auto list = static_cast<std::size_t>(list_of(block->size));
  block->is_free = false;
  if (block->next) block->next->previous = block->previous;
  (block->previous ? block->previous->next : lists_[list]) = block->next;
  if (!lists_[list]) filled_[list / 64] &= ~(std::uint64_t{1} << (list % 64));
  if (!block->is_segment()) return;
  (block->younger ? block->younger->elder : newest_) = block->elder;
  (block->elder ? block->elder->younger : oldest_) = block->younger;
}

/// What `block` has beyond `size` becomes a free block.
void SegmentHeap::split(Block* block, std::size_t size) {
  if (block->size - size < 2 * sizeof(Block)) return;
  auto* rest = new (reinterpret_cast<char*>(block) + size) Block{};
  rest->size = block->size - size;
  rest->before = block;
  rest->is_last = block->is_last;
  block->size = size;
  block->is_last = false;
  if (Block* after = rest->after()) after->before = rest;
  put(rest);
}

void* SegmentHeap::take(std::size_t bytes) {
  const std::size_t size = rounded(bytes);
  const auto first = static_cast<std::size_t>(list_of(size));
  Block* found = nullptr;
  for (std::size_t word = first / 64; word < filled_.size() && !found; ++word) {
    std::uint64_t bits = filled_[word];
    if (word == first / 64) bits &= ~std::uint64_t{0} << (first % 64);
    for (; bits != 0 && !found; bits &= bits - 1) {
      // Blocks of the first list may be smaller than asked for, those of others are not.
      Block* block = lists_[word * 64 + static_cast<std::size_t>(std::countr_zero(bits))];
      while (block && block->size < size) block = block->next;
      found = block;
    }
  }
  if (!found) return nullptr;
  pull(found);
  split(found, size);
  live_ += found->size;
  return found + 1;
}

bool SegmentHeap::grow(std::size_t bytes) {
  std::size_t size = std::max(rounded(bytes), least_segment_);
  if (size >= kHugePage) size = (size + kHugePage - 1) / kHugePage * kHugePage;
  void* data = from_system(size);
  if (!data) return false;
  auto* block = new (data) Block{};
  block->size = size;
  block->is_last = true;
  held_ += size;
  put(block);
  return true;
}

void SegmentHeap::give_back(void* data) {
  Block* block = static_cast<Block*>(data) - 1;
  live_ -= block->size;
  if (Block* after = block->after(); after && after->is_free) {
    pull(after);
    block->size += after->size;
    block->is_last = after->is_last;
  }
  if (Block* before = block->before; before && before->is_free) {
    pull(before);
    before->size += block->size;
    before->is_last = block->is_last;
    block = before;
  }
  if (Block* after = block->after()) after->before = block;
  put(block);
}

std::size_t SegmentHeap::shrink() {
  if (!oldest_) return 0;
  Block* segment = oldest_;
  const std::size_t size = segment->size;
  pull(segment);
  held_ -= size;
  std::free(segment);
  return size;
}

}  // namespace aufbau::cpu
