#include "report/transfer/selection/selection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

#include "core/parallel.h"
#include "graphs/feasibility/estimate.h"
#include "report/transfer/selection_sets.h"
#include "testing/errors.h"

namespace aufbau::report {
namespace {

using testing::error_of;
using testing::says;

std::vector<data::Dataset> two_sources() {
  std::vector<data::Dataset> sources;
  sources.push_back(random_set("sparse.h5", 150, kSparse, 1));
  sources.push_back(random_set("dense.h5", 150, kDense, 2));
  return sources;
}

std::vector<data::Dataset> reversed(const std::vector<data::Dataset>& sources) {
  return {sources.rbegin(), sources.rend()};
}

/// Those whose method works on graphs without molecules.
std::vector<const SelectionEntry*> structural_methods() {
  std::vector<const SelectionEntry*> methods;
  for (const SelectionEntry& entry : kSelections)
    if (!entry.needs_molecules) methods.push_back(&entry);
  return methods;
}

TEST(Selection, EveryMethodKeepsItsBudgetAndSaysWhy) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target = random_set("target.h5", 80, kDense, 3);
  for (const SelectionEntry* method : structural_methods())
    for (const std::int64_t budget : {0, 40, 299, 5000}) {
      if (std::string(method->name) == "sources" && budget == 40) continue;
      SCOPED_TRACE(std::string(method->name) + " " + std::to_string(budget));
      const SelectionProblem problem = problem_of(sources, target, budget);
      const Selection selection = method->choose(problem);
      ASSERT_EQ(selection.rows.size(), 2u);
      std::int64_t available = 0, chosen = 0;
      for (const SelectedPart& part : selection.parts) {
        EXPECT_FALSE(part.reason.empty());
        EXPECT_FALSE(part.part.empty());
        available += part.available;
        chosen += part.chosen;
      }
      EXPECT_EQ(available, 300);
      EXPECT_EQ(chosen, size_of(selection));
      EXPECT_GT(chosen, 0);
      EXPECT_LE(chosen, problem.most());
      const bool is_exact = budget > 0 && std::string(method->name) != "sources";
      EXPECT_TRUE(!is_exact || chosen == problem.most());
      for (const data::DatasetRows& part : selection.rows) {
        EXPECT_TRUE(std::is_sorted(part.rows.begin(), part.rows.end()));
        EXPECT_EQ(std::set(part.rows.begin(), part.rows.end()).size(), part.rows.size());
        for (const std::int64_t row : part.rows) EXPECT_TRUE(row >= 0 && row < 150);
      }
    }
}

TEST(Selection, EveryMethodFindsTheSourceOfTheTarget) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target = random_set("target.h5", 80, kDense, 3);
  for (const SelectionEntry* method : structural_methods()) {
    SCOPED_TRACE(method->name);
    const SelectionProblem problem =
        problem_of(sources, target, method->name == std::string("sources") ? 150 : 60);
    const std::vector<std::int64_t> sizes = method->choose(problem).sizes();
    EXPECT_GT(sizes[1], 0.9 * static_cast<double>(sizes[0] + sizes[1]));
  }
}

TEST(Selection, IsTheSameOnOneAndTwoThreadsAndBySeed) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target = random_set("target.h5", 80, kDense, 3, 50, kSparse);
  for (const SelectionEntry* method : structural_methods()) {
    SCOPED_TRACE(method->name);
    const auto chosen = [&](int threads, std::uint64_t seed) {
      const ThreadScope scope(threads);
      SelectionProblem problem = problem_of(sources, target, 150);
      problem.run.seed = seed;
      return rows_by_path(method->choose(problem));
    };
    EXPECT_EQ(chosen(1, 7), chosen(2, 7));
    EXPECT_TRUE(method->name != std::string("mixture") || chosen(1, 7) != chosen(1, 8));
  }
}

TEST(Selection, ChoosesTheSameInAnyOrderOfTheSources) {
  const std::vector<data::Dataset> sources = two_sources(), other_order = reversed(sources);
  const data::Dataset target = random_set("target.h5", 80, kDense, 3, 50, kSparse);
  for (const char* method : {"sources", "mixture"}) {
    const auto choose = selection_by_name(method).choose;
    EXPECT_EQ(rows_by_path(choose(problem_of(sources, target, 200))),
              rows_by_path(choose(problem_of(other_order, target, 200))))
        << method;
  }
}

TEST(Selection, StopsWhenItIsAskedTo) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target = random_set("target.h5", 80, kDense, 3);
  for (const SelectionEntry* method : structural_methods()) {
    SelectionProblem problem = problem_of(sources, target, 200);
    problem.run.should_stop = [] { return true; };
    EXPECT_EQ(error_of([&] { method->choose(problem); }).kind(), ErrorKind::interrupted)
        << method->name;
  }
}

TEST(Selection, UnknownMethodsAreMetWithTheNearestOne) {
  EXPECT_TRUE(says(error_of([] { selection_by_name("mixtur"); }), "did you mean 'mixture'"));
}

