// Known answers: motifs and W-random graphs of graphon_sampling.h5.
#include <gtest/gtest.h>

#include <algorithm>

#include "graphon_reference.h"
#include "graphs/graphon/motifs.h"
#include "graphs/graphon/sampling.h"

namespace aufbau::graphs {
namespace {

using namespace aufbau::testing;

template <class Numbers>
std::vector<double> list(const Numbers& numbers) {
  return {numbers.begin(), numbers.end()};
}

class Sampling : public ::testing::Test {
 protected:
  const ReferenceFile file{"graphon_sampling.h5"};
  Vector weights_of(const std::string& group) const {
    const std::vector<double> pi = file.doubles(group + "/pi");
    return Eigen::Map<const Vector>(pi.data(), static_cast<Eigen::Index>(pi.size()));
  }
};

TEST_F(Sampling, MotifsAreThoseOfTheReference) {
  ASSERT_EQ(file.datasets("/motifs").size(), motifs().size());
  for (const Motif& motif : motifs()) {
    const std::string path = std::string("/motifs/") + motif.name;
    std::vector<std::int32_t> edges;
    for (const auto& [begin, end] : motif.edges) edges.insert(edges.end(), {begin, end});
    EXPECT_EQ(edges, file.ints(path));
    EXPECT_EQ(motif.vertices, file.attribute(path, "vertices"));
  }
}

TEST_F(Sampling, DensitiesOfStepFunctionsAndTheirBounds) {
  std::size_t compared = 0;
  for (const std::string& name : file.groups("/")) {
    if (!name.starts_with("density_")) continue;
    ++compared;
    const std::string group = '/' + name;
    const Vector pi = weights_of(group);
    const Matrix w = reference_matrix(file, group + "/W"),
                 w2 = reference_matrix(file, group + "/W2");
    const MotifDensities t = homomorphism_densities(w, pi), t2 = homomorphism_densities(w2, pi);
    expect_near(group + "/t", list(t), file.doubles(group + "/t"), kReferenceTolerance);
    expect_near(group + "/t2", list(t2), file.doubles(group + "/t2"), kReferenceTolerance);
    const DifferenceNorms norms = difference_norms(w, w2, pi);
    EXPECT_NEAR(norms.l1, file.attribute(group, "l1"), kReferenceTolerance);
    EXPECT_NEAR(norms.l2, file.attribute(group, "l2"), kReferenceTolerance);
    const auto check_bound = [&](const std::string& path, double norm) {
      const std::vector<double> expected = file.doubles(path);
      for (std::size_t m = 0; m < kMotifCount; ++m) {
        const double bound = counting_lemma_bound(motifs()[m], norm);
        EXPECT_NEAR(bound, expected.at(m), kReferenceTolerance) << path;
        EXPECT_GE(bound, std::abs(t[m] - t2[m]) - 1e-13) << path;
      }
    };
    check_bound(group + "/counting_bound_l2", norms.l2);
    if (file.has(group + "/counting_bound_cut"))
      check_bound(group + "/counting_bound_cut", file.attribute(group, "cut_exact"));
  }
  EXPECT_GT(compared, 0u);
}

/// The sampled graph of a group, checked edge by edge, and what is counted in it.
void check_sample(const ReferenceFile& file, const std::string& group, const Graph& got) {
  std::vector<std::int32_t> edges;
  for (std::size_t e = 0; e < got.begin.size(); ++e)
    edges.insert(edges.end(), {got.begin[e], got.end[e]});
  EXPECT_EQ(edges, file.ints(group + "/edges")) << group;
  EXPECT_EQ(got.view().node_count(), file.attribute(group, "n"));
  const MotifCounts counts = count_motifs(got.view());
  // Counts below 2^53 are exact as double.
  expect_near(group + "/hom", list(counts.homomorphisms), file.doubles(group + "/hom"), 0);
  expect_near(group + "/inj", list(counts.injective), file.doubles(group + "/inj"), 0);
  expect_near(group + "/t_G", list(counts.densities()), file.doubles(group + "/t_G"),
              kReferenceTolerance);
  expect_near(group + "/t_inj", list(counts.injective_densities()), file.doubles(group + "/t_inj"),
              kReferenceTolerance);
  std::vector<double> bounds;
  for (const Motif& motif : motifs())
    bounds.push_back(concentration_bound(motif, got.view().node_count(), 0.2));
  expect_near(group, bounds, file.doubles(group + "/concentration_bound_eps0.2"),
              kReferenceTolerance);
}

TEST_F(Sampling, GraphsOfGivenDraws) {
  std::size_t steps = 0, formulas = 0;
  for (const std::string& name : file.groups("/")) {
    const std::string group = '/' + name;
    if (!file.has(group + "/u")) continue;
    const std::vector<double> x = file.doubles(group + "/x"), u = file.doubles(group + "/u");
    if (!file.has(group + "/W")) {
      ++formulas;
      const std::string formula = file.text_attribute(group, "graphon");
      const auto w = [&](double at, double other) { return formula_value(formula, at, other); };
      check_sample(file, group, sample_graph(w, x, u));
      continue;
    }
    ++steps;
    Graphon graphon{reference_matrix(file, group + "/W"), {}};
    if (file.has(group + "/bounds")) graphon.bounds = file.doubles(group + "/bounds");
    check_sample(file, group, sample_graph(graphon, x, u));
    expect_near(group + "/t_W", list(homomorphism_densities(graphon)), file.doubles(group + "/t_W"),
                kReferenceTolerance);
    expect_near(group + "/pi", flat(graphon.widths()), file.doubles(group + "/pi"),
                kReferenceTolerance);
  }
  EXPECT_GT(steps, 0u);
  EXPECT_GT(formulas, 0u);
}

}  // namespace
}  // namespace aufbau::graphs
