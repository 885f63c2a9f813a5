#include "graphs/graphon/relative_rank.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "core/parallel.h"
#include "core/random.h"
#include "testing/errors.h"
#include "testing/reference_batch.h"
#include "testing/small_graphs.h"

namespace aufbau::graphs {
namespace {

using namespace aufbau::testing;  // hand-made graphs

GraphSet some_graphs(std::int64_t count) {
  GraphSet set(reference_schema());
  for (std::int64_t g = 0; g < count; ++g)
    set.append(
        random_graph(static_cast<std::int32_t>(g % 70), static_cast<std::uint32_t>(g)).view());
  return set;
}

/// The graph with node v as node `nodes - 1 - v`, and its edges in the opposite order.
Graph reversed(const GraphView& graph) {
  Graph result(graph);
  const std::int32_t last = graph.node_count() - 1;
  for (std::size_t e = 0; e < graph.begin.size(); ++e) {
    result.begin[e] = last - graph.begin[graph.begin.size() - 1 - e];
    result.end[e] = last - graph.end[graph.begin.size() - 1 - e];
  }
  const auto columns = static_cast<std::size_t>(graph.node_columns);
  for (std::size_t v = 0; v <= static_cast<std::size_t>(last) && last >= 0; ++v)
    for (std::size_t c = 0; c < columns; ++c)
      result.node_codes[v * columns + c] =
          graph.node_codes[(static_cast<std::size_t>(last) - v) * columns + c];
  return result;
}

NodeClasses parity_classes() {
  NodeClasses classes;
  classes.class_count = 2;
  for (std::int32_t code = 0; code < reference_schema().node[0].cardinality; ++code)
    classes.class_of_code.push_back(code % 2);
  return classes;
}

TEST(RelativeRank, OfAPairSpreadsOneEdge) {
  GraphSet set(reference_schema());
  set.append(path_graph(2).view());
  Matrix by_number(2, 2);
  by_number << 0, 1, 1, 0;
  EXPECT_TRUE(relative_rank(set, {2, RankTies::by_number}).values == by_number);
  EXPECT_TRUE(relative_rank(set, {2}).values == Matrix::Constant(2, 2, 0.5));
  EXPECT_DOUBLE_EQ(relative_rank(set, {1}).values(0, 0), 0.5);
}

TEST(RelativeRank, HasTheMeanDensityAtEveryResolution) {
  const GraphSet set = some_graphs(200);
  double density = 0;
  Neighbours neighbours;
  for (std::int64_t g = 0; g < set.size(); ++g) {
    neighbours.assign(set[g]);
    const double n = neighbours.node_count(), edges = static_cast<double>(neighbours.edge_count());
    if (n > 0) density += 2 * edges / (n * n) / static_cast<double>(set.size());
  }
  for (const std::int32_t resolution : {1, 7, 64, 200})
    for (const RankTies ties : {RankTies::averaged, RankTies::by_number})
      EXPECT_NEAR(mean(relative_rank(set, {resolution, ties})), density, 1e-12);
}

TEST(RelativeRank, HasTheSameBitsForAnyOrderThreadsAndNumbering) {
  const GraphSet set = some_graphs(1500);
  const Matrix first = relative_rank(set).values;
  std::vector<std::int64_t> order(static_cast<std::size_t>(set.size()));
  std::iota(order.rbegin(), order.rend(), 0);
  GraphSet renumbered(reference_schema());
  for (std::int64_t g = 0; g < set.size(); ++g) renumbered.append(reversed(set[g]).view());
  for (const int threads : {1, 2}) {
    const ThreadScope scope(threads);
    EXPECT_TRUE(relative_rank(set).values == first);
    EXPECT_TRUE(relative_rank({set, order}).values == first);
    EXPECT_TRUE(relative_rank(renumbered).values == first);
    EXPECT_EQ(typed_relative_rank(renumbered, parity_classes(), {8}).values,
              typed_relative_rank(set, parity_classes(), {8}).values);
  }
}

TEST(RelativeRank, CountsAMultiplicityAsARepetition) {
  const GraphSet set = some_graphs(60);
  std::vector<std::int32_t> times(60);
  std::vector<std::int64_t> draws;
  Random random({.item = 3});
  for (int d = 0; d < 60; ++d) draws.push_back(static_cast<std::int64_t>(random.below(60)));
  for (const std::int64_t g : draws) ++times[static_cast<std::size_t>(g)];
  EXPECT_TRUE(relative_rank(set, {}, times).values == relative_rank({set, draws}).values);
}

TEST(RelativeRank, IsTheMeanOfItsRows) {
  const GraphSet set = some_graphs(60);
  const Matrix rows = relative_rank_rows(set, {16});
  const Matrix whole = relative_rank(set, {16}).values;
  const Vector means = rows.colwise().mean();
  EXPECT_LT((means - whole.reshaped<Eigen::RowMajor>()).cwiseAbs().maxCoeff(), 1e-13);
  EXPECT_TRUE(rows.row(0).isZero(0)) << "a graph without nodes";
}

TEST(RelativeRank, DividesByClassesWithoutLoss) {
  const GraphSet set = some_graphs(100);
  const TypedGraphon typed = typed_relative_rank(set, parity_classes(), {12});
  EXPECT_LT((typed.sum().values - relative_rank(set, {12}).values).cwiseAbs().maxCoeff(), 1e-13);
  EXPECT_LT((typed.block(0, 1) - typed.block(1, 0).transpose()).cwiseAbs().maxCoeff(), 1e-15);
  EXPECT_GT(typed.block(0, 1).sum(), 0);
  EXPECT_GT(typed.block(0, 0).sum(), 0);
}

TEST(RelativeRank, RefusesWhatItCannotDo) {
  const GraphSet none(reference_schema());
  EXPECT_EQ(error_of([&] { relative_rank(none); }).kind(), ErrorKind::nothing_valid);
  const GraphSet set = some_graphs(3);
  const std::vector<std::int32_t> zeros(3, 0), short_list(2, 1), negative = {1, 1, -1};
  EXPECT_EQ(error_of([&] { relative_rank(set, {}, zeros); }).kind(), ErrorKind::nothing_valid);
  EXPECT_TRUE(says(error_of([&] { relative_rank(set, {}, short_list); }),
                   "expected a multiplicity for each of 3 graphs, got 2"));
  EXPECT_TRUE(says(error_of([&] { relative_rank(set, {}, negative); }), "cannot count -1 times"));
  EXPECT_TRUE(says(error_of([&] { relative_rank(set, {0}); }), "resolution from 1 to 1024, got 0"));
  NodeClasses classes = parity_classes();
  classes.class_of_code.resize(1);
  EXPECT_EQ(error_of([&] { typed_relative_rank(set, classes); }).kind(), ErrorKind::mismatch);
  classes.class_of_code[0] = 2;
  EXPECT_TRUE(
      says(error_of([&] { typed_relative_rank(set, classes); }), "class 2 is not one of 2"));
  classes = parity_classes();
  classes.column = 2;
  EXPECT_EQ(error_of([&] { typed_relative_rank(set, classes); }).kind(), ErrorKind::mismatch);
  classes.column = 0;
  classes.class_count = 3000;
  EXPECT_TRUE(says(error_of([&] { typed_relative_rank(set, classes); }), "merge classes"));
}

}  // namespace
}  // namespace aufbau::graphs
