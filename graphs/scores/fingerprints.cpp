#include "graphs/scores/fingerprints.h"

#include <algorithm>
#include <bit>

#include "core/error.h"

namespace aufbau::graphs {

Fingerprints::Fingerprints(std::int32_t bit_count)
    : bit_count_(bit_count), word_count_((static_cast<std::size_t>(bit_count) + 63) / 64) {
  if (bit_count < 1)
    fail(ErrorKind::usage, "fingerprints", "expected at least 1 bit, got ", bit_count);
}

void Fingerprints::append(std::span<const std::int32_t> set_bits) {
  for (std::size_t i = 0; i < set_bits.size(); ++i) {
    if (set_bits[i] < 0 || set_bits[i] >= bit_count_)
      fail(ErrorKind::usage, "fingerprints", "set bit ", i, " is ", set_bits[i], ", expected 0 to ",
           bit_count_ - 1);
    if (i > 0 && set_bits[i] <= set_bits[i - 1])
      fail(ErrorKind::usage, "fingerprints", "set bit ", i, " is ", set_bits[i], " after ",
           set_bits[i - 1], ", expected ascending bits");
  }
  const std::size_t begin = words_.size();
  words_.resize(begin + word_count_, 0);
  for (const std::int32_t bit : set_bits)
    words_[begin + static_cast<std::size_t>(bit) / 64] |= std::uint64_t{1} << (bit % 64);
  set_count_.push_back(static_cast<std::int32_t>(set_bits.size()));
}

Fingerprints Fingerprints::chosen(std::span<const std::int64_t> indices) const {
  Fingerprints result(bit_count_);
  for (const std::int64_t index : indices) {
    if (index < 0 || index >= size())
      fail(ErrorKind::usage, "fingerprints", "asked for number ", index, " of ", size());
    const auto from = words(index);
    result.words_.insert(result.words_.end(), from.begin(), from.end());
    result.set_count_.push_back(set_count(index));
  }
  return result;
}

double tanimoto(const Fingerprints& a, std::int64_t i, const Fingerprints& b, std::int64_t j) {
  const auto x = a.words(i), y = b.words(j);
  std::int32_t both = 0;
  for (std::size_t w = 0; w < x.size(); ++w) both += std::popcount(x[w] & y[w]);
  const std::int32_t either = a.set_count(i) + b.set_count(j) - both;
  return either == 0 ? 1.0 : static_cast<double>(both) / either;
}

void require_fingerprints(const char* where, const Fingerprints& source, const Fingerprints& target,
                          std::int64_t least) {
  if (source.size() == 0 || target.size() == 0)
    fail(ErrorKind::nothing_valid, where, "the source has ", source.size(),
         " fingerprints and the target has ", target.size());
  if (std::min(source.size(), target.size()) < least)
    fail(ErrorKind::usage, where, "the source has ", source.size(),
         " fingerprints and the target has ", target.size(), ", expected at least ", least,
         " in both");
  if (source.bit_count() != target.bit_count())
    fail(ErrorKind::mismatch, where, "fingerprints of ", source.bit_count(), " and of ",
         target.bit_count(), " bits");
}

}  // namespace aufbau::graphs
