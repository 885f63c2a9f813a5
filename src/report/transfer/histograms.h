#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "aufbau.h"
#include "data/dataset.h"
#include "graphs/feasibility/sample.h"
#include "graphs/graphon/rank_histogram.h"
#include "report/transfer/basis.h"

namespace aufbau::report {

/// What a relative-rank histogram of a graph counts.
struct HistogramSettings {
  std::int32_t resolution = 16;                ///< R cells a side
  std::optional<graphs::NodeClasses> classes;  ///< edges by the classes of their ends; none: all
  graphs::SampleLimits limits = {};

  std::int64_t width() const;  ///< numbers per graph: R^2 for every pair of classes
};

/// The histograms of the graphs of a part, read in blocks. Error{usage} for fewer than two graphs,
/// of which it cannot be said how much they differ by chance.
graphs::HistogramSample histograms_of(const BasisPart& part, const HistogramSettings& settings);

/// What distances need of a part, of any number of graphs; read in blocks, between which `run` is
/// asked whether to stop.
graphs::Moments moments_of(const BasisPart& part, const HistogramSettings& settings,
                           const RunOptions& run);

/// The graphs of a part, dataset after dataset, and their histograms: block [graphs, width()].
std::vector<graphs::GraphView> graphs_of(const BasisPart& part);
void fill_histograms(std::span<const graphs::GraphView> graphs, const HistogramSettings& settings,
                     Eigen::Ref<graphs::Matrix> block);
/// Graphs to hold the histograms of at a time.
std::int64_t graphs_per_block(const HistogramSettings& settings);

/// All graphs of a dataset.
BasisPart whole(const data::Dataset& dataset);

/// The mean over the graphs, all classes together: the relative-rank graphon [R, R].
graphs::Matrix mean_graphon(const graphs::Moments& moments, const HistogramSettings& settings);

}  // namespace aufbau::report
