// Scores of graphs: ego networks, Tree Mover's Distance.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#include "graphs/gromov/transport.h"
#include "graphs/scores/assignment.h"
#include "graphs/scores/egi.h"
#include "graphs/scores/tree_movers.h"
#include "graphs/topology/neighbours.h"
#include "small_sets.h"
#include "testing/errors.h"

namespace aufbau::graphs {
namespace {

using namespace aufbau::testing;

TEST(Egi, OfEdgeAndLoneNodeByHand) {
  // Ego networks of an edge: Laplacian [1 -1; -1 1], eigenvalues 0 and 2; of a lone node: [0].
  const Graph edge = path_graph(2), lone = graph_of(1, {});
  const Egi out = egi(edge.view(), lone.view(), {.hops = 1});
  EXPECT_NEAR(out.lambda_max, 2, 1e-14);
  EXPECT_NEAR(out.spectral_norm, 2, 1e-14);
  const Egi in = egi(lone.view(), edge.view(), {.hops = 1});
  EXPECT_NEAR(in.lambda_max, 0, 1e-14);
  EXPECT_NEAR(in.spectral_norm, 2, 1e-14);
  // Without hops every ego network is a lone node.
  EXPECT_EQ(egi(edge.view(), lone.view(), {.hops = 0}).spectral_norm, 0);
}

TEST(Egi, OfOneKindOfEgoNetworkIsZero) {
  EXPECT_NEAR(egi(ring_graph(9).view(), ring_graph(12).view(), {.hops = 1}).spectral_norm, 0,
              1e-14);
  EXPECT_GT(egi(ring_graph(3).view(), ring_graph(9).view(), {.hops = 1}).spectral_norm, 0.1);
}

TEST(Egi, SpectralNormIsSymmetricAndTheMeanOfAllPairs) {
  const Graph a = random_graph(30, 1), b = random_graph(23, 2);
  const EgiPairs pairs = egi_pairs(a.view(), b.view());
  const Egi mean = egi(a.view(), b.view());
  EXPECT_EQ(pairs.spectral_norm.rows(), 30);
  EXPECT_EQ(pairs.spectral_norm.cols(), 23);
  EXPECT_NEAR(pairs.spectral_norm.mean(), mean.spectral_norm, 1e-12);
  EXPECT_NEAR(pairs.lambda_max.mean(), mean.lambda_max, 1e-12);
  EXPECT_NEAR(egi(b.view(), a.view()).spectral_norm, mean.spectral_norm, 1e-12);
  EXPECT_GE(mean.spectral_norm, mean.lambda_max);
}

TEST(Egi, OfSetsDrawsNodesAndHasTheSameBitsOnAnyThreads) {
  std::vector<Graph> some, others;
  for (std::uint32_t number = 0; number < 12; ++number) {
    some.push_back(random_graph(static_cast<std::int32_t>(5 + number), number));
    others.push_back(ring_graph(static_cast<std::int32_t>(3 + number)));
  }
  some.push_back(graph_of(0, {}));
  const GraphSet a = set_of(some), b = set_of(others);
  Egi first;
  for (const int threads : {1, 2}) {
    const ThreadScope scope(threads);
    const Egi got = egi_of_sets(a, b, {.egos = 20, .seed = 3});
    if (threads == 1) first = got;
    EXPECT_EQ(got.spectral_norm, first.spectral_norm);
    EXPECT_EQ(got.lambda_max, first.lambda_max);
  }
  EXPECT_NE(egi_of_sets(a, b, {.egos = 20, .seed = 4}).spectral_norm, first.spectral_norm);
  // All nodes: the mean over the pairs of graphs, weighted by their nodes.
  double sum = 0, weights = 0;
  for (std::size_t i = 0; i + 1 < some.size(); ++i)
    for (const Graph& other : others) {
      const double weight = some[i].view().node_count() * other.view().node_count();
      sum += weight * egi(some[i].view(), other.view()).spectral_norm;
      weights += weight;
    }
  EXPECT_NEAR(egi_of_sets(a, b, {.egos = 100000}).spectral_norm, sum / weights, 1e-12);
}

TEST(Egi, LeavesOutWhatIsTooLargeAndSaysSo) {
  // A star: its centre sees all, with one hop every leaf sees two nodes.
  const Graph star = graph_of(6, {{0, 1}, {0, 2}, {0, 3}, {0, 4}, {0, 5}});
  const EgiOptions options{.hops = 1, .most_nodes = 5};
  const Egi got = egi(star.view(), path_graph(2).view(), options);
  EXPECT_EQ(got.left_out, 1);
  EXPECT_NEAR(got.spectral_norm, 0, 1e-14);
  const Error pairs = error_of([&] { egi_pairs(star.view(), path_graph(2).view(), options); });
  EXPECT_EQ(pairs.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(pairs, "node 0 of the source")) << pairs.what();
  const Graph clique = ring_graph(3);
  EXPECT_EQ(error_of([&] { egi(clique.view(), star.view(), {.hops = 1, .most_nodes = 2}); }).kind(),
            ErrorKind::nothing_valid);
}

TEST(Egi, NamesWhatItCannotWorkOn) {
  const Graph none = graph_of(0, {}), some = path_graph(3);
  EXPECT_EQ(error_of([&] { egi(none.view(), some.view()); }).kind(), ErrorKind::nothing_valid);
  EXPECT_EQ(error_of([&] { egi_pairs(some.view(), none.view()); }).kind(),
            ErrorKind::nothing_valid);
  EXPECT_EQ(error_of([&] { egi_of_sets(set_of({}), set_of({some})); }).kind(),
            ErrorKind::nothing_valid);
  EXPECT_EQ(error_of([&] { egi(some.view(), some.view(), {.hops = -1}); }).kind(),
            ErrorKind::usage);
}

TEST(Assignment, IsAsCheapAsExactTransport) {
  Assignment assignment;
  for (std::uint32_t number = 0; number < 40; ++number) {
    const Eigen::Index rows = 1 + number % 7, columns = rows + number % 5;
    Matrix cost = random_matrix(rows, columns, number);
    if (number % 3 == 0) cost = cost.array().round();  // ties
    const std::vector<std::int32_t>& row_of = assignment.solve(cost);
    std::vector<std::int32_t> given;
    double sum = 0;
    for (std::size_t j = 0; j < row_of.size(); ++j) {
      if (row_of[j] < 0) continue;
      given.push_back(row_of[j]);
      sum += cost(row_of[j], static_cast<Eigen::Index>(j));
    }
    std::sort(given.begin(), given.end());
    ASSERT_EQ(static_cast<Eigen::Index>(given.size()), rows);
    EXPECT_EQ(std::unique(given.begin(), given.end()), given.end());
    // Rows of zeros take the columns that are left over.
    Matrix square = Matrix::Zero(columns, columns);
    square.topRows(rows) = cost;
    const Vector uniform = Vector::Constant(columns, 1 / static_cast<double>(columns));
    EXPECT_NEAR(sum,
                optimal_transport(square, uniform, uniform).cost * static_cast<double>(columns),
                1e-10);
  }
  EXPECT_EQ(assignment.solve(Matrix(0, 3)), (std::vector<std::int32_t>{-1, -1, -1}));
}

TreeMoversOptions options_of(std::int32_t depth, double weight = 1) {
  TreeMoversOptions options;
  options.depth = depth;
  options.weight = weight;
  options.classes.class_count = 3;
  for (std::int32_t code = 0; code < 120; ++code) options.classes.class_of_code.push_back(code % 3);
  return options;
}

/// The definition, with every assignment tried.
class PlainTreeMovers {
 public:
  PlainTreeMovers(const Graph& a, const Graph& b, const TreeMoversOptions& options)
      : options_(options) {
    for (const Graph* graph : {&a, &b}) {
      Neighbours neighbours;
      neighbours.assign(graph->view());
      neighbours_.push_back(neighbours);
      std::vector<std::int32_t> classes;
      for (std::size_t i = 0; i < graph->node_codes.size(); i += 2)
        classes.push_back(graph->node_codes[i] % 3);
      classes_.push_back(classes);
    }
  }
  double distance() const {
    std::vector<std::int32_t> nodes[2];
    for (std::size_t g = 0; g < 2; ++g)
      for (std::int32_t v = 0; v < neighbours_[g].node_count(); ++v) nodes[g].push_back(v);
    return transport(nodes[0], nodes[1], options_.depth);
  }

