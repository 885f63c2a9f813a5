// Known answers: distances between pairs of graphons (graphon_distance.h5).
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "core/parallel.h"
#include "graphs/gromov/aligned.h"
#include "graphs/gromov/bounds.h"
#include "graphs/gromov/cut_norm.h"
#include "graphs/gromov/entropic.h"
#include "graphs/gromov/gromov_wasserstein.h"
#include "graphs/gromov/mass_units.h"
#include "graphs/gromov/starts.h"
#include "tests/graphs/gromov/reference_matrix.h"

namespace aufbau::graphs {
namespace {

using aufbau::testing::reference_matrix;
using aufbau::testing::reference_vector;
using aufbau::testing::ReferenceFile;

/// What the file says of one pair of networks.
struct Pair {
  std::string path;
  MeasureNetwork a, b;
  std::vector<std::string> permutation_names;
  std::vector<Matrix> permutations;
};

std::vector<Pair> pairs_of(const ReferenceFile& file) {
  std::vector<Pair> pairs;
  for (const std::string& group : file.groups("/")) {
    const std::string path = "/" + group;
    Pair pair{path,
              {reference_matrix(file, path + "/C1"), reference_vector(file, path + "/p")},
              {reference_matrix(file, path + "/C2"), reference_vector(file, path + "/q")},
              {},
              {}};
    for (const std::string& name : file.datasets(path))
      if (name.starts_with("perm")) {
        pair.permutation_names.push_back(name);
        pair.permutations.push_back(permutation_coupling(file.ints(path + "/" + name)));
      }
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

std::vector<GromovResult> search_all(const std::vector<Pair>& pairs, GromovLoss loss) {
  std::vector<GromovResult> results(pairs.size());
  // Every pair has its own further starts, so this is the batch loop written out.
  parallel_blocks(
      static_cast<std::int64_t>(pairs.size()), 1, [&](std::int64_t begin, std::int64_t) {
        const Pair& pair = pairs[static_cast<std::size_t>(begin)];
        GromovSearch search;
        search.loss = loss;
        search.further_starts = pair.permutations;
        results[static_cast<std::size_t>(begin)] = gromov_wasserstein(pair.a, pair.b, search);
      });
  return results;
}

/// Values of the starts, under the names that the file uses.
std::map<std::string, double> start_values(const Pair& pair, const GromovResult& result) {
  std::map<std::string, double> values;
  for (const GromovDescent& descent : result.descents) values[descent.name] = descent.start_value;
  for (std::size_t i = 0; i < pair.permutation_names.size(); ++i)
    values[pair.permutation_names[i]] = values["further" + std::to_string(i)];
  return values;
}

/// Two rows of one sum that are not the same row: which comes first when the network is degree
/// sorted is for the file a matter of rounding, so what depends on it is not an answer.
bool order_is_rounding(const MeasureNetwork& network) {
  const Vector degrees = row_averages(network);
  const std::vector<Eigen::Index> order = ascending_order(degrees);
  for (std::size_t i = 1; i < order.size(); ++i) {
    std::vector<Eigen::Index> swapped = order;
    std::swap(swapped[i - 1], swapped[i]);
    if (degrees[order[i]] - degrees[order[i - 1]] <= 1e-12 &&
        network.values(swapped, swapped) != network.values(order, order))
      return true;
  }
  return false;
}

void expect_search_agrees(const char* group, GromovLoss loss) {
  const ReferenceFile file("graphon_distance.h5");
  const std::vector<Pair> pairs = pairs_of(file);
  ASSERT_FALSE(pairs.empty());
  const std::vector<GromovResult> results = search_all(pairs, loss);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const Pair& pair = pairs[i];
    const std::string path = pair.path + "/" + group;
    if (!file.has(path)) continue;
    SCOPED_TRACE(path);
    const std::map<std::string, double> own = start_values(pair, results[i]);
    const std::vector<std::string> names = file.strings(path + "/start");
    const std::vector<double> expected = file.doubles(path + "/start_value");
    for (std::size_t s = 0; s < names.size(); ++s) {
      ASSERT_TRUE(own.contains(names[s])) << names[s];
      EXPECT_NEAR(own.at(names[s]), expected[s], 1e-10) << names[s];
    }
    const double best = file.attribute(path, "best");
    EXPECT_LE(results[i].value, best * (1 + 1e-6) + 1e-10);
    EXPECT_GE(results[i].value, gromov_bounds(pair.a, pair.b, loss).lower() - 1e-12);
    const GromovProblem problem = gromov_problem(pair.a, pair.b, loss);
    EXPECT_NO_THROW(require_coupling(problem, results[i].coupling));
    EXPECT_NEAR(std::max(0.0, problem.value(results[i].coupling)), results[i].value, 1e-13);
  }
}

TEST(GromovWasserstein, ReachesTheKnownSquareLoss) {
  expect_search_agrees("square", GromovLoss::square);
}

TEST(GromovWasserstein, ReachesTheKnownKlLoss) { expect_search_agrees("kl", GromovLoss::kl); }

TEST(GromovWasserstein, IsNeverAboveAPermutation) {
  const ReferenceFile file("graphon_distance.h5");
  int seen = 0;
  for (const Pair& pair : pairs_of(file)) {
    if (!file.has_attribute(pair.path, "brute_permutation")) continue;
    ++seen;
    GromovSearch search;
    search.further_starts = pair.permutations;
    EXPECT_LE(gromov_wasserstein(pair.a, pair.b, search).value,
              file.attribute(pair.path, "brute_permutation") * (1 + 1e-6) + 1e-10)
        << pair.path;
    const Matrix known = permutation_coupling(file.ints(pair.path + "/brute_argmin"));
    EXPECT_NEAR(gromov_problem(pair.a, pair.b, GromovLoss::square).value(known),
                file.attribute(pair.path, "brute_permutation"), 1e-10)
        << pair.path;
  }
  EXPECT_GT(seen, 0);
}

TEST(GromovBounds, AgreeWithTheKnownOnes) {
  const ReferenceFile file("graphon_distance.h5");
  for (const Pair& pair : pairs_of(file)) {
    SCOPED_TRACE(pair.path);
    const GromovBounds bounds = gromov_bounds(pair.a, pair.b);
    EXPECT_NEAR(bounds.lower_degree, file.attribute(pair.path, "lower_degree"), 1e-10);
    EXPECT_NEAR(bounds.lower_spectral, file.attribute(pair.path, "lower_spectral"), 1e-10);
    EXPECT_NEAR(bounds.upper_monotone, file.attribute(pair.path, "upper_monotone"), 1e-10);
    EXPECT_LE(bounds.lower(), bounds.upper_monotone + 1e-12);
  }
}

TEST(AlignedDifference, AgreesWithTheKnownOnes) {
  const ReferenceFile file("graphon_distance.h5");
  int differences = 0, cuts = 0;
  for (const Pair& pair : pairs_of(file)) {
    SCOPED_TRACE(pair.path);
    const auto expected = [&](const char* name) { return file.attribute(pair.path, name); };
    if (!file.has_attribute(pair.path, "aligned_l1")) continue;
    if (order_is_rounding(pair.a) || order_is_rounding(pair.b)) {
      EXPECT_GE(std::pow(aligned_l2(pair.a, pair.b), 2),
                gromov_bounds(pair.a, pair.b).lower() - 1e-12);
      continue;
    }
    ++differences;
    EXPECT_NEAR(aligned_l1(pair.a, pair.b), expected("aligned_l1"), 1e-10);
    EXPECT_NEAR(aligned_l2(pair.a, pair.b), expected("aligned_l2"), 1e-10);
    if (!file.has_attribute(pair.path, "cut_upper")) continue;
    const MeasureNetwork difference = aligned_difference(pair.a, pair.b);
    const double lower = cut_norm_lower(difference), upper = cut_norm_upper(difference);
    EXPECT_NEAR(upper, expected("cut_upper"), 1e-10);
    EXPECT_GE(lower, expected("cut_lower") - 1e-10);  // a larger cut is a better bound
    EXPECT_LE(lower, upper + 1e-12);
    if (!file.has_attribute(pair.path, "cut_exact")) continue;
    ++cuts;
    EXPECT_NEAR(cut_norm_exact(difference), expected("cut_exact"), 1e-10);
    EXPECT_LE(lower, expected("cut_exact") + 1e-10);
  }
  EXPECT_GT(differences, 0);
  EXPECT_GT(cuts, 0);
}

TEST(EntropicGromovWasserstein, AgreesWithTheKnownCouplings) {
  const ReferenceFile file("graphon_distance.h5");
  int compared = 0;
  for (const Pair& pair : pairs_of(file)) {
    const GromovProblem problem = gromov_problem(pair.a, pair.b, GromovLoss::square);
    for (const std::string& group : file.groups(pair.path)) {
      if (!group.starts_with("entropic")) continue;
      const std::string path = pair.path + "/" + group;
      SCOPED_TRACE(path);
      EntropicSearch search;
      search.epsilon = file.attribute(path, "epsilon");
      const Matrix known = reference_matrix(file, path + "/T");
      EXPECT_LE(entropic_residual(problem, known, search.epsilon), 1e-10);
      EXPECT_NEAR(problem.value(known), file.attribute(path, "value"), 1e-9);
      const EntropicResult own = entropic_gromov_wasserstein(problem, search);
      EXPECT_TRUE(own.converged) << own.residual;
      ++compared;
      if (file.attribute(path, "unique") == 1) {
        EXPECT_LE((own.coupling - known).cwiseAbs().sum(), 1e-7);
        EXPECT_NEAR(own.value, file.attribute(path, "value"), 1e-9);
        EXPECT_NEAR(own.objective, file.attribute(path, "objective"), 1e-9);
      } else {
        // Several stationary points are known to exist, or none was looked for.
        EXPECT_TRUE(own.objective <= file.attribute(path, "objective") + 1e-8 ||
                    own.residual <= 1e-8)
            << own.objective << " residual " << own.residual;
      }
    }
  }
  EXPECT_GT(compared, 0);
}

}  // namespace
}  // namespace aufbau::graphs
