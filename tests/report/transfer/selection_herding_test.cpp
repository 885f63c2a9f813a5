#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "core/parallel.h"
#include "report/transfer/selection/histogram_patterns.h"
#include "report/transfer/selection/selection.h"
#include "report/transfer/selection_sets.h"

namespace aufbau::report {
namespace {

using graphs::Matrix;
using graphs::Vector;

constexpr double kNoLimit = 1e18;

std::vector<data::Dataset> two_sources() {
  std::vector<data::Dataset> sources;
  sources.push_back(random_set("sparse.h5", 90, kSparse, 1));
  sources.push_back(random_set("dense.h5", 110, kDense, 2));
  return sources;
}

Matrix histograms_of_all(const SelectionProblem& problem) {
  const BasisPart all = problem.all();
  Matrix rows(all.size(), problem.histograms.width());
  fill_histograms(graphs_of(all), problem.histograms, rows);
  return rows;
}

/// Greedily, by the definition: the distance of the mean after every pick.
std::vector<double> plain_greedy(const SelectionProblem& problem, std::int64_t count) {
  const Matrix rows = histograms_of_all(problem);
  const Vector target = problem.target_moments.mean();
  std::set<Eigen::Index> taken;
  Vector sum = Vector::Zero(rows.cols());
  std::vector<double> distances;
  for (std::int64_t pick = 1; pick <= count; ++pick) {
    Eigen::Index best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (Eigen::Index i = 0; i < rows.rows(); ++i) {
      if (taken.contains(i)) continue;
      const double distance =
          ((sum + rows.row(i).transpose()) / static_cast<double>(pick) - target).squaredNorm();
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    taken.insert(best);
    sum += rows.row(best).transpose();
    distances.push_back(least);
  }
  return distances;
}

double plug_in(const Selection& selection, const SelectionProblem& problem) {
  const graphs::Moments moments = moments_of({"", selection.rows}, problem.histograms, {});
  return (moments.mean() - problem.target_moments.mean()).squaredNorm();
}

TEST(SelectionByHerding, IsGreedy) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target = random_set("target.h5", 60, kEven, 3);
  const std::vector<double> plain = plain_greedy(problem_of(sources, target, 0), 60);
  for (const std::int64_t budget : {1, 2, 17, 60}) {
    const SelectionProblem problem = problem_of(sources, target, budget);
    const Selection selection = choose_herding(problem, kNoLimit);
    EXPECT_EQ(size_of(selection), budget);
    const double least = plain[static_cast<std::size_t>(budget - 1)];
    EXPECT_NEAR(plug_in(selection, problem), least, 1e-3 * least);
  }
}

TEST(SelectionByHerding, BeatsChance) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target = random_set("target.h5", 60, kDense, 3, 40, kSparse);
  const SelectionProblem problem = problem_of(sources, target, 50);
  const double herded = plug_in(choose_herding(problem, kNoLimit), problem);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Selection drawn(problem.sources);
    drawn.draw(problem.all(), 50, seed);
    EXPECT_LT(herded, 0.2 * plug_in(drawn, problem));
  }
}

TEST(SelectionByHerding, WithoutABudgetEndsWhereTheMeanIsNearest) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target = random_set("target.h5", 60, kDense, 3);
  const SelectionProblem problem = problem_of(sources, target, 0);
  const Selection nearest = choose_herding(problem, kNoLimit);
  EXPECT_LT(size_of(nearest), 200);
  const double least = plug_in(nearest, problem);
  for (const std::int64_t budget : {5, 20, 60, 100, 150, 200}) {
    const SelectionProblem limited = problem_of(sources, target, budget);
    EXPECT_GE(plug_in(choose_herding(limited, kNoLimit), limited), least * (1 - 1e-6)) << budget;
  }
}

