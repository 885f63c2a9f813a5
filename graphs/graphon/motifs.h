#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "graphs/graph.h"
#include "graphs/graphon/graphon.h"

namespace aufbau::graphs {

/// A small graph whose copies are counted.
struct Motif {
  const char* name;
  std::int32_t vertices;
  std::span<const std::pair<std::int32_t, std::int32_t>> edges;
};
constexpr std::size_t kMotifCount = 8;
/// edge, wedge, triangle, cycle4, star3, star4, K4, path4 (of four vertices): the order of all
/// arrays below.
std::span<const Motif, kMotifCount> motifs();

using MotifDensities = std::array<double, kMotifCount>;
/// t(F, W): the chance that vertices of F thrown at random on [0, 1] are all joined (Lovasz and
/// Szegedy 2006), for the step function with these values [k, k], symmetric, and block lengths [k].
/// k^4 steps. Error{mismatch} unless values and widths fit.
MotifDensities homomorphism_densities(const Matrix& values, const Vector& widths);
MotifDensities homomorphism_densities(const Graphon& graphon);

/// How often every motif is found in a graph.
struct MotifCounts {
  std::int64_t nodes = 0;
  /// Maps of vertices to nodes that take edges to edges; and those that take no two vertices to one
  /// node.
  std::array<std::int64_t, kMotifCount> homomorphisms{}, injective{};

  MotifDensities densities() const;            ///< homomorphisms / n^v; 0 for no nodes
  MotifDensities injective_densities() const;  ///< injective / (n (n-1) ... (n-v+1)); 0 for n < v
};
/// Exact. For m edges some m^1.5 steps, more where many groups of four are all joined; memory
/// linear. Error{input} when a count leaves 63 bits: no graph below 6,000 nodes has so many.
MotifCounts count_motifs(const GraphView& graph);

/// Counting lemma: |t(F, W) - t(F, W')| <= edges(F) * |W - W'| in the cut norm, and so in L1 and
/// L2, which are not smaller (Lovasz 2012, "Large Networks and Graph Limits").
double counting_lemma_bound(const Motif& motif, double norm);
/// Bound on the chance that t(F, G(n, W)) lies further than `epsilon` from t(F, W): 2
/// exp(-epsilon^2 n / (8 v^2)) (Lovasz and Szegedy 2006). Above 1 it says nothing.
double concentration_bound(const Motif& motif, std::int64_t nodes, double epsilon);

/// L1 and L2 norms on [0, 1]^2 of the difference of two step functions with the same blocks.
struct DifferenceNorms {
  double l1 = 0, l2 = 0;
};
/// values [k, k] each, widths [k]; Error{mismatch} for other shapes.
DifferenceNorms difference_norms(const Matrix& one, const Matrix& other, const Vector& widths);

}  // namespace aufbau::graphs
