#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "train/ranks.h"

namespace aufbau::testing {

/// How a rank ended: with this error, or none.
using RankEnds = std::vector<std::optional<Error>>;

/// Runs `body` once per rank, each on a thread of its own, with ranks that reach each other through
/// memory. A rank whose body throws something else than an Error is gone without a word.
RankEnds run_as_ranks(int count, const std::function<void(train::Ranks&)>& body);

}  // namespace aufbau::testing