 private:
  static constexpr std::int32_t kBlank = -1;
  std::vector<std::int32_t> children(std::size_t g, std::int32_t v) const {
    if (v == kBlank) return {};
    const auto found = neighbours_[g].of(v);
    return {found.begin(), found.end()};
  }
  double tree(std::int32_t a, std::int32_t b, std::int32_t depth) const {
    const auto x = [&](std::size_t g, std::int32_t v) {
      Vector one_hot = Vector::Zero(3);
      if (v != kBlank) one_hot[classes_[g][static_cast<std::size_t>(v)]] = 1;
      return one_hot;
    };
    const double roots = (x(0, a) - x(1, b)).norm();
    return depth == 1
               ? roots
               : roots + options_.weight * transport(children(0, a), children(1, b), depth - 1);
  }
  double transport(std::vector<std::int32_t> a, std::vector<std::int32_t> b,
                   std::int32_t depth) const {
    a.resize(std::max(a.size(), b.size()), kBlank);
    b.resize(a.size(), kBlank);
    std::sort(b.begin(), b.end());
    double least = a.empty() ? 0 : HUGE_VAL;
    if (!a.empty()) do {
        double sum = 0;
        for (std::size_t i = 0; i < a.size(); ++i) sum += tree(a[i], b[i], depth);
        least = std::min(least, sum);
      } while (std::next_permutation(b.begin(), b.end()));
    return least;
  }

