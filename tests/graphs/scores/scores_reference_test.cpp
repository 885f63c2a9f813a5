// Known answers: graphon_transfer_scores.h5.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "core/parallel.h"
#include "graphon_reference.h"
#include "graphs/scores/egi.h"
#include "graphs/scores/frechet.h"
#include "graphs/scores/h_score.h"
#include "graphs/scores/logme.h"
#include "graphs/scores/mmd.h"
#include "graphs/scores/nearest.h"
#include "graphs/scores/rogi.h"
#include "graphs/scores/scaffold_coverage.h"
#include "graphs/scores/tree_movers.h"

namespace aufbau::graphs {
namespace {

using namespace aufbau::testing;

class TransferScores : public ::testing::Test {
 protected:
  /// The groups of one kind; there must be some.
  std::vector<std::string> groups(const std::string& prefix) const {
    std::vector<std::string> found;
    for (const std::string& name : file.groups("/"))
      if (name.starts_with(prefix)) found.push_back('/' + name);
    EXPECT_FALSE(found.empty()) << prefix;
    return found;
  }
  Vector vector(const std::string& path) const {
    const std::vector<double> values = file.doubles(path);
    return Eigen::Map<const Vector>(values.data(), static_cast<Eigen::Index>(values.size()));
  }
  Fingerprints fingerprints(const std::string& path) const {
    const std::vector<std::int32_t> bits = file.ints(path), offset = file.ints(path + "_ptr");
    Fingerprints result(2048);
    for (std::size_t i = 0; i + 1 < offset.size(); ++i)
      result.append(std::span(bits).subspan(static_cast<std::size_t>(offset[i]),
                                            static_cast<std::size_t>(offset[i + 1] - offset[i])));
    return result;
  }
  void expect_attribute(const std::string& group, const std::string& name, double got,
                        double tolerance) const {
    EXPECT_NEAR(got, file.attribute(group, name), tolerance) << group << ' ' << name;
  }

