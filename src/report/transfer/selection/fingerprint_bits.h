#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "aufbau.h"
#include "data/dataset.h"

namespace aufbau::report {

/// The ECFP4 fingerprints (radius 2, 2048 bits) of the molecules of a dataset, by their set bits:
/// about 90 bytes a molecule. A molecule that RDKit no longer reads has none.
class FingerprintBits {
 public:
  static constexpr std::int32_t kBits = 2048;

  /// Parses the stored SMILES, in parallel blocks between which `run` is asked whether to stop.
  FingerprintBits(const data::Dataset& dataset, const RunOptions& run);

  std::int64_t size() const { return static_cast<std::int64_t>(begin_.size()) - 1; }
  std::span<const std::uint16_t> operator[](std::int64_t molecule) const {
    const auto at = static_cast<std::size_t>(molecule);
    return {bits_.data() + begin_[at], begin_[at + 1] - begin_[at]};
  }

 private:
  std::vector<std::size_t> begin_{0};
  std::vector<std::uint16_t> bits_;
};

}  // namespace aufbau::report
