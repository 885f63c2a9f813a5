#pragma once
#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "core/random.h"
#include "graphs/graphon/matrix.h"
#include "testing/reference_batch.h"
#include "testing/small_graphs.h"

namespace aufbau::testing {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Rows around `shift` in every column, each column a sum of four uniform draws.
inline graphs::Matrix random_matrix(Eigen::Index rows, Eigen::Index columns, std::uint32_t number,
                                    double shift = 0) {
  Random random({.item = number});
  graphs::Matrix result(rows, columns);
  for (double& value : result.reshaped()) {
    value = shift - 2;
    for (int draw = 0; draw < 4; ++draw) value += random.uniform();
  }
  return result;
}

inline graphs::GraphSet set_of(const std::vector<graphs::Graph>& graphs) {
  graphs::GraphSet set(reference_schema());
  for (const graphs::Graph& graph : graphs) set.append(graph.view());
  return set;
}

/// The graph with its nodes renumbered and its edges in another order.
inline graphs::Graph renumbered(const graphs::Graph& graph, std::uint32_t number) {
  std::vector<std::int32_t> to(static_cast<std::size_t>(graph.view().node_count()));
  std::iota(to.begin(), to.end(), 0);
  Random random({.item = number});
  for (std::size_t i = to.size(); i > 1; --i) std::swap(to[i - 1], to[random.below(i)]);
  graphs::Graph result = graph;
  const auto columns = static_cast<std::size_t>(graph.node_columns);
  for (std::size_t v = 0; v < to.size(); ++v)
    for (std::size_t c = 0; c < columns; ++c)
      result.node_codes[static_cast<std::size_t>(to[v]) * columns + c] =
          graph.node_codes[v * columns + c];
  for (std::size_t e = 0; e < graph.begin.size(); ++e) {
    const std::size_t from = graph.begin.size() - 1 - e;
    result.begin[e] = to[static_cast<std::size_t>(graph.begin[from])];
    result.end[e] = to[static_cast<std::size_t>(graph.end[from])];
  }
  return result;
}

}  // namespace aufbau::testing
