// Known answers: mixtures of graphons near a target (graphon_feasibility.h5).
#include <gtest/gtest.h>

#include "graphs/feasibility/bootstrap.h"
#include "graphs/feasibility/compat_fit.h"
#include "graphs/feasibility/gromov_mixture.h"
#include "testing/near.h"
#include "tests/graphs/feasibility/small_histograms.h"
#include "tests/graphs/gromov/reference_matrix.h"

namespace aufbau::graphs {
namespace {

using aufbau::testing::expect_near;
using aufbau::testing::reference_matrix;
using aufbau::testing::reference_vector;
using aufbau::testing::ReferenceFile;

std::vector<std::string> groups_of(const ReferenceFile& file, const std::string& prefix) {
  std::vector<std::string> paths;
  for (const std::string& group : file.groups("/"))
    if (group.starts_with(prefix)) paths.push_back("/" + group);
  EXPECT_FALSE(paths.empty()) << prefix;
  return paths;
}

GeneratorSpace space_of(const ReferenceFile& file, const std::string& path) {
  const Shape shape = file.shape(path + "/bases");
  const auto n = static_cast<Eigen::Index>(shape.back());
  const Matrix all = reference_matrix(file, path + "/bases");
  std::vector<Matrix> bases;
  for (Eigen::Index row = 0; row < all.rows(); row += n) bases.push_back(all.middleRows(row, n));
  return GeneratorSpace(std::move(bases));
}

/// The file keeps matrices row-major.
void expect_matrix(const std::string& what, const Matrix& got, const Matrix& expected,
                   double tolerance) {
  ASSERT_EQ(got.rows(), expected.rows()) << what;
  ASSERT_EQ(got.cols(), expected.cols()) << what;
  EXPECT_LE((got - expected).cwiseAbs().maxCoeff(), tolerance) << what;
}

TEST(MixtureFit, AgreesWithTheKnownMinima) {
  const ReferenceFile file("graphon_feasibility.h5");
  int unique = 0;
  for (const std::string& path : groups_of(file, "qp_")) {
    SCOPED_TRACE(path);
    const auto expected = [&](const char* name) { return file.attribute(path, name); };
    const GeneratorSpace space = space_of(file, path);
    const Matrix target = reference_matrix(file, path + "/target");
    const SquareTerms terms = space.terms(target);
    expect_matrix("H", terms.H, reference_matrix(file, path + "/H"), 1e-12);
    expect_matrix("c", terms.c, reference_vector(file, path + "/c"), 1e-12);
    EXPECT_NEAR(terms.d, expected("d"), 1e-12);

    const MixtureFit fit = fit_mixture(terms);
    EXPECT_NEAR(fit.value, expected("value"), 1e-12);
    EXPECT_NEAR(fit.uniform_value, expected("uniform_value"), 1e-12);
    EXPECT_NEAR(fit.single_value, expected("single_value"), 1e-12);
    EXPECT_EQ(static_cast<double>(fit.single_best), expected("single_best"));
    EXPECT_LE(fit.kkt_residual, 1e-12);
    const Vector alpha = reference_vector(file, path + "/alpha");
    if (expected("alpha_unique") == 1) {
      ++unique;
      expect_matrix("alpha", fit.alpha, alpha, 1e-7);
    }

    // At the file's optimum, since the bounds of another one would differ where it is not unique.
    const MixtureBounds bounds = mixture_bounds(space, alpha, target);
    EXPECT_NEAR(bounds.lower_degree, expected("lower_degree"), 1e-10);
    EXPECT_NEAR(bounds.lower_spectral, expected("lower_spectral"), 1e-10);
    EXPECT_LE(bounds.searched, expected("gw2_best") * (1 + 1e-6) + 1e-10);
    EXPECT_GE(bounds.searched, std::max(bounds.lower_degree, bounds.lower_spectral) - 1e-12);
    EXPECT_LE(bounds.searched, fit.value + 1e-12);
  }
  EXPECT_GT(unique, 0);
}

TEST(EnvelopeGradient, AgreesWithTheKnownOnes) {
  const ReferenceFile file("graphon_feasibility.h5");
  int entropic = 0;
  for (const std::string& path : groups_of(file, "qp_")) {
    const GeneratorSpace space = space_of(file, path);
    const Matrix target = reference_matrix(file, path + "/target");
    const std::string group = path + "/gradient";
    const Vector alpha = reference_vector(file, group + "/alpha");
    const auto n = static_cast<double>(space.resolution());
    const auto expect = [&](const char* name, const Matrix& coupling) {
      SCOPED_TRACE(group + " " + name);
      const EnvelopeGradient gradient =
          envelope_gradient(space, alpha, target, coupling, GromovLoss::half_square);
      expect_matrix("alpha", gradient.alpha, reference_vector(file, group + "/alpha_" + name),
                    1e-9);
      expect_matrix("logits", gradient.logits, reference_vector(file, group + "/theta_" + name),
                    1e-9);
      const EnvelopeGradient twice =
          envelope_gradient(space, alpha, target, coupling, GromovLoss::square);
      expect_matrix("square", twice.alpha, 2 * gradient.alpha, 1e-14);
    };
    const Eigen::Index r = space.resolution();
    expect("identity", Matrix::Identity(r, r) / n);
    expect("product", Matrix::Constant(r, r, 1 / (n * n)));
    if (!file.has(group + "/coupling_entropic")) continue;
    ++entropic;
    expect("entropic", reference_matrix(file, group + "/coupling_entropic"));
  }
  EXPECT_GT(entropic, 0);
}

TEST(CompatFit, AgreesWhereTheReleasedProcedureIsReproducible) {
  const ReferenceFile file("graphon_feasibility.h5");
  for (const std::string& path : groups_of(file, "compat_")) {
    SCOPED_TRACE(path);
    const GeneratorSpace space = space_of(file, path);
    const Matrix target = reference_matrix(file, path + "/target");
    const std::string run = path + "/float64";
    const auto k = static_cast<double>(space.count());
    const CompatLoss first = compat_loss(space, Vector::Constant(space.count(), 1 / k), target);
    const Vector gradient = reference_vector(file, run + "/first_gradient_alpha");
    EXPECT_LE((first.gradient - gradient).cwiseAbs().maxCoeff(),
              1e-2 * gradient.cwiseAbs().maxCoeff());
    expect_matrix("row sums", first.coupling.rowwise().sum(),
                  reference_vector(file, run + "/first_row_marginal"), 1e-6);

    const CompatFit fit = compat_fit(space, target);
    const double first_loss = file.attribute(run, "first_loss");
    EXPECT_NEAR(first.value, first_loss, 1e-3 * std::abs(first_loss));
    EXPECT_EQ(fit.losses[0], first.value);
    const Vector losses = reference_vector(file, run + "/losses");
    const auto agree = static_cast<Eigen::Index>(file.attribute(path, "agree_epochs"));
    ASSERT_GE(fit.losses.size(), agree);
    for (Eigen::Index epoch = 0; epoch < agree; ++epoch)
      EXPECT_NEAR(fit.losses[epoch], losses[epoch], 1e-2 * std::abs(losses[epoch])) << epoch;
    expect_matrix("best alpha", fit.best_alpha, reference_vector(file, run + "/best_alpha"), 0.2);
    EXPECT_EQ(fit.best_loss, fit.losses.minCoeff());
    // What the released procedure misses.
    const MixtureFit exact = fit_mixture(space.terms(target));
    EXPECT_NEAR(exact.value, file.attribute(path, "qp_value"), 1e-12);
    EXPECT_LE(exact.value, space.terms(target).value(fit.best_alpha) + 1e-15);
  }
}

TEST(Bootstrap, AgreesWithTheKnownReplicates) {
  const ReferenceFile file("graphon_feasibility.h5");
  for (const std::string& path : groups_of(file, "bootstrap_")) {
    SCOPED_TRACE(path);
    const auto R = static_cast<Eigen::Index>(file.attribute(path, "R"));
    const auto read = [&](const std::string& group, std::vector<Matrix>& counts) {
      Matrix rows = aufbau::testing::rank_histograms(file, group, R);
      const Shape shape = file.shape(group + "/indices");
      const std::vector<std::int32_t> drawn = file.ints(group + "/indices");
      Matrix of_set = Matrix::Zero(static_cast<Eigen::Index>(shape[0]), rows.rows());
      for (std::size_t i = 0; i < drawn.size(); ++i)
        of_set(static_cast<Eigen::Index>(i / static_cast<std::size_t>(shape[1])), drawn[i]) += 1;
      counts.push_back(std::move(of_set));
      return rows;
    };
    std::vector<HistogramSample> bases;
    std::vector<Moments> base_moments;
    std::vector<Matrix> counts;
    for (int j = 0; j < static_cast<int>(file.attribute(path, "k")); ++j) {
      bases.emplace_back(read(path + "/base_" + std::to_string(j), counts));
      base_moments.push_back(bases.back().moments());
    }
    const Matrix target_rows = read(path + "/target", counts);
    const HistogramSample target(target_rows);

    const DistanceEstimate estimate = estimate_distance(base_moments, target.moments());
    EXPECT_NEAR(estimate.fit.value, file.attribute(path, "value"), 1e-10);
    expect_matrix("alpha", estimate.fit.alpha, reference_vector(file, path + "/alpha"), 1e-7);
    EXPECT_LT(estimate.unbiased, estimate.fit.value);

    const Bootstrap result = bootstrap_of_counts(bases, target, counts);
    expect_matrix("values", result.values, reference_vector(file, path + "/boot_value"), 1e-10);
    expect_matrix("weights", result.alpha, reference_matrix(file, path + "/boot_alpha"), 1e-7);
    EXPECT_NEAR(result.mean(), file.attribute(path, "boot_mean"), 1e-10);
    EXPECT_NEAR(result.sd(), file.attribute(path, "boot_sd"), 1e-10);
    const double shares[] = {0.025, 0.25, 0.5, 0.75, 0.975};  // attribute q of the dataset
    std::vector<double> percentiles;
    for (const double share : shares) percentiles.push_back(result.quantile(share));
    expect_near("percentiles", percentiles, file.doubles(path + "/percentiles"), 1e-10);

    const double floor = half_difference(target_rows, file.ints(path + "/split"));
    EXPECT_NEAR(floor, file.attribute(path, "noise_floor"), 1e-10);
    EXPECT_NEAR(estimate.fit.value / floor, file.attribute(path, "ratio"), 1e-8);
  }
}

}  // namespace
}  // namespace aufbau::graphs
