#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace aufbau::graphs {

/// Binary fingerprints packed into 64-bit words: 256 bytes for 2048 bits.
class Fingerprints {
 public:
  /// Error{usage} for fewer than one bit.
  explicit Fingerprints(std::int32_t bit_count = 2048);
  /// Adds one fingerprint by its set bits, ascending. Error{usage} naming the first bit that is out
  /// of range or out of order.
  void append(std::span<const std::int32_t> set_bits);

  std::int64_t size() const { return static_cast<std::int64_t>(set_count_.size()); }
  std::int32_t bit_count() const { return bit_count_; }
  std::int32_t set_count(std::int64_t index) const {
    return set_count_[static_cast<std::size_t>(index)];
  }
  std::span<const std::uint64_t> words(std::int64_t index) const {
    return {words_.data() + static_cast<std::size_t>(index) * word_count_, word_count_};
  }
  /// Those at `indices`, in that order. Error{usage} for an index out of range.
  Fingerprints chosen(std::span<const std::int64_t> indices) const;

 private:
  std::int32_t bit_count_;
  std::size_t word_count_;
  std::vector<std::uint64_t> words_;
  std::vector<std::int32_t> set_count_;
};

/// Bits set in both over bits set in either (Tanimoto, also Jaccard); 1 of two without any bit. The
/// quotient of two integers: equal similarities have equal bits.
double tanimoto(const Fingerprints& a, std::int64_t i, const Fingerprints& b, std::int64_t j);

/// Error{nothing_valid} when one is empty, Error{usage} when one has fewer than `least`,
/// Error{mismatch} for different numbers of bits.
void require_fingerprints(const char* where, const Fingerprints& source, const Fingerprints& target,
                          std::int64_t least = 1);

}  // namespace aufbau::graphs