/// The least distance of pooled sources that fit, from histograms of all their graphs.
double least_of_all_subsets(const SelectionProblem& problem) {
  double least = std::numeric_limits<double>::infinity();
  for (std::uint32_t mask = 1; mask < 1u << problem.sources.size(); ++mask) {
    BasisPart pooled;
    for (std::size_t i = 0; i < problem.sources.size(); ++i)
      if (mask >> i & 1) pooled.graphs.push_back(whole(problem.sources[i]).graphs.front());
    if (pooled.size() > problem.most()) continue;
    least = std::min(least, unbiased_distance(moments_of(pooled, problem.histograms, {}),
                                              problem.target_moments));
  }
  return least;
}

std::vector<data::Dataset> many_sources(int count) {
  std::vector<data::Dataset> sources;
  for (int i = 0; i < count; ++i)
    sources.push_back(random_set("s" + std::to_string(i) + ".h5", 20 + 3 * i,
                                 {0.05 * i, 0.9 - 0.05 * i}, static_cast<std::uint32_t>(10 + i)));
  return sources;
}

TEST(SelectionOfSources, IsTheBestOfAllSubsets) {
  const std::vector<data::Dataset> sources = many_sources(7);
  const data::Dataset target = random_set("target.h5", 60, kDense, 3, 25, kSparse);
  for (const std::int64_t budget : {0, 70, 45}) {
    const SelectionProblem problem = problem_of(sources, target, budget);
    const Selection selection = choose_sources(problem);
    EXPECT_NEAR(distance_of(selection, problem), least_of_all_subsets(problem), 1e-14) << budget;
    for (std::size_t i = 0; i < sources.size(); ++i)
      EXPECT_TRUE(selection.sizes()[i] == 0 || selection.sizes()[i] == sources[i].size());
  }
}

TEST(SelectionOfSources, OfManyAddsWhileOneHelps) {
  const std::vector<data::Dataset> sources = many_sources(18);
  const data::Dataset target = random_set("target.h5", 200, kEven, 3);
  const SelectionProblem problem = problem_of(sources, target, 200);
  const Selection selection = choose_sources(problem);
  EXPECT_LE(size_of(selection), 200);
  const double distance = distance_of(selection, problem);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    Selection wider = selection;
    if (!wider.rows[i].rows.empty()) continue;
    EXPECT_GE(unbiased_distance(moments_of(whole(sources[i]), problem.histograms, {}),
                                problem.target_moments),
              distance);
    wider.rows[i].rows = whole(sources[i]).graphs.front().rows;
    EXPECT_TRUE(size_of(wider) > 200 || distance_of(wider, problem) >= distance) << i;
  }
}

TEST(SelectionOfSources, NeedsOneThatFits) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target = random_set("target.h5", 80, kDense, 3);
  const Error error = error_of([&] { choose_sources(problem_of(sources, target, 149)); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(error, "the smallest has 150 graphs")) << error.what();
  std::vector<data::Dataset> single;
  single.push_back(random_set("single.h5", 1, kDense, 3));
  EXPECT_EQ(error_of([&] { choose_sources(problem_of(single, target, 0)); }).kind(),
            ErrorKind::usage);
}

TEST(SelectionByRecursion, OneRoundKeepsTheClusterOfTheLargestWeight) {
  // floor(ln 18) - 1 = 1
  std::vector<data::Dataset> sources;
  sources.push_back(random_set("both.h5", 18, kDense, 5, 9, kSparse));
  const data::Dataset target = random_set("target.h5", 40, kDense, 3);
  SelectionProblem problem = problem_of(sources, target, 0);
  problem.measure.parts = 3;
  const Selection selection = choose_recursively(problem);
  std::vector<graphs::Moments> moments;
  const std::vector<BasisPart> clusters = basis_by_name("topo").divide(sources, {.parts = 3});
  for (const BasisPart& cluster : clusters)
    moments.push_back(moments_of(cluster, problem.histograms, {}));
  const graphs::Vector alpha =
      graphs::fit_mixture(graphs::plug_in_terms(moments, problem.target_moments)).alpha;
  Eigen::Index best = 0;
  alpha.maxCoeff(&best);
  EXPECT_EQ(selection.rows[0].rows, clusters[static_cast<std::size_t>(best)].graphs.front().rows);
  EXPECT_NE(selection.parts[0].reason.find("round 1"), std::string::npos);
  EXPECT_EQ(selection.parts[0].reason.find("round 2"), std::string::npos);
}

TEST(SelectionByRecursion, StopsBeforeItCouldNotFillTheBudget) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target = random_set("target.h5", 40, kDense, 3);
  EXPECT_LT(size_of(choose_recursively(problem_of(sources, target, 0))), 60);
  EXPECT_EQ(size_of(choose_recursively(problem_of(sources, target, 60))), 60);
  const Selection all = choose_recursively(problem_of(sources, target, 290));
  EXPECT_EQ(size_of(all), 290);
  EXPECT_NE(all.parts[0].reason.find("no round was made"), std::string::npos);
}

}  // namespace
}  // namespace aufbau::report
