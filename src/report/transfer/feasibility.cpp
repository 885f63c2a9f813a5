#include "report/transfer/feasibility.h"

#include <algorithm>
#include <cmath>

#include "graphs/feasibility/bootstrap.h"
#include "graphs/feasibility/compat_fit.h"
#include "graphs/feasibility/estimate.h"
#include "graphs/feasibility/gromov_mixture.h"
#include "graphs/feasibility/permutation_test.h"
#include "graphs/graphon/motifs.h"
#include "graphs/graphon/resize.h"
#include "graphs/gromov/cut_norm.h"
#include "graphs/gromov/distances.h"

namespace aufbau::report {

namespace {

using graphs::Matrix;
using graphs::Vector;

std::vector<double> list_of(const Vector& values) { return {values.begin(), values.end()}; }

graphs::MixtureFit fit_with_samples(const FittedBasis& basis, const FittedBasis& target,
                                    const MeasureOptions& options, std::uint64_t seed,
                                    TransferFit& fit) {
  std::vector<graphs::Moments> moments;
  for (const graphs::HistogramSample& sample : basis.samples) moments.push_back(sample.moments());
  const graphs::HistogramSample& sample = target.samples.front();
  const graphs::DistanceEstimate distance = graphs::estimate_distance(moments, sample.moments());
  fit.unbiased = distance.unbiased;
  fit.noise_floor = distance.noise_floor;
  if (options.bootstrap > 0) {
    const graphs::Bootstrap replicates =
        graphs::bootstrap(basis.samples, sample, {.replicates = options.bootstrap, .seed = seed});
    const graphs::Interval interval = replicates.interval(distance, options.level);
    fit.low = interval.low;
    fit.high = interval.high;
    for (const graphs::Interval& weight : replicates.alpha_intervals(options.level)) {
      fit.weights_low.push_back(weight.low);
      fit.weights_high.push_back(weight.high);
    }
  }
  return distance.fit;
}

/// Densities of small graphs, and how far apart those of two graphons can be at most.
std::vector<MotifScope> motif_scopes(const Matrix& mixture, const Matrix& target) {
  const Vector widths = Vector::Constant(mixture.rows(), 1.0 / static_cast<double>(mixture.rows()));
  const double norm = graphs::cut_norm_upper(graphs::uniform_network(mixture - target));
  const graphs::MotifDensities of_mixture = graphs::homomorphism_densities(mixture, widths);
  const graphs::MotifDensities of_target = graphs::homomorphism_densities(target, widths);
  std::vector<MotifScope> scopes;
  for (std::size_t m = 0; m < graphs::kMotifCount; ++m) {
    const graphs::Motif& motif = graphs::motifs()[m];
    scopes.push_back(
        {motif.name, of_mixture[m], of_target[m], graphs::counting_lemma_bound(motif, norm)});
  }
  return scopes;
}

/// All graphons on the grid of the finest, as the published program brings them to one of 1,000.
CompatNumbers compat_numbers(const FittedBasis& basis, const Matrix& target) {
  Eigen::Index side = target.rows();
  for (const FittedGraphs& part : basis.parts) side = std::max(side, part.compat_graphon.rows());
  std::vector<Matrix> graphons;
  for (const FittedGraphs& part : basis.parts)
    graphons.push_back(graphs::bilinear_resize(part.compat_graphon, side, side));
  const Matrix at_side = graphs::bilinear_resize(target, side, side);
  const graphs::GeneratorSpace space(graphons);
  const graphs::CompatFit fit = graphs::compat_fit(space, at_side);
  CompatNumbers numbers;
  numbers.weights = list_of(fit.best_alpha);
  numbers.loss = fit.best_loss;
  numbers.distance =
      std::sqrt(graphs::gromov_wasserstein(graphs::uniform_network(space.mixture(fit.best_alpha)),
                                           graphs::uniform_network(at_side))
                    .value);
  return numbers;
}

}  // namespace

GraphonCells cells_of(const graphs::Matrix& graphon) {
  return {static_cast<int>(graphon.rows()), {graphon.data(), graphon.data() + graphon.size()}};
}

TransferFit nearest_mixture(const FittedBasis& basis, const FittedBasis& target,
                            const MeasureOptions& options, const GraphonSettings& settings) {
  TransferFit fit;
  fit.basis = basis.name;
  std::vector<Matrix> graphons;
  for (const FittedGraphs& part : basis.parts) graphons.push_back(part.graphon);
  const graphs::GeneratorSpace space(graphons);
  const Matrix& of_target = target.parts.front().graphon;
  const graphs::MixtureFit mixture =
      settings.has_samples() ? fit_with_samples(basis, target, options, settings.seed, fit)
                             : graphs::fit_mixture(space.terms(of_target));
  fit.weights = list_of(mixture.alpha);
  fit.plug_in = mixture.value;
  fit.uniform = mixture.uniform_value;
  fit.single = mixture.single_value;

  const Matrix mixed = space.mixture(mixture.alpha);
  fit.mixture = cells_of(mixed);
  const graphs::MixtureBounds bounds = graphs::mixture_bounds(space, mixture.alpha, of_target);
  fit.gromov_lower = std::max(bounds.lower_degree, bounds.lower_spectral);
  fit.gromov_upper = bounds.searched;
  const graphs::MeasureNetwork one = graphs::uniform_network(mixed);
  const graphs::MeasureNetwork other = graphs::uniform_network(of_target);
  for (const graphs::GraphonDistance& distance : graphs::graphon_distances())
    fit.distances.emplace_back(distance.name, distance.between(one, other));
  fit.motifs = motif_scopes(mixed, of_target);
  if (settings.compat) fit.compat = compat_numbers(basis, target.parts.front().compat_graphon);
  return fit;
}

TransferTest test_source(const FittedBasis& source, const FittedBasis& target,
                         const MeasureOptions& options, const GraphonSettings& settings) {
  TransferTest test;
  test.source = source.name;
  if (!settings.has_samples() || options.permutations == 0) return test;
  const graphs::PermutationTest found =
      graphs::permutation_test(source.samples.front(), target.samples.front(),
                               {.permutations = options.permutations, .seed = settings.seed});
  test.distance = found.distance;
  test.p_value = found.p_value;
  return test;
}

}  // namespace aufbau::report
