#include "graphs/scores/tree_movers.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <span>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "graphs/gromov/transport.h"
#include "graphs/scores/assignment.h"
#include "graphs/scores/requirements.h"
#include "graphs/scores/tree_colours.h"

namespace aufbau::graphs {

namespace {

constexpr char kWhere[] = "tree movers";

/// The distances between the distinct trees of both sides at one depth.
struct LevelDistances {
  std::vector<std::int32_t> source, target;     ///< their colours: rows and columns
  std::vector<std::int32_t> row_of, column_of;  ///< by colour; -1: the side has none
  Matrix distance;
  Vector to_blank;  ///< [colours]

  explicit LevelDistances(const TreeColours& colours)
      : source(colours.colours_of(0)),
        target(colours.colours_of(1)),
        row_of(static_cast<std::size_t>(colours.level().size()), -1),
        column_of(row_of),
        distance(static_cast<Eigen::Index>(source.size()),
                 static_cast<Eigen::Index>(target.size())),
        to_blank(colours.level().size()) {
    for (std::size_t i = 0; i < source.size(); ++i)
      row_of[static_cast<std::size_t>(source[i])] = static_cast<std::int32_t>(i);
    for (std::size_t j = 0; j < target.size(); ++j)
      column_of[static_cast<std::size_t>(target[j])] = static_cast<std::int32_t>(j);
  }
  double between(std::int32_t source_colour, std::int32_t target_colour) const {
    return distance(row_of[static_cast<std::size_t>(source_colour)],
                    column_of[static_cast<std::size_t>(target_colour)]);
  }
};

/// The cheapest assignment between two multisets of trees; one per thread.
class TreeTransport {
 public:
  /// Colours of the source and of the target, ascending.
  double cost(std::span<const std::int32_t> source, std::span<const std::int32_t> target,
              const LevelDistances& distances) {
    // What both have costs nothing where it is, and moving it is never cheaper: a metric.
    ours_.clear();
    theirs_.clear();
    std::set_difference(source.begin(), source.end(), target.begin(), target.end(),
                        std::back_inserter(ours_));
    std::set_difference(target.begin(), target.end(), source.begin(), source.end(),
                        std::back_inserter(theirs_));
    const bool is_turned = ours_.size() > theirs_.size();
    const std::vector<std::int32_t>& few = is_turned ? theirs_ : ours_;
    const std::vector<std::int32_t>& many = is_turned ? ours_ : theirs_;
    // Trees of the larger side that are left over go to blank ones, so that taking one of them
    // saves its distance to the blank tree.
    cost_.resize(static_cast<Eigen::Index>(few.size()), static_cast<Eigen::Index>(many.size()));
    const auto between = [&](std::size_t i, std::size_t j) {
      return is_turned ? distances.between(many[j], few[i]) : distances.between(few[i], many[j]);
    };
    for (std::size_t i = 0; i < few.size(); ++i)
      for (std::size_t j = 0; j < many.size(); ++j)
        cost_(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
            between(i, j) - distances.to_blank[many[j]];
    const std::vector<std::int32_t>& row_of = assignment_.solve(cost_);
    double sum = 0;
    for (std::size_t j = 0; j < many.size(); ++j)
      sum += row_of[j] < 0 ? distances.to_blank[many[j]]
                           : between(static_cast<std::size_t>(row_of[j]), j);
    return sum;
  }

 private:
  std::vector<std::int32_t> ours_, theirs_;
  Matrix cost_;
  Assignment assignment_;
};

/// Error{usage} when assignments between `ours` and `theirs` children, every pair of the lists,
/// could take more than `most_work` steps.
void require_affordable(std::vector<std::size_t> ours, std::vector<std::size_t> theirs,
                        double most_work) {
  const auto counted = [](std::vector<std::size_t>& sizes) {
    std::map<std::size_t, double> times;
    for (const std::size_t size : sizes) ++times[size];
    return times;
  };
  double work = 0;
  const auto of_theirs = counted(theirs);
  for (const auto& [size, times] : counted(ours))
    for (const auto& [other, other_times] : of_theirs) {
      const auto few = static_cast<double>(std::min(size, other));
      work += times * other_times * few * few * static_cast<double>(std::max(size, other));
    }
  if (work > most_work)
    fail(ErrorKind::usage, kWhere,
         "nodes with so many neighbours, or graphs of so many nodes, "
         "could take ",
         work, " steps, more than ", most_work, "; choose fewer or smaller graphs");
}

std::vector<std::size_t> child_counts(const TreeLevel& level,
                                      const std::vector<std::int32_t>& colours) {
  std::vector<std::size_t> counts;
  counts.reserve(colours.size());
  for (const std::int32_t colour : colours) counts.push_back(level.children_of(colour).size());
  return counts;
}

std::vector<std::size_t> node_counts(const GraphSelection& graphs) {
  std::vector<std::size_t> counts;
  for (std::int64_t i = 0; i < graphs.size(); ++i)
    counts.push_back(static_cast<std::size_t>(graphs[i].node_count()));
  return counts;
}

/// The next depth from the one below; `below` is null at depth 1, where there are no children.
LevelDistances distances_of(const TreeColours& colours, const LevelDistances* below,
                            const Matrix& root_distance, const Vector& root_norm,
                            const TreeMoversOptions& options) {
  const double weight = options.weight;
  const TreeLevel& level = colours.level();
  LevelDistances result(colours);
  if (below)
    require_affordable(child_counts(level, result.source), child_counts(level, result.target),
                       options.most_work);
  for (std::int32_t c = 0; c < level.size(); ++c) {
    double children = 0;
    for (const std::int32_t child : level.children_of(c)) children += below->to_blank[child];
    result.to_blank[c] = root_norm[level.root[static_cast<std::size_t>(c)]] + weight * children;
  }
  // Trees grow with their degrees to the power of the depth.
  constexpr double kLargestTree = 1e150;
  if (result.to_blank.size() > 0 && !(result.to_blank.maxCoeff() <= kLargestTree))
    fail(ErrorKind::usage, kWhere, "trees have become larger than ", kLargestTree,
         "; choose a smaller depth or weight");
  parallel_blocks(result.distance.rows(), 8, [&](std::int64_t begin, std::int64_t end) {
    TreeTransport transport;
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int32_t a = result.source[static_cast<std::size_t>(i)];
      for (std::size_t j = 0; j < result.target.size(); ++j) {
        const std::int32_t b = result.target[j];
        double distance = 0;
        if (a != b) {
          distance = root_distance(level.root[static_cast<std::size_t>(a)],
                                   level.root[static_cast<std::size_t>(b)]);
          if (below)
            distance += weight * transport.cost(level.children_of(a), level.children_of(b), *below);
        }
        result.distance(i, static_cast<Eigen::Index>(j)) = distance;
      }
    }
  });
  return result;
}

Matrix features_of(const TreeMoversOptions& options) {
  const NodeClasses& classes = options.classes;
  if (options.depth < 1)
    fail(ErrorKind::usage, kWhere, "expected a depth of at least 1, got ", options.depth);
  if (!(options.weight >= 0) || !std::isfinite(options.weight))
    fail(ErrorKind::usage, kWhere, "expected a weight of 0 or more, got ", options.weight);
  for (const std::int32_t one : classes.class_of_code)
    if (one < 0 || one >= classes.class_count)
      fail(ErrorKind::usage, kWhere, "a node code has class ", one, ", expected 0 to ",
           classes.class_count - 1);
  if (options.class_features.size() == 0)
    return Matrix::Identity(classes.class_count, classes.class_count);
  require_rows(kWhere, "matrix of class features", options.class_features);
  if (options.class_features.rows() != classes.class_count)
    fail(ErrorKind::mismatch, kWhere, "features of ", options.class_features.rows(),
         " classes for ", classes.class_count, " classes");
  return options.class_features;
}

}  // namespace

Matrix tree_movers_distances(const GraphSelection& source, const GraphSelection& target,
                             const TreeMoversOptions& options) {
  if (source.size() == 0 || target.size() == 0)
    fail(ErrorKind::nothing_valid, kWhere, "the source has ", source.size(),
         " graphs and the target has ", target.size());
  const Matrix features = features_of(options);
  Matrix root_distance(features.rows(), features.rows());
  for (Eigen::Index a = 0; a < features.rows(); ++a)
    for (Eigen::Index b = 0; b < features.rows(); ++b)
      root_distance(a, b) = (features.row(a) - features.row(b)).norm();
  const Vector root_norm = features.rowwise().norm();

  require_affordable(node_counts(source), node_counts(target), options.most_work);
  TreeColours colours(source, target, options.classes);
  LevelDistances distances = distances_of(colours, nullptr, root_distance, root_norm, options);
  for (std::int32_t depth = 2; depth <= options.depth; ++depth) {
    colours.refine();
    distances = distances_of(colours, &distances, root_distance, root_norm, options);
  }

  Matrix result(source.size(), target.size());
  parallel_blocks(source.size(), 1, [&](std::int64_t i, std::int64_t) {
    TreeTransport transport;
    const std::vector<std::int32_t> ours = colours.colours_of(0, i);
    for (std::int64_t j = 0; j < target.size(); ++j)
      result(i, j) = transport.cost(ours, colours.colours_of(1, j), distances);
  });
  return result;
}

SetDistance set_distance(const Matrix& distances) {
  require_rows("set distance", "matrix of distances", distances);
  const auto uniform = [](Eigen::Index count) {
    return Vector::Constant(count, 1 / static_cast<double>(count)).eval();
  };
  return {optimal_transport(distances, uniform(distances.rows()), uniform(distances.cols())).cost,
          distances.colwise().minCoeff().mean()};
}

}  // namespace aufbau::graphs