  TreeMoversOptions options_;
  std::vector<Neighbours> neighbours_;
  std::vector<std::vector<std::int32_t>> classes_;
};

TEST(TreeMovers, IsTheCheapestOfAllAssignments) {
  std::vector<Graph> graphs = {graph_of(0, {}), graph_of(1, {}), graph_of(3, {}), ring_graph(3),
                               graph_of(4, {{0, 1}, {0, 2}, {0, 3}})};
  for (std::uint32_t number = 0; number < 4; ++number) {
    graphs.push_back(random_graph(static_cast<std::int32_t>(3 + number % 2), number));
    for (std::size_t v = 0; v < graphs.back().node_codes.size(); v += 2)
      graphs.back().node_codes[v] = static_cast<std::uint16_t>((v + number) % 5);
  }
  const GraphSet set = set_of(graphs);
  for (const auto& [depth, weight] : {std::pair{1, 1.0}, {2, 0.5}, {3, 1.0}}) {
    const TreeMoversOptions options = options_of(depth, weight);
    const Matrix got = tree_movers_distances(set, set, options);
    for (std::size_t i = 0; i < graphs.size(); ++i)
      for (std::size_t j = 0; j < graphs.size(); ++j)
        EXPECT_NEAR(got(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)),
                    PlainTreeMovers(graphs[i], graphs[j], options).distance(), 1e-12)
            << "depth " << depth << ", graphs " << i << " and " << j;
  }
}

TEST(TreeMovers, IsAMetricThatNoNumberingChanges) {
  std::vector<Graph> graphs, other_numbers;
  for (std::uint32_t number = 0; number < 8; ++number) {
    graphs.push_back(random_graph(static_cast<std::int32_t>(9 + number), number));
    other_numbers.push_back(renumbered(graphs.back(), number));
  }
  const GraphSet set = set_of(graphs), other = set_of(other_numbers);
  const TreeMoversOptions options = options_of(4);
  const Matrix distance = tree_movers_distances(set, set, options);
  EXPECT_TRUE(distance.isApprox(distance.transpose(), 1e-12));
  for (Eigen::Index i = 0; i < distance.rows(); ++i) {
    EXPECT_EQ(distance(i, i), 0);
    for (Eigen::Index j = 0; j < distance.rows(); ++j)
      for (Eigen::Index k = 0; k < distance.rows(); ++k)
        EXPECT_LE(distance(i, j), distance(i, k) + distance(k, j) + 1e-9);
  }
  for (const int threads : {1, 2}) {
    const ThreadScope scope(threads);
    EXPECT_TRUE(tree_movers_distances(other, other, options) == distance);
  }
}

TEST(TreeMovers, TakesFeaturesOfTheClasses) {
  TreeMoversOptions options = options_of(1);
  options.class_features = Matrix(3, 1);
  options.class_features << 0, 1, 5;
  Graph low = graph_of(1, {}), high = graph_of(1, {});
  low.node_codes[0] = 1;
  high.node_codes[0] = 2;
  EXPECT_EQ(tree_movers_distances(set_of({low}), set_of({high}), options)(0, 0), 4);
  EXPECT_EQ(tree_movers_distances(set_of({high}), set_of({graph_of(0, {})}), options)(0, 0), 5);
}

TEST(TreeMovers, NamesWhatItCannotWorkOn) {
  const GraphSet some = set_of({path_graph(2)}), none = set_of({});
  const auto kind = [&](const TreeMoversOptions& options) {
    return error_of([&] { tree_movers_distances(some, some, options); }).kind();
  };
  EXPECT_EQ(error_of([&] { tree_movers_distances(none, some, options_of(2)); }).kind(),
            ErrorKind::nothing_valid);
  EXPECT_EQ(kind(options_of(0)), ErrorKind::usage);
  EXPECT_EQ(kind(options_of(2, -1)), ErrorKind::usage);
  EXPECT_EQ(kind(options_of(2, kNaN)), ErrorKind::usage);
  EXPECT_EQ(kind(options_of(5, 1e60)), ErrorKind::usage);
  TreeMoversOptions options = options_of(2);
  options.classes.class_of_code.resize(5);  // carbon has code 5
  EXPECT_EQ(kind(options), ErrorKind::mismatch);
  options = options_of(2);
  options.classes.column = 2;
  EXPECT_EQ(kind(options), ErrorKind::mismatch);
  options = options_of(2);
  options.classes.class_count = 2;
  EXPECT_EQ(kind(options), ErrorKind::usage);
  options = options_of(2);
  options.class_features = Matrix::Ones(2, 1);
  EXPECT_EQ(kind(options), ErrorKind::mismatch);
  options.class_features = Matrix::Constant(3, 1, kNaN);
  EXPECT_EQ(kind(options), ErrorKind::non_finite);
}

TEST(SetDistance, IsTransportAndMeanNearest) {
  Matrix distances(2, 3);
  distances << 0, 4, 2,  //
      3, 1, 9;
  const SetDistance got = set_distance(distances);
  // Halves against thirds: column 2 takes a third of the first, column 1 one of the second, and
  // column 0 a sixth of either.
  EXPECT_NEAR(got.transport, 2.0 / 3 + 1.0 / 3 + 0.0 / 6 + 3.0 / 6, 1e-12);
  EXPECT_NEAR(got.mean_nearest, (0 + 1 + 2) / 3.0, 1e-12);
  EXPECT_EQ(error_of([] { set_distance(Matrix(0, 3)); }).kind(), ErrorKind::nothing_valid);
}

TEST(TreeMovers, DoesNotBeginWhatWouldNotEnd) {
  const GraphSet graphs = [] {
    GraphSet set(reference_schema());
    for (int i = 0; i < 3; ++i) set.append(ring_graph(9).view());
    return set;
  }();
  TreeMoversOptions options;
  options.classes = {0, 1, std::vector<std::int32_t>(16, 0)};
  options.most_work = 3 * 3 * 9 * 9 * 9;
  EXPECT_EQ(tree_movers_distances(graphs, graphs, options).maxCoeff(), 0);
  options.most_work -= 1;
  const Error error = error_of([&] { tree_movers_distances(graphs, graphs, options); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(error, "fewer or smaller graphs")) << error.what();
}

}  // namespace
}  // namespace aufbau::graphs
