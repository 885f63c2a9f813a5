#include "graphs/graphon/estimators.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/parallel.h"
#include "graphs/graphon/largest_gap.h"
#include "graphs/graphon/resize.h"
#include "graphs/graphon/sampling.h"
#include "testing/errors.h"
#include "testing/reference_batch.h"
#include "testing/small_graphs.h"

namespace aufbau::graphs {
namespace {

using namespace aufbau::testing;  // hand-made graphs

GraphSet set_of(const std::vector<Graph>& graphs) {
  GraphSet set(reference_schema());
  for (const Graph& graph : graphs) set.append(graph.view());
  return set;
}

EstimatorOptions quick() {
  EstimatorOptions options;
  options.barycentre.outer = 2;
  options.barycentre.inner = 10;
  return options;
}

TEST(Estimators, GiveChancesAlsoForGraphsWithLittleInThem) {
  const std::vector<GraphSet> sets = {
      set_of({graph_of(1, {})}),
      set_of({graph_of(3, {})}),
      set_of({graph_of(0, {}), path_graph(2)}),
      set_of({path_graph(2)}),
      set_of({ring_graph(5), graph_of(0, {}), path_graph(9), graph_of(4, {{0, 1}, {1, 0}})}),
  };
  for (const Estimator& estimator : estimators())
    for (std::size_t s = 0; s < sets.size(); ++s) {
      const Graphon got = estimator.estimate(sets[s], quick());
      SCOPED_TRACE(std::string(estimator.name) + " of set " + std::to_string(s));
      EXPECT_NO_THROW(check_graphon("test", got));
      EXPECT_GE(got.values.minCoeff(), 0);
      EXPECT_LE(got.values.maxCoeff(), 1);
      EXPECT_LT((got.values - got.values.transpose()).cwiseAbs().maxCoeff(), 1e-12);
    }
}

TEST(Estimators, RefuseSetsWithoutANode) {
  for (const Estimator& estimator : estimators()) {
    if (std::string(estimator.name) == "relative-rank") continue;  // zeros for graphs of no nodes
    for (const GraphSet& set : {set_of({}), set_of({graph_of(0, {})})}) {
      const Error error = error_of([&] { estimator.estimate(set, quick()); });
      EXPECT_EQ(error.kind(), ErrorKind::nothing_valid) << estimator.name;
      EXPECT_TRUE(says(error, "no node in the")) << error.what();
    }
  }
}

TEST(Estimators, HaveTheSameBitsForAnyNumberOfThreads) {
  GraphSet set(reference_schema());
  for (std::uint32_t g = 0; g < 90; ++g)
    set.append(random_graph(5 + static_cast<std::int32_t>(g % 20), g).view());
  for (const Estimator& estimator : estimators()) {
    Matrix first;
    for (const int threads : {1, 2}) {
      const ThreadScope scope(threads);
      const Graphon got = estimator.estimate(set, quick());
      if (threads == 1) first = got.values;
      EXPECT_TRUE(got.values == first) << estimator.name;
    }
  }
}

TEST(Estimators, ReadAListOfGraphsAsASetOfThem) {
  const GraphSet all = set_of({ring_graph(7), path_graph(9), random_graph(12, 1), path_graph(4)});
  const std::vector<std::int64_t> list = {2, 0, 2};
  const GraphSet copied = set_of({random_graph(12, 1), ring_graph(7), random_graph(12, 1)});
  for (const Estimator& estimator : estimators())
    EXPECT_TRUE(estimator.estimate({all, list}, quick()).values ==
                estimator.estimate(copied, quick()).values)
        << estimator.name;
}

TEST(Estimators, ComeNearTheGraphonThatGraphsWereDrawnFrom) {
  Graphon truth;
  truth.values.resize(2, 2);
  truth.values << 0.9, 0.3, 0.3, 0.1;
  const std::vector<std::int32_t> sizes(20, 60);
  const GraphSet set = sample_graphs(truth, sizes, 5);
  EstimatorOptions options;
  options.sas.tv_weight = 0;
  for (const Estimator& estimator : estimators()) {
    const Matrix got = projected(estimator.estimate(set, options), 2);
    // Padding and ranking blur the border of the blocks; a constant misses by 0.33.
    EXPECT_LT((got - truth.values).cwiseAbs().maxCoeff(), 0.15) << estimator.name;
  }
}

TEST(Estimators, SuggestTheNearestName) {
  EXPECT_STREQ(estimator_by_name("sgwb").name, "sgwb");
  const Error error = error_of([] { estimator_by_name("relative-rnak"); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(error, "did you mean 'relative-rank'")) << error.what();
}

TEST(Estimators, RefuseOptionsOutOfRange) {
  const GraphSet set = set_of({ring_graph(6)});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(says(error_of([&] { sort_and_smooth(set, {-1.0}); }), "weight above 0, got -1"));
  EXPECT_TRUE(says(error_of([&] { usvt(set, {nan}); }), "threshold of 0 or more"));
  EXPECT_TRUE(says(error_of([&] { stochastic_blocks(set, {-1, {}}); }), "threshold of 0 or more"));
  EXPECT_TRUE(says(error_of([&] {
                     stochastic_blocks(set, {0.1, {0, 0, 1, 2, 3, 4}});
                   }),
                   "each of the 6 positions once, got 6 entries"));
  BarycentreOptions options;
  options.beta = 0;
  EXPECT_TRUE(says(error_of([&] { barycentre(set, options); }), "beta > 0"));
  options.beta = 1e-7;
  const Error lost = error_of([&] { barycentre(set_of({path_graph(9)}), options); });
  EXPECT_EQ(lost.kind(), ErrorKind::non_finite);
  EXPECT_TRUE(says(lost, "raise beta")) << lost.what();
}

TEST(Estimators, RefuseDenseMatricesOfHugeGraphs) {
  const GraphSet set = set_of({path_graph(10000)});
  for (const char* name : {"usvt", "matrix-completion", "sba"}) {
    const Error error = error_of([&] { estimator_by_name(name).estimate(set, {}); });
    EXPECT_EQ(error.kind(), ErrorKind::usage) << name;
    EXPECT_TRUE(says(error, "10000 nodes")) << error.what();
  }
  EstimatorOptions options;
  options.sas.tv_weight = 0;
  for (const char* name : {"relative-rank", "sas", "largest-gap"})
    EXPECT_GT(mean(estimator_by_name(name).estimate(set, options)), 0) << name;
}

TEST(Graphon, IsReadAtPointsAndProjectedOnGrids) {
  Graphon graphon;
  graphon.values.resize(2, 2);
  graphon.values << 1, 0.5, 0.5, 0;
  graphon.bounds = {0, 0.25, 1};
  EXPECT_EQ(graphon.at(0, 0), 1);
  EXPECT_EQ(graphon.at(0.25, 0.1), 0.5);
  EXPECT_EQ(graphon.at(1, 1), 0);
  EXPECT_DOUBLE_EQ(mean(graphon), 0.0625 + 2 * 0.25 * 0.75 * 0.5);
  EXPECT_DOUBLE_EQ(mean(shape_of(graphon)), 1);
  const Matrix fine = projected(graphon, 4);
  EXPECT_EQ(fine(0, 0), 1);
  EXPECT_EQ(fine(0, 3), 0.5);
  EXPECT_EQ(fine(2, 1), 0);
  const Matrix coarse = projected(graphon, 2);
  EXPECT_DOUBLE_EQ(coarse(0, 0), 0.5);
  EXPECT_DOUBLE_EQ(coarse(0, 1), 0.25);
  EXPECT_DOUBLE_EQ(projected(graphon, 1)(0, 0), mean(graphon));
  graphon.bounds = {};
  EXPECT_EQ(graphon.at(0.5, 0.4999), 0.5);
}

TEST(Graphon, IsCheckedForWhatItPromises) {
  const Matrix good = Matrix::Constant(2, 2, 0.5);
  EXPECT_NO_THROW(check_graphon("test", {good, {0, 0.1, 1}}));
  for (const Graphon& bad :
       {Graphon{Matrix(0, 0), {}}, Graphon{Matrix::Zero(2, 3), {}}, Graphon{good, {0, 1}},
        Graphon{good, {0, 0.5, 0.9}}, Graphon{good, {0, 0, 1}},
        Graphon{good * std::numeric_limits<double>::infinity(), {}}})
    EXPECT_EQ(error_of([&] { check_graphon("test", bad); }).kind(), ErrorKind::mismatch);
  EXPECT_EQ(error_of([&] { projected({good, {}}, 0); }).kind(), ErrorKind::usage);
  EXPECT_EQ(error_of([&] { bilinear_resize(Matrix(0, 0), 2, 2); }).kind(), ErrorKind::usage);
  EXPECT_TRUE(shape_of({Matrix::Zero(2, 2), {}}).values.isZero(0));
}

TEST(TotalVariation, KeepsTheMeanAndFlattensNoise) {
  Matrix noisy(8, 8);
  Random random({.item = 1});
  for (Eigen::Index i = 0; i < noisy.size(); ++i) noisy.data()[i] = random.uniform();
  const Denoised smooth = denoise_total_variation(noisy, 0.2);
  EXPECT_NEAR(smooth.values.mean(), noisy.mean(), 1e-12);
  EXPECT_LT((smooth.values.array() - noisy.mean()).square().sum(),
            0.5 * (noisy.array() - noisy.mean()).square().sum());
  EXPECT_EQ(denoise_total_variation(Matrix(0, 0), 1).sweeps, 0);
}

}  // namespace
}  // namespace aufbau::graphs
