#pragma once
#include <cstdint>
#include <vector>

#include "core/random.h"

namespace aufbau::graphs {

/// What a draw under Purpose::score is for; the epoch of its key. Never renumbered.
enum class ScoreDraw : std::uint32_t {
  subsample = 0,
  permutation = 1,
  ego = 2,
  sample = 3,    ///< the rows of a dataset that scores look at
  gradient = 4,  ///< those of them whose labels pull at a model
  halves = 5     ///< a set against itself
};

/// `number` counts draws of one kind, `set` tells source (0) from target (1).
RandomKey score_key(std::uint64_t seed, ScoreDraw use, std::int64_t number, std::int64_t set);

/// Which `most` of `count` rows take part in a score of quadratic cost, ascending: drawn evenly
/// without replacement (Floyd's algorithm; memory for the drawn ones only), all of them when there
/// are no more. Error{usage} for a negative number.
std::vector<std::int64_t> random_rows(std::int64_t count, std::int64_t most, const RandomKey& key);

}  // namespace aufbau::graphs
