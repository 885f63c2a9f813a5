#include <algorithm>
#include <cmath>
#include <limits>

#include "core/parallel.h"
#include "report/transfer/dataset_name.h"
#include "report/transfer/selection/histogram_patterns.h"
#include "report/transfer/selection/selection.h"
#include "report/transfer/stop.h"
#include "report/words.h"
#include "train/progress_meter.h"

namespace aufbau::report {

namespace {

using Floats = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr float kNever = std::numeric_limits<float>::infinity();

/// Every so many-th pattern, from which a pick is chosen. Refers to the patterns.
class Group {
 public:
  Group(const HistogramPatterns& patterns, std::int64_t first, std::int64_t step)
      : patterns_(patterns),
        first_(first),
        step_(step),
        rows_(patterns.row(first).data(), (patterns.count() - first + step - 1) / step,
              patterns.width(), Eigen::OuterStride<>(step * patterns.width())),
        squares_(rows_.rowwise().squaredNorm()),
        used_(static_cast<std::size_t>(rows_.rows()), 0) {
    for (Eigen::Index at = 0; at < rows_.rows(); ++at)
      left_ += static_cast<std::int64_t>(patterns.members(number(at)).size());
  }

  bool is_empty() const { return left_ == 0; }

  /// Takes a graph of the pattern x of least 2 <residual, x> + |x|^2, which is what |residual +
  /// x|^2 hangs on. Returns the pattern's number and the graph; the first of equally good ones.
  std::pair<std::int64_t, std::int32_t> take(const Eigen::VectorXf& residual) {
    constexpr Eigen::Index kBlock = 1024;
    struct Best {
      float score = kNever;
      Eigen::Index at = 0;
    };
    std::vector<Best> of_block(static_cast<std::size_t>((rows_.rows() + kBlock - 1) / kBlock));
    parallel_blocks(rows_.rows(), kBlock, [&](std::int64_t begin, std::int64_t end) {
      const Eigen::VectorXf scores = 2 * (rows_.middleRows(begin, end - begin) * residual) +
                                     squares_.segment(begin, end - begin);
      Best& best = of_block[static_cast<std::size_t>(begin / kBlock)];
      best.score = scores.minCoeff(&best.at);
      best.at += begin;
    });
    const Best best =
        *std::min_element(of_block.begin(), of_block.end(),
                          [](const Best& a, const Best& b) { return a.score < b.score; });
    const std::vector<std::int32_t>& members = patterns_.members(number(best.at));
    const std::int32_t graph = members[used_[static_cast<std::size_t>(best.at)]++];
    if (used_[static_cast<std::size_t>(best.at)] == members.size()) squares_[best.at] = kNever;
    --left_;
    return {number(best.at), graph};
  }

 private:
  std::int64_t number(Eigen::Index at) const { return first_ + at * step_; }

  const HistogramPatterns& patterns_;
  std::int64_t first_, step_;
  Eigen::Map<const Floats, 0, Eigen::OuterStride<>> rows_;
  Eigen::VectorXf squares_;  // infinite for a pattern without graphs left
  std::vector<std::size_t> used_;
  std::int64_t left_ = 0;
};

/// All patterns together, or dealt out in turn into groups small enough for `picks` of them.
std::vector<Group> groups_of(const HistogramPatterns& patterns, std::int64_t picks,
                             double most_work) {
  const double work = static_cast<double>(picks) * static_cast<double>(patterns.count()) *
                      static_cast<double>(patterns.width());
  const auto count = static_cast<std::int64_t>(
      std::clamp(std::ceil(work / most_work), 1.0, static_cast<double>(patterns.count())));
  std::vector<Group> groups;
  for (std::int64_t g = 0; g < count; ++g) groups.emplace_back(patterns, g, count);
  return groups;
}

/// Graphs in the order in which they were picked, and how far the mean of the first so many is.
struct Picks {
  std::vector<std::int32_t> graphs;
  std::vector<double> distance;  // squared, per cell
};

Picks pick(const HistogramPatterns& patterns, std::int64_t count, double most_work,
           const SelectionProblem& problem) {
  const Eigen::VectorXd target = packed(problem.target_moments.mean(), problem.histograms);
  const auto cells = static_cast<double>(problem.target_moments.sum.size());
  std::vector<Group> groups = groups_of(patterns, count, most_work);
  train::ProgressMeter meter(problem.run.progress, "graphs", static_cast<double>(count));
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(patterns.width());
  Picks picks;
  for (std::size_t turn = 0; static_cast<std::int64_t>(picks.graphs.size()) < count; ++turn) {
    Group& group = groups[turn % groups.size()];
    if (group.is_empty()) continue;
    if (turn % 16 == 0) require_going_on(problem.run);
    const double next = static_cast<double>(picks.graphs.size()) + 1;
    const auto [pattern, graph] = group.take((sum - next * target).cast<float>());
    sum += patterns.row(pattern).cast<double>();
    picks.graphs.push_back(graph);
    picks.distance.push_back((sum / next - target).squaredNorm() / cells);
    meter.update("herding", next);
  }
  meter.line("herding", static_cast<double>(count));
  return picks;
}

/// "4e-05 after 1, 2e-06 after 10, 3e-09 after 32"
std::string course_of(const std::vector<double>& distance) {
  std::string course;
  for (std::size_t after = 1; after < distance.size(); after *= 10)
    course += in_words(distance[after - 1]) + " after " + std::to_string(after) + ", ";
  return course + in_words(distance.back()) + " after " + std::to_string(distance.size());
}

}  // namespace

Selection choose_herding(const SelectionProblem& problem, double most_work) {
  const HistogramPatterns patterns(problem.all(), problem.histograms, problem.run);
  Picks picks = pick(patterns, problem.most(), most_work, problem);
  if (problem.budget == 0) {
    const auto nearest = std::min_element(picks.distance.begin(), picks.distance.end());
    picks.distance.erase(nearest + 1, picks.distance.end());
    picks.graphs.resize(picks.distance.size());
  }
  std::sort(picks.graphs.begin(), picks.graphs.end());

  Selection selection(problem.sources);
  const std::string reason =
      "picked as those that bring the mean of all chosen nearest to the target's, whose squared "
      "distance was " +
      course_of(picks.distance);
  std::int64_t first = 0;
  auto next = picks.graphs.begin();
  for (data::DatasetRows& chosen : selection.rows) {
    const std::int64_t size = chosen.dataset->size();
    for (; next != picks.graphs.end() && *next < first + size; ++next)
      chosen.rows.push_back(*next - first);
    first += size;
    const auto count = static_cast<std::int64_t>(chosen.rows.size());
    selection.parts.push_back(
        {chosen.dataset->path(), name_of(*chosen.dataset), size, count, kUnknown,
         count == 0 ? "none of its graphs would have brought the mean nearer" : reason});
  }
  return selection;
}

}  // namespace aufbau::report
