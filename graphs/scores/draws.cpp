#include "graphs/scores/draws.h"

#include <numeric>
#include <set>

#include "core/error.h"

namespace aufbau::graphs {

RandomKey score_key(std::uint64_t seed, ScoreDraw use, std::int64_t number, std::int64_t set) {
  return {.seed = seed,
          .purpose = Purpose::score,
          .epoch = static_cast<std::uint32_t>(use),
          .item = static_cast<std::uint32_t>(number),
          .stream = static_cast<std::uint32_t>(set)};
}

std::vector<std::int64_t> random_rows(std::int64_t count, std::int64_t most, const RandomKey& key) {
  if (count < 0 || most < 0)
    fail(ErrorKind::usage, "random rows", "asked for ", most, " of ", count, " rows");
  if (count <= most) {
    std::vector<std::int64_t> all(static_cast<std::size_t>(count));
    std::iota(all.begin(), all.end(), std::int64_t{0});
    return all;
  }
  std::set<std::int64_t> drawn;
  Random random(key);
  for (std::int64_t last = count - most; last < count; ++last) {
    const auto row = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(last) + 1));
    drawn.insert(drawn.contains(row) ? last : row);
  }
  return {drawn.begin(), drawn.end()};
}

}  // namespace aufbau::graphs
