#include "graphs/graphon/largest_gap.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "graphs/graphon/alignment.h"
#include "graphs/graphon/block_sum.h"

namespace aufbau::graphs {

namespace {

constexpr std::int64_t kGraphsPerBlock = 256;

/// Sums of the degrees at each position, descending.
IntMatrix degree_sums(const GraphSelection& graphs, std::int64_t positions) {
  return block_sum<IntMatrix>(graphs.size(), kGraphsPerBlock, positions, 1,
                              [&](std::int64_t begin, std::int64_t end, IntMatrix& sum) {
                                Alignment alignment;
                                for (std::int64_t g = begin; g < end; ++g) {
                                  alignment.assign(graphs[g]);
                                  for (std::int32_t i = 0; i < alignment.node_count(); ++i)
                                    sum(i, 0) += alignment.degree_at(i);
                                }
                              });
}

/// The first positions after the `count` largest drops, ascending.
std::vector<std::int64_t> largest_drops(const IntMatrix& degrees, std::int64_t count) {
  std::vector<std::int64_t> after(static_cast<std::size_t>(degrees.rows() - 1));
  std::iota(after.begin(), after.end(), 1);
  const auto drop = [&](std::int64_t at) { return degrees(at - 1, 0) - degrees(at, 0); };
  std::stable_sort(after.begin(), after.end(),
                   [&](std::int64_t a, std::int64_t b) { return drop(a) > drop(b); });
  after.resize(static_cast<std::size_t>(count));
  std::sort(after.begin(), after.end());
  return after;
}

}  // namespace

LargestGap largest_gap_blocks(const GraphSelection& graphs) {
  const BlockSizes sizes = block_sizes("largest-gap", graphs);
  require_dense("largest-gap", "blocks", sizes.blocks);
  LargestGap result;
  result.max_nodes = sizes.max_nodes;
  result.cuts = largest_drops(degree_sums(graphs, sizes.max_nodes), sizes.blocks - 1);

  std::vector<std::int64_t> block_of(static_cast<std::size_t>(sizes.max_nodes), 0);
  for (const std::int64_t cut : result.cuts) block_of[static_cast<std::size_t>(cut)] = 1;
  std::partial_sum(block_of.begin(), block_of.end(), block_of.begin());
  const IntMatrix count = block_sum<IntMatrix>(
      graphs.size(), kGraphsPerBlock, sizes.blocks, sizes.blocks,
      [&](std::int64_t begin, std::int64_t end, IntMatrix& sum) {
        Alignment alignment;
        for (std::int64_t g = begin; g < end; ++g) {
          alignment.assign(graphs[g]);
          alignment.for_each_entry([&](std::int32_t i, std::int32_t j) {
            ++sum(block_of[static_cast<std::size_t>(i)], block_of[static_cast<std::size_t>(j)]);
          });
        }
      });
  Vector members = Vector::Zero(sizes.blocks);
  for (const std::int64_t block : block_of) members[block] += 1;
  const double graph_count = static_cast<double>(graphs.size());
  result.block_mean =
      (count.cast<double>() / graph_count).cwiseQuotient(members * members.transpose());
  return result;
}

Graphon largest_gap(const GraphSelection& graphs) {
  const LargestGap blocks = largest_gap_blocks(graphs);
  std::vector<double> bounds{0};
  for (const std::int64_t cut : blocks.cuts)
    bounds.push_back(static_cast<double>(cut) / static_cast<double>(blocks.max_nodes));
  bounds.push_back(1);
  return {blocks.block_mean, bounds};
}

}  // namespace aufbau::graphs
