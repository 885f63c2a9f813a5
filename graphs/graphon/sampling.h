#pragma once
#include <cstdint>
#include <functional>
#include <span>

#include "core/random.h"
#include "graphs/graph.h"
#include "graphs/graphon/graphon.h"

namespace aufbau::graphs {

/// The W-random graph G(n, W) (Lovasz and Szegedy 2006) of given draws: node i lies at x_i of [0,
/// 1], and nodes i < j are joined when u < W(x_i, x_j), with u in the order (0,1), (0,2), ...,
/// (1,2), ... The nodes keep the order of `x`. A graph under network_schema(), edges in the order
/// of u. Error{usage} for an x or u outside [0, 1], or another number of u than n (n - 1) / 2.
Graph sample_graph(const Graphon& graphon, std::span<const double> x, std::span<const double> u);
/// The same of any function W on [0, 1]^2; Error{non_finite} where it is NaN.
Graph sample_graph(const std::function<double(double, double)>& w, std::span<const double> x,
                   std::span<const double> u);

/// G(n, W) with draws of its own: x first, then u, from the sequence of the key. Holds n numbers
/// and the edges. Error{usage} unless 0 <= nodes <= 185,000: a sequence has no more draws.
Graph sample_graph(const Graphon& graphon, std::int32_t nodes, const RandomKey& key);
/// One graph per size; graph i depends on the seed, i and its own size only.
GraphSet sample_graphs(const Graphon& graphon, std::span<const std::int32_t> sizes,
                       std::uint64_t seed);

}  // namespace aufbau::graphs
