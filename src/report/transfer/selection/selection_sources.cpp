#include <algorithm>
#include <limits>

#include "core/error.h"
#include "report/transfer/dataset_name.h"
#include "report/transfer/selection/selection.h"
#include "report/words.h"

namespace aufbau::report {

namespace {

using graphs::Matrix;
using graphs::Vector;

constexpr std::size_t kMostForAllSubsets = 16;
constexpr double kNone = std::numeric_limits<double>::infinity();

using Subset = std::vector<bool>;  // of the sources

/// Distances of subsets of sources to the target from the products of their sums.
class Subsets {
 public:
  Subsets(const std::vector<graphs::Moments>& sources, const graphs::Moments& target,
          std::int64_t most)
      : counts_(sources.size()), squares_(sources.size()), most_(most) {
    const auto k = static_cast<Eigen::Index>(sources.size());
    Matrix sums(k, target.sum.size());
    for (std::size_t i = 0; i < sources.size(); ++i) {
      counts_[i] = sources[i].count;
      squares_[i] = sources[i].squared_norms;
      sums.row(static_cast<Eigen::Index>(i)) = sources[i].sum.transpose();
    }
    products_ = sums * sums.transpose();
    with_target_ = sums * target.mean();
    const double n = static_cast<double>(target.count);
    // Of a target of one graph only the order of the distances is known, which this is enough for.
    target_ = target.count < 2 ? target.mean().squaredNorm()
                               : (target.sum.squaredNorm() - target.squared_norms) / (n * (n - 1));
    cells_ = static_cast<double>(target.sum.size());
  }

  std::size_t count() const { return counts_.size(); }
  std::int64_t graphs(const Subset& subset) const {
    std::int64_t graphs = 0;
    for (std::size_t i = 0; i < count(); ++i) graphs += subset[i] ? counts_[i] : 0;
    return graphs;
  }
  bool fits(const Subset& subset) const { return graphs(subset) <= most_; }
  /// Unbiased, per cell; infinite where it is not defined.
  double distance(const Subset& subset) const {
    const double n = static_cast<double>(graphs(subset));
    if (n < 2) return kNone;
    double square = 0, cross = 0;
    for (std::size_t i = 0; i < count(); ++i) {
      if (!subset[i]) continue;
      const auto at = static_cast<Eigen::Index>(i);
      square += products_(at, at) - squares_[i];
      cross += with_target_[at];
      for (std::size_t j = 0; j < i; ++j)
        if (subset[j]) square += 2 * products_(at, static_cast<Eigen::Index>(j));
    }
    return (square / (n * (n - 1)) - 2 * cross / n + target_) / cells_;
  }

 private:
  std::vector<std::int64_t> counts_;
  std::vector<double> squares_;
  std::int64_t most_;
  Matrix products_;
  Vector with_target_;
  double target_ = 0, cells_ = 1;
};

/// The best of all; of equally good ones the first, counting in binary.
Subset best_of_all(const Subsets& subsets) {
  Subset best(subsets.count(), false);
  double least = kNone;
  for (std::uint32_t mask = 1; mask < 1u << subsets.count(); ++mask) {
    Subset subset(subsets.count());
    for (std::size_t i = 0; i < subsets.count(); ++i) subset[i] = mask >> i & 1;
    if (!subsets.fits(subset)) continue;
    const double distance = subsets.distance(subset);
    if (distance < least) {
      least = distance;
      best = subset;
    }
  }
  return best;
}

/// From nothing, the source that helps most, while one helps.
Subset best_by_adding(const Subsets& subsets) {
  Subset chosen(subsets.count(), false);
  double least = kNone;
  while (true) {
    std::size_t best = subsets.count();
    for (std::size_t i = 0; i < subsets.count(); ++i) {
      if (chosen[i]) continue;
      Subset wider = chosen;
      wider[i] = true;
      if (!subsets.fits(wider)) continue;
      const double distance = subsets.distance(wider);
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    if (best == subsets.count()) return chosen;
    chosen[best] = true;
  }
}

std::string reason_for(const Subsets& subsets, const Subset& chosen, std::size_t source) {
  const double distance = subsets.distance(chosen);
  Subset other = chosen;
  other[source] = !other[source];
  if (!chosen[source] && !subsets.fits(other)) return "would not fit the budget";
  const double changed = subsets.distance(other);
  const std::string with = in_words(chosen[source] ? distance : changed);
  if (chosen[source] && changed == kNone)
    return "alone nearer to the target than any other choice: squared distance " + with;
  return std::string(chosen[source] ? "brings" : "would not bring") +
         " the chosen nearer to the target: squared distance " + with + " with it, " +
         in_words(chosen[source] ? changed : distance) + " without";
}

}  // namespace

Selection choose_sources(const SelectionProblem& problem) {
  std::vector<graphs::Moments> moments;
  std::int64_t smallest = problem.available();
  for (const data::Dataset& source : problem.sources) {
    moments.push_back(moments_of(whole(source), problem.histograms, problem.run));
    smallest = std::min(smallest, source.size());
  }
  if (smallest > problem.most())
    fail(ErrorKind::usage, "select", "every source is larger than the budget of ", problem.budget,
         ", the smallest has ", counted(smallest, "graph"),
         "; raise the budget, or choose graphs of them with --method mixture");
  const Subsets subsets(moments, problem.target_moments, problem.most());
  const Subset chosen =
      subsets.count() <= kMostForAllSubsets ? best_of_all(subsets) : best_by_adding(subsets);
  if (std::find(chosen.begin(), chosen.end(), true) == chosen.end())
    fail(ErrorKind::usage, "select",
         "the sources that fit the budget have one graph in all, and no "
         "distance to the target is known of fewer than two");

  Selection selection(problem.sources);
  for (std::size_t i = 0; i < subsets.count(); ++i) {
    const BasisPart part = whole(problem.sources[i]);
    if (chosen[i]) selection.rows[i].rows = part.graphs.front().rows;
    selection.parts.push_back({problem.sources[i].path(), name_of(problem.sources[i]), part.size(),
                               chosen[i] ? part.size() : 0, kUnknown,
                               reason_for(subsets, chosen, i)});
  }
  return selection;
}

}  // namespace aufbau::report