  const ReferenceFile file{"graphon_transfer_scores.h5"};
};

TEST_F(TransferScores, FrechetFromRowsAndFromMoments) {
  for (const std::string& group : groups("frechet_")) {
    const Matrix x = reference_matrix(file, group + "/X"), y = reference_matrix(file, group + "/Y");
    const Frechet rows = frechet_distance(x, y);
    expect_attribute(group, "value", rows.value, 1e-9);
    expect_attribute(group, "mean_term", rows.mean_term, 1e-9);
    expect_attribute(group, "cov_term", rows.covariance_term, 1e-9);
    // The roots of rounded eigenvalues, as the definition allows.
    const Frechet moments = frechet_distance(gaussian_moments(x), gaussian_moments(y));
    expect_attribute(group, "value", moments.value, 1e-5);
    expect_attribute(group, "cov_term", moments.covariance_term, 1e-5);
  }
}

TEST_F(TransferScores, MmdWithAGaussianKernel) {
  for (const std::string& group : groups("frechet_")) {
    const Matrix x = reference_matrix(file, group + "/X"), y = reference_matrix(file, group + "/Y");
    const std::string mmd = group + "/mmd_rbf";
    const std::vector<double> sigma = file.doubles(mmd + "/sigma");
    const std::vector<double> biased = file.doubles(mmd + "/biased");
    const std::vector<double> unbiased = file.doubles(mmd + "/unbiased");
    EXPECT_NEAR(median_distance(x, y), sigma.at(0), kReferenceTolerance) << group;
    for (std::size_t i = 0; i < sigma.size(); ++i) {
      const Mmd got = mmd_rbf(x, y, sigma[i]);
      EXPECT_NEAR(got.biased, biased.at(i), kReferenceTolerance) << group;
      EXPECT_NEAR(got.unbiased, unbiased.at(i), kReferenceTolerance) << group;
    }
  }
}

TEST_F(TransferScores, LogMeOfValuesAndOfClasses) {
  // alpha and beta reach thousands where the fixed point is slow.
  const auto expect_relative = [](const std::string& what, double got, double expected) {
    EXPECT_NEAR(got, expected, 1e-8 * std::max(1.0, std::abs(expected))) << what;
  };
  for (const std::string& group : groups("logme_")) {
    const Matrix features = reference_matrix(file, group + "/Phi");
    const LogMe values = logme_regression(features, vector(group + "/y"));
    EXPECT_TRUE(values.converged);
    expect_attribute(group, "regression", values.evidence, 1e-8);
    expect_relative(group + " alpha", values.alpha, file.attribute(group, "alpha"));
    expect_relative(group + " beta", values.beta, file.attribute(group, "beta"));

    const LogMeClasses classes = logme_classification(features, file.ints(group + "/labels"));
    expect_attribute(group, "classification", classes.evidence, 1e-8);
    const Matrix per_class = reference_matrix(file, group + "/classification_per_class");
    ASSERT_EQ(static_cast<Eigen::Index>(classes.per_class.size()), per_class.rows());
    for (Eigen::Index c = 0; c < per_class.rows(); ++c) {
      const LogMe& one = classes.per_class[static_cast<std::size_t>(c)];
      EXPECT_NEAR(one.evidence, per_class(c, 0), 1e-8) << group;
      expect_relative(group, one.alpha, per_class(c, 1));
      expect_relative(group, one.beta, per_class(c, 2));
    }
  }
}

TEST_F(TransferScores, HScoreWithGivenAndWithLedoitWolfShrinkage) {
  for (const std::string& group : groups("logme_")) {
    const Matrix features = reference_matrix(file, group + "/Phi");
    const std::vector<std::int32_t> labels = file.ints(group + "/labels");
    const std::vector<double> shrinkage = file.doubles(group + "/hscore_lambda");
    const std::vector<double> value = file.doubles(group + "/hscore");
    const std::vector<double> scaled = file.doubles(group + "/hscore_scaled");
    EXPECT_NEAR(ledoit_wolf(features), shrinkage.back(), kReferenceTolerance) << group;
    const auto expect_score = [&](const HScore& got, std::size_t i) {
      EXPECT_NEAR(got.value, value.at(i), 1e-8) << group << " shrinkage " << shrinkage[i];
      EXPECT_NEAR(got.scaled, scaled.at(i), 1e-8) << group << " shrinkage " << shrinkage[i];
    };
    for (std::size_t i = 0; i < shrinkage.size(); ++i)
      expect_score(h_score(features, labels, shrinkage[i]), i);
    expect_score(h_score(features, labels), shrinkage.size() - 1);
  }
}

TEST_F(TransferScores, RogiAndItsMerges) {
  for (const std::string& group : groups("rogi_")) {
    const Rogi got = rogi(reference_matrix(file, group + "/X"), vector(group + "/y"));
    expect_near(group + "/heights", got.heights, file.doubles(group + "/heights"),
                kReferenceTolerance);
    expect_near(group + "/sigma", got.sigma, file.doubles(group + "/sigma"), kReferenceTolerance);
    expect_attribute(group, "rogi", got.rogi, kReferenceTolerance);
    expect_attribute(group, "rogi_xd", got.rogi_xd, kReferenceTolerance);
  }
}

TEST_F(TransferScores, NearestNeighboursAndCoverage) {
  for (const std::string& group : groups("molecules_")) {
    const Fingerprints source = fingerprints(group + "/source_onbits");
    const Fingerprints target = fingerprints(group + "/target_onbits");
    const NearestNeighbours got = nearest_tanimoto(source, target);
    EXPECT_EQ(got.similarity, file.doubles(group + "/nn_similarity")) << group;
    const std::vector<std::int32_t> index = file.ints(group + "/nn_index");
    EXPECT_EQ(got.index, std::vector<std::int64_t>(index.begin(), index.end())) << group;
    expect_near(group, got.coverage(file.doubles(group + "/thresholds")),
                file.doubles(group + "/coverage"), kReferenceTolerance);
    expect_attribute(group, "nn_mean", got.mean(), kReferenceTolerance);
    expect_attribute(group, "nn_median", got.median(), kReferenceTolerance);
    expect_attribute(group, "nn_min", got.least(), kReferenceTolerance);
  }
}

TEST_F(TransferScores, MmdAndFrechetOfFingerprints) {
  for (const std::string& group : groups("molecules_")) {
    const Fingerprints source = fingerprints(group + "/source_onbits");
    const Fingerprints target = fingerprints(group + "/target_onbits");
    const Mmd mmd = mmd_tanimoto(source, target);
    expect_attribute(group, "mmd2_tanimoto_biased", mmd.biased, kReferenceTolerance);
    expect_attribute(group, "mmd2_tanimoto_unbiased", mmd.unbiased, kReferenceTolerance);

    const auto folded = [&](const std::string& path) {
      const std::vector<std::int32_t> bits = file.ints(path), offset = file.ints(path + "_ptr");
      Matrix counts = Matrix::Zero(static_cast<Eigen::Index>(offset.size()) - 1, 32);
      for (Eigen::Index i = 0; i < counts.rows(); ++i)
        for (std::int32_t at = offset[static_cast<std::size_t>(i)];
             at < offset[static_cast<std::size_t>(i) + 1]; ++at)
          ++counts(i, bits[static_cast<std::size_t>(at)] % 32);
      return counts;
    };
    const Frechet frechet =
        frechet_distance(folded(group + "/source_onbits"), folded(group + "/target_onbits"));
    expect_attribute(group, "frechet_fold32", frechet.value, 1e-9);
    expect_attribute(group, "frechet_fold32_mean", frechet.mean_term, 1e-9);
    expect_attribute(group, "frechet_fold32_cov", frechet.covariance_term, 1e-9);
  }
}

TEST_F(TransferScores, ScaffoldCoverage) {
  for (const std::string& group : groups("molecules_")) {
    const std::vector<std::string> target = file.strings(group + "/target_scaffold");
    const ScaffoldCoverage got =
        scaffold_coverage(file.strings(group + "/source_scaffold"), target);
    expect_attribute(group, "scaffold_mol_coverage_all", got.molecules_all, kReferenceTolerance);
    expect_attribute(group, "scaffold_mol_coverage_ring", got.molecules_ring, kReferenceTolerance);
    expect_attribute(group, "scaffold_set_coverage_ring", got.scaffolds_ring, kReferenceTolerance);
    EXPECT_EQ(static_cast<double>(static_cast<std::int64_t>(target.size()) - got.ring_count),
              file.attribute(group, "target_acyclic"));
  }
}

TEST_F(TransferScores, EgiPairByPairAndAsMeans) {
  for (const std::string& group : groups("egi_")) {
    const GraphSet graphs = graphs_of_group(file, group);
    ASSERT_EQ(graphs.size(), 2);
    std::int32_t hops = 0;
    while (file.has(group + "/lambda_max_k" + std::to_string(hops + 1))) {
      ++hops;
      const std::string k = std::to_string(hops);
      const EgiPairs pairs = egi_pairs(graphs[0], graphs[1], {.hops = hops});
      expect_reference(file, group + "/lambda_max_k" + k, pairs.lambda_max, kReferenceTolerance);
      expect_reference(file, group + "/spectral_norm_k" + k, pairs.spectral_norm,
                       kReferenceTolerance);
      const Egi mean = egi(graphs[0], graphs[1], {.hops = hops});
      expect_attribute(group, "delta_lambda_max_k" + k, mean.lambda_max, kReferenceTolerance);
      expect_attribute(group, "delta_norm_k" + k, mean.spectral_norm, kReferenceTolerance);
    }
    EXPECT_GT(hops, 0) << group;
  }
}

TEST_F(TransferScores, TreeMoversDistances) {
  for (const std::string& group : groups("tmd_")) {
    const std::vector<std::int32_t> types = file.ints(group + "/types");
    TreeMoversOptions options;
    options.classes.class_count = *std::max_element(types.begin(), types.end()) + 1;
    options.classes.class_of_code.resize(static_cast<std::size_t>(options.classes.class_count));
    std::iota(options.classes.class_of_code.begin(), options.classes.class_of_code.end(), 0);
    const GraphSet graphs = graphs_of_group(file, group, options.classes.class_count);
    std::vector<std::int64_t> first, second;
    for (std::int64_t g = 0; g < graphs.size(); ++g)
      (2 * g < graphs.size() ? first : second).push_back(g);

    std::size_t cases = 0;
    for (const std::string& name : file.groups(group)) {
      const std::string path = group + '/' + name;
      ++cases;
      options.depth = static_cast<std::int32_t>(file.attribute(path, "depth"));
      options.weight = file.attribute(path, "w");
      for (const int threads : {1, 2}) {
        const ThreadScope scope(threads);
        const Matrix got = tree_movers_distances(GraphSelection(graphs, first),
                                                 GraphSelection(graphs, second), options);
        expect_reference(file, path + "/distance", got, 1e-9);
        const SetDistance sets = set_distance(got);
        expect_attribute(path, "set_ot", sets.transport, 1e-9);
        expect_attribute(path, "mean_nearest_to_first", sets.mean_nearest, 1e-9);
      }
    }
    EXPECT_GT(cases, 0u) << group;
  }
}

}  // namespace
}  // namespace aufbau::graphs
