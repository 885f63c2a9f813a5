#include "graphs/graphon/stochastic_blocks.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "graphs/graphon/alignment.h"

namespace aufbau::graphs {

namespace {

/// Adds the aligned adjacency matrices of the graphs [begin, end).
void add_graphs(const GraphSelection& graphs, std::int64_t begin, std::int64_t end,
                IntMatrix& sum) {
  Alignment alignment;
  for (std::int64_t g = begin; g < end; ++g) {
    alignment.assign(graphs[g]);
    alignment.for_each_entry([&](std::int32_t i, std::int32_t j) { ++sum(i, j); });
  }
}

/// The order of visits, checked.
std::vector<std::int32_t> visits(const SbaOptions& options, std::int64_t nodes) {
  std::vector<std::int32_t> order(static_cast<std::size_t>(nodes));
  std::iota(order.begin(), order.end(), 0);
  if (options.visit.empty()) return order;
  if (!std::is_permutation(order.begin(), order.end(), options.visit.begin(), options.visit.end()))
    fail(ErrorKind::usage, "sba", "the order of visits must name each of the ", nodes,
         " positions once, got ", options.visit.size(), " entries");
  return options.visit;
}

/// Means of sum / graphs over the pairs of blocks.
Matrix block_means(const IntMatrix& sum, std::int64_t graphs,
                   const std::vector<std::int32_t>& labels, std::size_t blocks) {
  const auto count = static_cast<Eigen::Index>(blocks);
  IntMatrix total = IntMatrix::Zero(count, count);
  Vector members = Vector::Zero(count);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    members[labels[i]] += 1;
    for (std::size_t j = 0; j < labels.size(); ++j)
      total(labels[i], labels[j]) +=
          sum(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
  }
  return (total.cast<double>() / static_cast<double>(graphs))
      .cwiseQuotient(members * members.transpose());
}

}  // namespace

Graphon StochasticBlocks::graphon() const { return {block_mean(labels, labels), {}}; }

StochasticBlocks stochastic_blocks(const GraphSelection& graphs, const SbaOptions& options) {
  if (!(options.threshold >= 0))
    fail(ErrorKind::usage, "sba", "expected a threshold of 0 or more, got ", options.threshold);
  const std::int64_t nodes = block_sizes("sba", graphs).max_nodes;
  require_dense("sba", "nodes", nodes);
  const std::vector<std::int32_t> order = visits(options, nodes);

  const std::int64_t half = graphs.size() / 2;
  IntMatrix first = IntMatrix::Zero(nodes, nodes), second = first;
  add_graphs(graphs, 0, half, first);
  add_graphs(graphs, half, graphs.size(), second);
  const IntMatrix sum = first + second;
  if (half == 0) first = second;
  const double weight =
      half == 0 ? 1 : 1.0 / (static_cast<double>(half) * static_cast<double>(graphs.size() - half));
  // Rows only: the matrices are symmetric, so that columns would give the same number again.
  const auto product = [&](std::int32_t i, std::int32_t j) {
    const auto one = first.row(i) - first.row(j), other = second.row(i) - second.row(j);
    return std::abs(one.cwiseProduct(other).sum() - one[i] * other[i] - one[j] * other[j]);
  };

  StochasticBlocks result;
  result.labels.assign(static_cast<std::size_t>(nodes), 0);
  result.margin = std::numeric_limits<double>::infinity();
  result.pivots = {order.front()};
  for (std::size_t v = 1; v < order.size(); ++v) {
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    std::size_t nearest = 0;
    for (std::size_t b = 0; b < result.pivots.size(); ++b)
      if (const std::int64_t here = product(order[v], result.pivots[b]); here < least) {
        least = here;
        nearest = b;
      }
    const double distance = std::sqrt(static_cast<double>(least) * weight /
                                      static_cast<double>(std::max<std::int64_t>(nodes - 2, 1)));
    result.margin = std::min(result.margin, std::abs(distance - options.threshold));
    if (!(distance < options.threshold)) {
      nearest = result.pivots.size();
      result.pivots.push_back(order[v]);
    }
    result.labels[static_cast<std::size_t>(order[v])] = static_cast<std::int32_t>(nearest);
  }
  result.block_mean = block_means(sum, graphs.size(), result.labels, result.pivots.size());
  return result;
}

}  // namespace aufbau::graphs
