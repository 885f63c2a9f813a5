// Known answers: graphon_topology.h5.
#include <gtest/gtest.h>

#include "core/parallel.h"
#include "graphon_reference.h"
#include "graphs/topology/k_means.h"
#include "graphs/topology/topology_statistics.h"
#include "graphs/topology/z_score.h"

namespace aufbau::graphs {
namespace {

using namespace aufbau::testing;

class Topology : public ::testing::Test {
 protected:
  const ReferenceFile file{"graphon_topology.h5"};
  const GraphSet graphs = graphs_of_group(file, "/graphs");
};

TEST_F(Topology, StatisticsAndTheirNaN) {
  const Matrix expected = reference_matrix(file, "/stats_raw");
  const Matrix got = topology_statistics(graphs);
  ASSERT_EQ(got.rows(), expected.rows());
  ASSERT_EQ(got.cols(), expected.cols());
  std::int64_t undefined = 0;
  for (Eigen::Index g = 0; g < got.rows(); ++g)
    for (Eigen::Index c = 0; c < got.cols(); ++c) {
      if (std::isnan(expected(g, c))) ++undefined;
      ASSERT_EQ(std::isnan(got(g, c)), std::isnan(expected(g, c))) << "graph " << g;
      if (std::isnan(expected(g, c))) continue;
      EXPECT_NEAR(got(g, c), expected(g, c), kReferenceTolerance)
          << kTopologyStatistics[static_cast<std::size_t>(c)] << " of graph " << g;
    }
  EXPECT_GT(undefined, 0) << "the file should hold graphs without a degree correlation";
}

TEST_F(Topology, Features) {
  expect_reference(file, "/z7", topology_features(topology_statistics(graphs)), 1e-9);
}

TEST_F(Topology, MeansAndDeviationsOfTheFeatures) {
  const Matrix stats = reference_matrix(file, "/stats");
  Matrix kept(stats.rows(), 7);
  for (int c = 0; c < 7; ++c) kept.col(c) = stats.col(c < 5 ? c : c + 1);
  const ZScores scores = z_scores(kept);
  expect_reference(file, "/z7_mean", scores.mean, kReferenceTolerance);
  expect_reference(file, "/z7_std", scores.deviation, kReferenceTolerance);
}

TEST_F(Topology, KMeansFromGivenCentres) {
  const Matrix rows = topology_features(topology_statistics(graphs));
  std::size_t cases = 0;
  for (const std::string& name : file.groups("/")) {
    if (!name.starts_with("kmeans_")) continue;
    ++cases;
    const std::string group = '/' + name;
    Matrix centers;
    if (file.has(group + "/init_centers")) {
      centers = reference_matrix(file, group + "/init_centers");
    } else {
      const std::vector<std::int32_t> init = file.ints(group + "/init_rows");
      centers.resize(static_cast<Eigen::Index>(init.size()), rows.cols());
      for (std::size_t c = 0; c < init.size(); ++c)
        centers.row(static_cast<Eigen::Index>(c)) = rows.row(init[c]);
    }
    for (const int threads : {1, 2}) {
      const ThreadScope scope(threads);
      const Clustering got = lloyd(rows, centers);
      EXPECT_TRUE(got.converged);
      EXPECT_EQ(got.labels, file.ints(group + "/labels")) << name;
      expect_reference(file, group + "/centers", got.centers, 1e-9);
      const double inertia = file.attribute(group, "inertia");
      EXPECT_NEAR(got.inertia, inertia, 1e-9 * inertia) << name;
      EXPECT_EQ(got.iterations, file.attribute(group, "iterations")) << name;
      EXPECT_NEAR(got.margin, file.attribute(group, "margin"), 1e-9) << name;
    }
  }
  EXPECT_GT(cases, 0u);
}

}  // namespace
}  // namespace aufbau::graphs
