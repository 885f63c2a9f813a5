#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/parallel.h"
#include "graphs/graphon/matrix.h"

namespace aufbau::graphs {

/// A [rows, cols] sum over [0, count) in fixed blocks: `body(begin, end, sum)` adds the items of
/// one block to a matrix of zeros, and the blocks are added up in their order, so that the bits do
/// not depend on the number of threads. At most 64 partial sums exist at a time, fewer of large
/// ones.
template <class Sum, class Body>
Sum block_sum(std::int64_t count, std::int64_t block, Eigen::Index rows, Eigen::Index cols,
              const Body& body) {
  constexpr std::int64_t kMostNumbers = std::int64_t{1} << 22;
  const std::int64_t at_a_time =
      std::clamp<std::int64_t>(kMostNumbers / std::max<std::int64_t>(1, rows * cols), 1, 64);
  Sum total = Sum::Zero(rows, cols);
  std::vector<Sum> parts(static_cast<std::size_t>(at_a_time));
  for (std::int64_t first = 0; first < count; first += at_a_time * block) {
    const std::int64_t here = std::min(count - first, at_a_time * block);
    parallel_blocks(here, block, [&](std::int64_t begin, std::int64_t end) {
      Sum& part = parts[static_cast<std::size_t>(begin / block)];
      part = Sum::Zero(rows, cols);
      body(first + begin, first + end, part);
    });
    for (std::int64_t done = 0; done < here; done += block)
      total += parts[static_cast<std::size_t>(done / block)];
  }
  return total;
}

}  // namespace aufbau::graphs
