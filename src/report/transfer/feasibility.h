#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "graphs/feasibility/bootstrap.h"
#include "graphs/feasibility/gromov_mixture.h"
#include "graphs/feasibility/permutation_test.h"
#include "graphs/graphon/graphon.h"
#include "graphs/graphon/scale.h"
#include "report/transfer/basis.h"

namespace aufbau::report {

struct FeasibilitySettings {
  std::string basis = "topo";  ///< a name of kBases
  BasisSettings division = {};
  std::int32_t resolution = 16;  ///< cells a side of the relative-rank histograms
  graphs::SampleLimits limits = {};
  graphs::BootstrapOptions bootstrap = {};
  graphs::PermutationOptions permutation = {};
  double level = 0.95;  ///< of the intervals
};

/// One part of the basis, and its share of the mixture nearest to the target.
struct FittedPart {
  std::string name;
  std::int64_t graph_count = 0;
  graphs::Matrix graphon;  ///< [R, R]
  double weight = 0;
  graphs::Interval weight_interval;
};

/// Could the target have been drawn from this source?
struct SourceTest {
  std::string path;
  std::int64_t graph_count = 0;
  graphs::GraphScale scale;
  double distance = 0;  ///< unbiased, squared, per cell
  double p_value = 1;
};

/// How near the mixtures of a basis come to a target (Cao et al. 2023, feasibility), and how sure
/// that is. Distances are squared and per cell of the graphons.
struct Feasibility {
  std::string basis;
  std::vector<FittedPart> parts;
  graphs::Matrix target;  ///< [R, R]
  std::int64_t target_count = 0;
  graphs::GraphScale target_scale;
  graphs::DistanceEstimate distance;  ///< plug-in, unbiased, noise floor of the target
  graphs::Interval interval;          ///< of the unbiased distance
  graphs::MixtureBounds bounds;       ///< of the Gromov-Wasserstein distance at the weights
  std::vector<SourceTest> sources;
};

/// Relative-rank histograms of every graph, the basis's mixture nearest to their mean in the
/// target, a bootstrap over graphs and a permutation test per source. Memory: `limits` per set,
/// whatever the sizes. Error{nothing_valid}: sources without graphs; Error{usage}: a set of one
/// graph, of which nothing can be said, and as kBases.
Feasibility measure_feasibility(std::span<const data::Dataset> sources, const data::Dataset& target,
                                const FeasibilitySettings& settings = {});

}  // namespace aufbau::report
