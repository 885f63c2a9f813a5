#include "graphs/graphon/motifs.h"

#include <cmath>
#include <limits>
#include <vector>

#include "core/error.h"
#include "graphs/topology/neighbours.h"
#include "graphs/topology/orientation.h"

namespace aufbau::graphs {

namespace {

using Edge = std::pair<std::int32_t, std::int32_t>;
constexpr Edge kEdge[] = {{0, 1}};
constexpr Edge kWedge[] = {{0, 1}, {0, 2}};
constexpr Edge kTriangle[] = {{0, 1}, {1, 2}, {0, 2}};
constexpr Edge kCycle4[] = {{0, 1}, {1, 2}, {2, 3}, {0, 3}};
constexpr Edge kStar3[] = {{0, 1}, {0, 2}, {0, 3}};
constexpr Edge kStar4[] = {{0, 1}, {0, 2}, {0, 3}, {0, 4}};
constexpr Edge kK4[] = {{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}};
constexpr Edge kPath4[] = {{0, 1}, {1, 2}, {2, 3}};
constexpr Motif kMotifs[kMotifCount] = {
    {"edge", 2, kEdge},     {"wedge", 3, kWedge}, {"triangle", 3, kTriangle},
    {"cycle4", 4, kCycle4}, {"star3", 4, kStar3}, {"star4", 5, kStar4},
    {"K4", 4, kK4},         {"path4", 4, kPath4},
};

/// Wide enough for sums over any graph that fits in memory.
__extension__ typedef __int128 Wide;

std::int64_t narrow(Wide count) {
  if (count > std::numeric_limits<std::int64_t>::max())
    fail(ErrorKind::input, "motifs",
         "the graph holds more than 2^63 copies of a motif; count in a ",
         "smaller graph or a sample of it");
  return static_cast<std::int64_t>(count);
}

/// Cycles of four nodes, each found from its node of highest degree (equal degrees: highest
/// number): two ways to the node opposite make one. At most m^1.5 steps (Chiba and Nishizeki 1985).
Wide cycles_of_four(const Neighbours& neighbours) {
  const auto is_above = [&](std::int32_t v, std::int32_t w) {
    return std::pair(neighbours.degree(v), v) > std::pair(neighbours.degree(w), w);
  };
  std::vector<std::int64_t> ways(static_cast<std::size_t>(neighbours.node_count()), 0);
  std::vector<std::int32_t> met;
  Wide total = 0;
  for (std::int32_t v = 0; v < neighbours.node_count(); ++v) {
    for (const std::int32_t u : neighbours.of(v)) {
      if (!is_above(v, u)) continue;
      for (const std::int32_t w : neighbours.of(u))
        if (is_above(v, w) && ways[static_cast<std::size_t>(w)]++ == 0) met.push_back(w);
    }
    for (const std::int32_t w : met) {
      std::int64_t& count = ways[static_cast<std::size_t>(w)];
      total += static_cast<Wide>(count) * (count - 1) / 2;
      count = 0;
    }
    met.clear();
  }
  return total;
}

/// Sets of four nodes that are all joined, each found from its first node along the arrows.
Wide complete_fours(const Neighbours& neighbours) {
  Orientation arrows;
  arrows.assign(neighbours);
  enum : char { kFar, kBelowFirst, kBelowBoth };
  std::vector<char> mark(static_cast<std::size_t>(neighbours.node_count()), kFar);
  std::vector<std::int32_t> both;
  Wide total = 0;
  for (std::int32_t u = 0; u < arrows.node_count(); ++u) {
    for (const std::int32_t v : arrows.of(u)) mark[static_cast<std::size_t>(v)] = kBelowFirst;
    for (const std::int32_t v : arrows.of(u)) {
      both.clear();
      for (const std::int32_t w : arrows.of(v))
        if (mark[static_cast<std::size_t>(w)] == kBelowFirst) both.push_back(w);
      for (const std::int32_t w : both) mark[static_cast<std::size_t>(w)] = kBelowBoth;
      for (const std::int32_t w : both)
        for (const std::int32_t x : arrows.of(w))
          total += mark[static_cast<std::size_t>(x)] == kBelowBoth;
      for (const std::int32_t w : both) mark[static_cast<std::size_t>(w)] = kBelowFirst;
    }
    for (const std::int32_t v : arrows.of(u)) mark[static_cast<std::size_t>(v)] = kFar;
  }
  return total;
}

void check_widths(const Matrix& values, const Vector& widths) {
  if (values.rows() == 0 || values.rows() != values.cols() || widths.size() != values.rows())
    fail(ErrorKind::mismatch, "motifs", "expected a square of values and a width per block, got ",
         values.rows(), " x ", values.cols(), " values and ", widths.size(), " widths");
}

}  // namespace

std::span<const Motif, kMotifCount> motifs() { return kMotifs; }

MotifDensities homomorphism_densities(const Matrix& values, const Vector& widths) {
  check_widths(values, widths);
  const auto pi = widths.asDiagonal();
  const Vector degree = values * widths;
  const Matrix pairs = widths * widths.transpose();
  const Matrix two_steps = values * pi * values;
  const auto power = [&](double exponent) {
    return widths.dot(degree.array().pow(exponent).matrix());
  };
  double complete = 0;
  for (Eigen::Index i = 0; i < values.rows(); ++i) {
    // Node i is held: what the other three see is W with both ends joined to i.
    const Vector seen = values.row(i).transpose().cwiseProduct(widths);
    const Matrix held = seen.asDiagonal() * values * seen.asDiagonal();
    const Vector of_j = (values * held).cwiseProduct(values).rowwise().sum();
    complete += widths[i] * seen.dot(of_j);
  }
  const Vector weighted = widths.cwiseProduct(degree);
  return {widths.dot(degree),
          power(2),
          pairs.cwiseProduct(values).cwiseProduct(two_steps).sum(),
          pairs.cwiseProduct(two_steps).cwiseProduct(two_steps).sum(),
          power(3),
          power(4),
          complete,
          weighted.dot(values * weighted)};
}

MotifDensities homomorphism_densities(const Graphon& graphon) {
  check_graphon("motifs", graphon);
  return homomorphism_densities(graphon.values, graphon.widths());
}

MotifCounts count_motifs(const GraphView& graph) {
  Neighbours neighbours;
  neighbours.assign(graph);
  // Sums over nodes of powers d^p and of falling powers d (d-1) ..., and over directed edges of the
  // products of both degrees, as they are and less one.
  std::array<Wide, 5> powers{}, falling{};
  Wide products = 0, products_less_one = 0, corners = 0;
  for (std::int32_t v = 0; v < neighbours.node_count(); ++v) {
    const Wide degree = neighbours.degree(v);
    Wide power = 1, fall = 1;
    for (std::size_t p = 1; p < powers.size(); ++p) {
      power *= degree;
      fall *= degree - static_cast<Wide>(p) + 1;
      powers[p] += power;
      falling[p] += fall;
    }
    for (const std::int32_t w : neighbours.of(v)) {
      products += degree * neighbours.degree(w);
      products_less_one += (degree - 1) * (neighbours.degree(w) - 1);
    }
  }
  TriangleCounts triangles_at;
  for (const std::int64_t count : triangles_at.of(neighbours)) corners += count;
  // A triangle has three corners and six maps onto it.
  const Wide triangles = 2 * corners;
  const Wide cycles = 8 * cycles_of_four(neighbours);
  const Wide fours = 24 * complete_fours(neighbours);

  MotifCounts counts;
  counts.nodes = neighbours.node_count();
  // A map of a cycle that is none folds it into an edge or a wedge, one that goes there and back.
  const Wide folded = 2 * powers[2] - powers[1];
  // A map of a path that takes both ends to one node is a triangle.
  const Wide homomorphisms[] = {powers[1], powers[2], triangles, cycles + folded,
                                powers[3], powers[4], fours,     products};
  const Wide injective[] = {falling[1], falling[2], triangles, cycles,
                            falling[3], falling[4], fours,     products_less_one - triangles};
  for (std::size_t m = 0; m < kMotifCount; ++m) {
    counts.homomorphisms[m] = narrow(homomorphisms[m]);
    counts.injective[m] = narrow(injective[m]);
  }
  return counts;
}

MotifDensities MotifCounts::densities() const {
  MotifDensities result{};
  for (std::size_t m = 0; m < kMotifCount && nodes > 0; ++m)
    result[m] = static_cast<double>(homomorphisms[m]) /
                std::pow(static_cast<double>(nodes), kMotifs[m].vertices);
  return result;
}

MotifDensities MotifCounts::injective_densities() const {
  MotifDensities result{};
  for (std::size_t m = 0; m < kMotifCount; ++m) {
    if (nodes < kMotifs[m].vertices) continue;
    double maps = 1;
    for (std::int32_t v = 0; v < kMotifs[m].vertices; ++v) maps *= static_cast<double>(nodes - v);
    result[m] = static_cast<double>(injective[m]) / maps;
  }
  return result;
}

double counting_lemma_bound(const Motif& motif, double norm) {
  return static_cast<double>(motif.edges.size()) * norm;
}

double concentration_bound(const Motif& motif, std::int64_t nodes, double epsilon) {
  const double vertices = motif.vertices;
  return 2 * std::exp(-epsilon * epsilon * static_cast<double>(nodes) / (8 * vertices * vertices));
}

DifferenceNorms difference_norms(const Matrix& one, const Matrix& other, const Vector& widths) {
  check_widths(one, widths);
  check_widths(other, widths);
  const Matrix pairs = widths * widths.transpose();
  const Matrix difference = one - other;
  return {difference.cwiseAbs().cwiseProduct(pairs).sum(),
          std::sqrt(difference.cwiseAbs2().cwiseProduct(pairs).sum())};
}

}  // namespace aufbau::graphs
