#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace aufbau::cpu {

/// Memory in segments of the system that are cut into blocks, good fit in constant time (the
/// two-level segregated lists of Masmano, Ripoll, Crespo and Real 2004). A block that is given back
/// joins its free neighbours, so that a segment can serve other sizes later. Books are kept in a
/// header before each block: nothing else is allocated. Not safe from several threads.
class SegmentHeap {
 public:
  static constexpr std::size_t kAlignment = 64;

  /// Segments are at least so large.
  explicit SegmentHeap(std::size_t least_segment) : least_segment_(least_segment) {}
  SegmentHeap(const SegmentHeap&) = delete;
  SegmentHeap& operator=(const SegmentHeap&) = delete;

  void* take(std::size_t bytes);  ///< null where no free block fits
  bool grow(std::size_t bytes);   ///< a segment that fits so much; false: the system has no more
  void give_back(void* data);
  /// Returns the segment that has been free longest to the system; its size, or 0: none is free.
  std::size_t shrink();

  std::size_t held() const { return held_; }  ///< bytes of all segments
  std::size_t live() const { return live_; }  ///< bytes of blocks in use, with their headers

 private:
  struct Block;
  static constexpr int kSteps = 16;  ///< lists per power of two: sizes of a list differ by 6 %
  static constexpr int kPowers = 48;

  static std::size_t rounded(std::size_t bytes);
  static int list_of(std::size_t size);
  void put(Block* block);
  void pull(Block* block);
  void split(Block* block, std::size_t size);

  std::array<Block*, static_cast<std::size_t>(kPowers* kSteps)> lists_{};
  std::array<std::uint64_t, (kPowers * kSteps + 63) / 64> filled_{};  ///< bit i: list i has a block
  Block *oldest_ = nullptr, *newest_ = nullptr;  ///< wholly free segments, in that order
  std::size_t least_segment_, held_ = 0, live_ = 0;
};

}  // namespace aufbau::cpu
