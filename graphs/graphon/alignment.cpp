#include "graphs/graphon/alignment.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/error.h"
#include "graphs/graphon/block_sum.h"

namespace aufbau::graphs {

namespace {

constexpr std::int64_t kGraphsPerBlock = 256;

/// p at the point `x` of [0, 1], where entry i of p stands at i / (n - 1).
double interpolated(const Vector& p, double x) {
  const Eigen::Index last = p.size() - 1;
  if (last == 0) return p[0];
  const double at = x * static_cast<double>(last);
  const auto low = std::min(static_cast<Eigen::Index>(at), last);
  if (low == last) return p[last];
  return p[low] + (at - static_cast<double>(low)) * (p[low + 1] - p[low]);
}

}  // namespace

void Alignment::assign(const GraphView& graph) {
  neighbours_.assign(graph);
  const std::int32_t nodes = node_count();
  std::int32_t most = 0;
  for (std::int32_t v = 0; v < nodes; ++v) most = std::max(most, neighbours_.degree(v));
  // Counting sort; next_[most - d] is the next free position for a node of degree d.
  next_.assign(static_cast<std::size_t>(most) + 2, 0);
  for (std::int32_t v = 0; v < nodes; ++v)
    ++next_[static_cast<std::size_t>(most - neighbours_.degree(v)) + 1];
  for (std::size_t d = 1; d < next_.size(); ++d) next_[d] += next_[d - 1];
  order_.resize(static_cast<std::size_t>(nodes));
  position_.resize(static_cast<std::size_t>(nodes));
  for (std::int32_t v = 0; v < nodes; ++v) {
    const std::int32_t at = next_[static_cast<std::size_t>(most - neighbours_.degree(v))]++;
    order_[static_cast<std::size_t>(at)] = v;
    position_[static_cast<std::size_t>(v)] = at;
  }
}

Vector Alignment::weights() const {
  const std::int32_t nodes = node_count();
  Vector p(nodes);
  const auto total = static_cast<double>(2 * neighbours_.edge_count());
  for (std::int32_t i = 0; i < nodes; ++i) p[i] = total > 0 ? degree_at(i) / total : 1.0 / nodes;
  return p;
}

BlockSizes block_sizes(const std::string& where, const GraphSelection& graphs) {
  BlockSizes sizes;
  for (std::int64_t g = 0; g < graphs.size(); ++g)
    sizes.max_nodes = std::max<std::int64_t>(sizes.max_nodes, graphs[g].node_count());
  if (sizes.max_nodes == 0)
    fail(ErrorKind::nothing_valid, where, "there is no node in the ", graphs.size(),
         " graphs given; a graphon needs at least one");
  sizes.side = std::bit_width(static_cast<std::uint64_t>(sizes.max_nodes));
  sizes.blocks = sizes.max_nodes / sizes.side;
  return sizes;
}

void require_dense(const std::string& where, const std::string& what, std::int64_t side) {
  if (side > kMostDenseNodes)
    fail(ErrorKind::usage, where, "would hold a matrix of all pairs of ", side, " ", what,
         ", expected at most ", kMostDenseNodes,
         "; use relative-rank, or leave out the largest graphs");
}

IntMatrix padded_count(const std::string& where, const GraphSelection& graphs) {
  const std::int64_t most = block_sizes(where, graphs).max_nodes;
  require_dense(where, "nodes", most);
  return block_sum<IntMatrix>(
      graphs.size(), kGraphsPerBlock, most, most,
      [&](std::int64_t begin, std::int64_t end, IntMatrix& sum) {
        Alignment alignment;
        for (std::int64_t g = begin; g < end; ++g) {
          alignment.assign(graphs[g]);
          alignment.for_each_entry([&](std::int32_t i, std::int32_t j) { ++sum(i, j); });
        }
      });
}

Vector block_weights(const GraphSelection& graphs, std::int64_t blocks) {
  const auto add = [&](std::int64_t begin, std::int64_t end, Vector& sum) {
    Alignment alignment;
    for (std::int64_t g = begin; g < end; ++g) {
      sum.array() += 1e-3;
      alignment.assign(graphs[g]);
      if (alignment.node_count() == 0) continue;
      const Vector p = alignment.weights();
      for (std::int64_t b = 0; b < blocks; ++b)
        sum[b] += interpolated(
            p, blocks == 1 ? 0 : static_cast<double>(b) / static_cast<double>(blocks - 1));
    }
  };
  const Vector sum = block_sum<Vector>(graphs.size(), kGraphsPerBlock, blocks, 1, add);
  return sum / sum.sum();
}

}  // namespace aufbau::graphs