TEST(SelectionByHerding, TakesTheFirstOfEqualGraphs) {
  store::DatasetContent content = random_content(4, kDense, 1);
  for (int again = 0; again < 2; ++again)
    for (std::int64_t g = 0; g < 4; ++g) {
      const graphs::Graph copy(content.graphs[g]);
      content.graphs.append(copy.view());
    }
  std::vector<data::Dataset> sources;
  sources.emplace_back(content, "a.h5");
  std::vector<data::Dataset> targets;
  targets.push_back(random_set("target.h5", 30, kDense, 3));
  const HistogramPatterns patterns(whole(sources[0]), problem_of(sources, targets[0], 0).histograms,
                                   {});
  EXPECT_EQ(patterns.count(), 4);
  EXPECT_EQ(patterns.members(2), (std::vector<std::int32_t>{2, 6, 10}));
  for (const std::int64_t budget : {1, 3, 7, 12}) {
    const Selection chosen = choose_herding(problem_of(sources, targets[0], budget), kNoLimit);
    const std::set<std::int64_t> rows(chosen.rows[0].rows.begin(), chosen.rows[0].rows.end());
    EXPECT_EQ(static_cast<std::int64_t>(rows.size()), budget);
    for (const std::int64_t row : rows) EXPECT_TRUE(row < 4 || rows.contains(row - 4)) << row;
  }
}

TEST(SelectionByHerding, InGroupsIsNearlyAsGood) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target = random_set("target.h5", 60, kDense, 3, 40, kSparse);
  const SelectionProblem problem = problem_of(sources, target, 150);
  // Patterns times picks times packed cells, and a seventh of it: seven groups.
  const double all = 200.0 * 150 * 36;
  const auto chosen = [&](int threads) {
    const ThreadScope scope(threads);
    return choose_herding(problem, all / 7);
  };
  const Selection grouped = chosen(1);
  EXPECT_EQ(size_of(grouped), 150);
  EXPECT_EQ(rows_by_path(grouped), rows_by_path(chosen(2)));
  Selection drawn(problem.sources);
  drawn.draw(problem.all(), 150, 1);
  EXPECT_LT(plug_in(grouped, problem), 0.5 * plug_in(drawn, problem));
  // Groups that run empty are passed over.
  const SelectionProblem whole_lot = problem_of(sources, target, 200);
  EXPECT_EQ(size_of(choose_herding(whole_lot, 1)), 200);
}

TEST(HistogramPatterns, PackedProductsAreProductsOfHistograms) {
  std::vector<data::Dataset> sources;
  store::DatasetContent content;
  content.graphs = graphs::GraphSet(graphs::network_schema(3));
  Random random({.purpose = Purpose::test, .item = 77});
  const store::DatasetContent plain = random_content(20, kEven, 5);
  for (std::int64_t g = 0; g < plain.graphs.size(); ++g) {
    graphs::Graph graph(plain.graphs[g]);
    for (std::uint16_t& code : graph.node_codes) code = static_cast<std::uint16_t>(random.below(3));
    content.graphs.append(graph.view());
  }
  sources.emplace_back(content, "tagged.h5");
  HistogramSettings settings;
  settings.resolution = 5;
  settings.classes = graphs::NodeClasses{0, 2, {0, 1, 1, 0, 0}};
  const BasisPart part = whole(sources[0]);
  const HistogramPatterns patterns(part, settings, {});
  ASSERT_EQ(patterns.count(), 20);
  Matrix rows(20, settings.width());
  fill_histograms(graphs_of(part), settings, rows);
  for (Eigen::Index i = 0; i < 20; ++i)
    for (Eigen::Index j = 0; j < 20; ++j) {
      const double product = rows.row(i).dot(rows.row(j));
      EXPECT_NEAR(patterns.row(i).dot(patterns.row(j)), product, 1e-5 * product);
      EXPECT_NEAR(
          packed(rows.row(i).transpose(), settings).dot(packed(rows.row(j).transpose(), settings)),
          product, 1e-12 * product);
    }
}

}  // namespace
}  // namespace aufbau::report
