#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "aufbau.h"
#include "graphs/feasibility/sample.h"
#include "report/transfer/basis.h"
#include "report/transfer/histograms.h"

namespace aufbau::report {

/// What a method has to choose from, and for what. Refers to the datasets, which must outlive it.
struct SelectionProblem {
  std::span<const data::Dataset> sources;  ///< of one kind, none without graphs
  const data::Dataset* target = nullptr;   ///< has graphs
  HistogramSettings histograms;            ///< what distances are between
  graphs::Moments target_moments;
  std::int64_t budget = 0;  ///< graphs to choose at most; 0: no limit
  MeasureOptions measure;   ///< bases.front() and parts are looked at
  RunOptions run;

  std::int64_t available() const;  ///< graphs of all sources
  std::int64_t most() const;       ///< the budget, or what is available if that is less or all
  BasisPart all() const;           ///< every graph of every source
};

/// What a method chose, and why.
struct Selection {
  std::vector<data::DatasetRows> rows;  ///< of every source in order; ascending, each once
  std::vector<SelectedPart> parts;

  /// Nothing chosen yet.
  explicit Selection(std::span<const data::Dataset> sources);
  /// Adds `count` graphs of a part of these sources that has no graph in it yet, drawn by the seed.
  void draw(const BasisPart& part, std::int64_t count, std::uint64_t seed);
  std::vector<std::int64_t> sizes() const;  ///< graphs chosen of each source
};

/// A way to choose. A budget is a limit: `mixture`, `herding`, `nearest` and `recursive` choose
/// exactly so many where there are enough, `sources` takes whole sources within it. Without a
/// budget each stops where its own rule ends, which its summary says.
struct SelectionEntry {
  const char* name;
  const char* summary;
  bool needs_molecules;
  Selection (*choose)(const SelectionProblem& problem);
};
extern const std::vector<SelectionEntry> kSelections;
const SelectionEntry& selection_by_name(const std::string& name);  ///< Error{usage}, known names

/// Whole sources: the subset whose graphs, pooled, have the mean histogram of the smallest unbiased
/// squared distance to the target's. Up to 16 sources all subsets within the budget are looked at;
/// of more, the source that helps most is added while one helps. Error{usage}: every source is
/// larger than the budget.
Selection choose_sources(const SelectionProblem& problem);

/// Parts of a basis in the proportions of their mixture nearest to the target (Cao et al. 2023),
/// each part's graphs drawn from it by the seed. Where the budget asks for more than parts have,
/// the weights are the best among those that can be filled. Without a budget: as many as the
/// unlimited weights allow.
Selection choose_mixture(const SelectionProblem& problem);

/// Graph by graph, each time the one whose histogram brings the mean of those chosen nearest to the
/// target's (kernel herding, Chen, Welling and Smola 2010, with the linear kernel; no graph twice);
/// of equally good ones the first in the files. Without a budget: the first of those picks at which
/// the mean was nearest.
///
/// Graphs with the same histogram are looked at once (see HistogramPatterns), and a pick costs one
/// product of the patterns with a vector. Where patterns times picks times cells would exceed
/// `most_work`, the patterns are dealt out in turn into groups, and a pick looks at the next group
/// only.
Selection choose_herding(const SelectionProblem& problem, double most_work);
inline constexpr double kHerdingWork = 1.5e11;  ///< about a minute on two cores

/// The molecules most similar to the target's by Tanimoto similarity of ECFP4 (radius 2, 2048
/// bits): target molecules, in an order drawn by the seed, take turns, and each takes the most
/// similar molecule that is still there; of equally similar ones the first in the files. Without a
/// budget: one turn. A molecule that RDKit no longer reads is similar to nothing. Cost: one
/// comparison per source and target molecule, in parallel over the target; of a target larger than
/// the budget, only as many molecules as the budget are looked at.
Selection choose_nearest(const SelectionProblem& problem);

/// What the program published with W2PGNN once did: floor(ln graphs) - 1 times, divide the graphs
/// into measure.parts clusters by their topology, fit their mixture to the target, and keep the
/// cluster of the largest weight (the first of several). Read plainly, with the features of
/// graphs::topology_features and the exact fit. Rounds also end before one that would leave fewer
/// graphs than the budget, and what is left is then drawn from by the seed.
Selection choose_recursively(const SelectionProblem& problem);

/// The unbiased squared distance per cell of the mean histograms of two sets; unknown for a set of
/// fewer than two graphs.
double unbiased_distance(const graphs::Moments& set, const graphs::Moments& target);

}  // namespace aufbau::report
