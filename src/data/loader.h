#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace aufbau::data {

/// Which graphs a step takes, and the keys of its randomness.
struct BatchKey {
  std::uint64_t seed = 0;
  std::uint32_t epoch = 0;    ///< from 0, within the stage
  std::uint32_t step = 0;     ///< from 0, within the stage
};

/// Order of `rows` in one epoch: a Philox-keyed Fisher-Yates shuffle of (seed, Purpose::shuffle, epoch).
std::vector<std::int64_t> epoch_order(std::vector<std::int64_t> rows, std::uint64_t seed, std::uint32_t epoch);

/// Prepares batches on one thread of its own, `ahead` batches before they are taken, in a fixed order. An exception in
/// `prepare` is rethrown by next(). T is whatever prepare returns.
template <class T>
class Loader;

}  // namespace aufbau::data

#include "data/loader_impl.h"
