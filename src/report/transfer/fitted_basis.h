#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "aufbau.h"
#include "data/dataset.h"
#include "graphs/feasibility/sample.h"
#include "graphs/graphon/matrix.h"
#include "report/transfer/histograms.h"

namespace aufbau::report {

/// How graphons are fitted to graphs, for all bases and targets of a report.
struct GraphonSettings {
  HistogramSettings histograms;
  std::string estimator = "relative-rank";  ///< a name of graphs::estimators()
  bool compat = false;                      ///< fit what the published program fits, too
  std::uint64_t seed = 0;

  bool has_samples() const { return estimator == "relative-rank"; }
};
/// Error{usage}: an unknown estimator; node types with another one than relative-rank.
/// Error{mismatch}: node types, and datasets of different features.
GraphonSettings graphon_settings(const MeasureOptions& options, std::uint64_t seed,
                                 std::span<const data::Dataset> sources,
                                 std::span<const data::Dataset> targets);

/// A set of graphs as a graphon, and what is needed to say how sure it is.
struct FittedGraphs {
  std::string name;
  std::int64_t graph_count = 0;
  graphs::Matrix graphon;         ///< [R, R]
  graphs::Matrix compat_graphon;  ///< sort and smooth, at its own size; empty unless asked for
};
/// The graphons of a basis, in the order of its parts.
struct FittedBasis {
  std::string name;
  std::vector<FittedGraphs> parts;
  /// Of the relative-rank histograms, one per part; empty for other estimators.
  std::vector<graphs::HistogramSample> samples;
  std::string missing;  ///< why there is no such basis of these sources; empty: there is
  const data::Dataset* dataset = nullptr;  ///< of fit_whole()
};

/// Divides and fits. A basis that these sources do not have (no scaffolds, fewer graphs than parts)
/// is one with its reason. A part that is the whole of a source is taken from `wholes`
/// (fit_whole()), where it is there. Error{nothing_valid}: the sources hold no graphs.
FittedBasis fit_basis(const std::string& basis, int parts, std::span<const data::Dataset> sources,
                      const GraphonSettings& settings, std::span<const FittedBasis> wholes = {});
/// All graphs of a dataset; `samples` has one. Error{usage} for fewer than two graphs.
FittedBasis fit_whole(const data::Dataset& dataset, const GraphonSettings& settings);

}  // namespace aufbau::report
