#include "graphs/scores/egi.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "graphs/scores/decompositions.h"
#include "graphs/scores/draws.h"
#include "graphs/scores/normalised_laplacian.h"

namespace aufbau::graphs {

namespace {

constexpr char kWhere[] = "egi";

/// The ego networks of one side. Those with equal Laplacians are held once.
class Egos {
 public:
  explicit Egos(const EgiOptions& options) : options_(options) {
    if (options.hops < 0 || options.most_nodes < 1)
      fail(ErrorKind::usage, kWhere, options.hops, " hops and at most ", options.most_nodes,
           " nodes, expected at least 0 and 1");
  }

  void add_graph(const GraphView& graph) {
    neighbours_.assign(graph);
    for (std::int32_t centre = 0; centre < neighbours_.node_count(); ++centre) add(centre);
  }
  void add_nodes(const GraphView& graph, std::span<const std::int32_t> centres) {
    neighbours_.assign(graph);
    for (const std::int32_t centre : centres) add(centre);
  }

  const std::vector<Matrix>& distinct() const { return distinct_; }
  /// [distinct], how many ego networks each stands for.
  const std::vector<std::int64_t>& count() const { return count_; }
  /// Per centre, which of the distinct ones; -1: too large.
  const std::vector<std::int32_t>& kind() const { return kind_; }
  std::int64_t left_out() const { return std::count(kind_.begin(), kind_.end(), -1); }

 private:
  void add(std::int32_t centre) {
    if (!find_nodes(centre)) {
      kind_.push_back(-1);
      return;
    }
    // The pattern of the edges decides the Laplacian.
    Matrix laplacian = laplacian_.of(neighbours_, nodes_);
    std::vector<std::int32_t> pattern = {static_cast<std::int32_t>(nodes_.size())};
    for (Eigen::Index i = 0; i < laplacian.rows(); ++i)
      for (Eigen::Index j = 0; j < i; ++j)
        if (laplacian(i, j) != 0)
          pattern.insert(pattern.end(),
                         {static_cast<std::int32_t>(i), static_cast<std::int32_t>(j)});
    const auto [found, is_new] = kind_of_pattern_.try_emplace(
        std::move(pattern), static_cast<std::int32_t>(distinct_.size()));
    if (is_new) {
      distinct_.push_back(std::move(laplacian));
      count_.push_back(0);
    }
    ++count_[static_cast<std::size_t>(found->second)];
    kind_.push_back(found->second);
  }

  /// The nodes of the ego network in their order; false when there are too many.
  bool find_nodes(std::int32_t centre) {
    distance_.resize(static_cast<std::size_t>(neighbours_.node_count()), -1);
    const auto distance = [&](std::int32_t node) -> std::int32_t& {
      return distance_[static_cast<std::size_t>(node)];
    };
    const auto most = static_cast<std::size_t>(options_.most_nodes);
    nodes_.assign(1, centre);
    distance(centre) = 0;
    for (std::size_t next = 0; next < nodes_.size() && nodes_.size() <= most; ++next) {
      const std::int32_t node = nodes_[next];
      if (distance(node) == options_.hops) break;
      for (const std::int32_t other : neighbours_.of(node))
        if (distance(other) < 0) {
          distance(other) = distance(node) + 1;
          nodes_.push_back(other);
        }
    }
    const bool fits = nodes_.size() <= most;
    if (fits) order_nodes();
    for (const std::int32_t node : nodes_) distance(node) = -1;
    return fits;
  }

  /// By descending degree within the ego network, ties by ascending number.
  void order_nodes() {
    std::vector<std::pair<std::int32_t, std::int32_t>> keys;
    for (const std::int32_t node : nodes_) {
      std::int32_t degree = 0;
      for (const std::int32_t other : neighbours_.of(node))
        degree += distance_[static_cast<std::size_t>(other)] >= 0;
      keys.emplace_back(-degree, node);
    }
    std::sort(keys.begin(), keys.end());
    std::vector<std::int32_t> ordered;
    for (const auto& [degree, node] : keys) ordered.push_back(node);
    nodes_ = std::move(ordered);
  }

  EgiOptions options_;
  Neighbours neighbours_;
  NormalisedLaplacian laplacian_;
  std::vector<std::int32_t> distance_, nodes_;
  std::map<std::vector<std::int32_t>, std::int32_t> kind_of_pattern_;
  std::vector<Matrix> distinct_;
  std::vector<std::int64_t> count_;
  std::vector<std::int32_t> kind_;
};

struct Gap {
  double lambda_max, spectral_norm;
};

Gap gap(const Matrix& a, const Matrix& b) {
  const Eigen::Index size = std::max(a.rows(), b.rows());
  Matrix difference = Matrix::Zero(size, size);
  difference.topLeftCorner(a.rows(), a.cols()) += a;
  difference.topLeftCorner(b.rows(), b.cols()) -= b;
  const Vector eigenvalues = symmetric_eigenvalues(difference);
  const double low = eigenvalues[0], high = eigenvalues[size - 1];
  return {high, std::max(-low, high)};
}

/// Calls use(i, j, gap) for every pair of distinct ego networks; one i at a time per thread.
template <class Use>
void for_distinct_pairs(const Egos& source, const Egos& target, const Use& use) {
  parallel_blocks(static_cast<std::int64_t>(source.distinct().size()), 1,
                  [&](std::int64_t begin, std::int64_t) {
                    const auto i = static_cast<std::size_t>(begin);
                    for (std::size_t j = 0; j < target.distinct().size(); ++j)
                      use(i, j, gap(source.distinct()[i], target.distinct()[j]));
                  });
}

Egi means(const Egos& source, const Egos& target) {
  if (source.distinct().empty() || target.distinct().empty())
    fail(ErrorKind::nothing_valid, kWhere, "the source has ", source.distinct().size(),
         " and the target ", target.distinct().size(), " ego networks, after leaving out ",
         source.left_out(), " and ", target.left_out(), " that are too large");
  struct Sums {
    double lambda_max = 0, spectral_norm = 0;
  };
  std::vector<Sums> sums(source.distinct().size());
  for_distinct_pairs(source, target, [&](std::size_t i, std::size_t j, const Gap& one) {
    const auto count = static_cast<double>(target.count()[j]);
    sums[i].lambda_max += count * one.lambda_max;
    sums[i].spectral_norm += count * one.spectral_norm;
  });
  Egi result;
  result.left_out = source.left_out() + target.left_out();
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto count = static_cast<double>(source.count()[i]);
    result.lambda_max += count * sums[i].lambda_max;
    result.spectral_norm += count * sums[i].spectral_norm;
  }
  const auto total = [](const Egos& egos) {
    return static_cast<double>(
        std::accumulate(egos.count().begin(), egos.count().end(), std::int64_t{0}));
  };
  const double pairs = total(source) * total(target);
  result.lambda_max /= pairs;
  result.spectral_norm /= pairs;
  return result;
}

void require_all(const char* what, const Egos& egos, const EgiOptions& options) {
  if (egos.kind().empty())
    fail(ErrorKind::nothing_valid, kWhere, "the ", what, " graph has no nodes");
  const auto large = std::find(egos.kind().begin(), egos.kind().end(), -1);
  if (large != egos.kind().end())
    fail(ErrorKind::usage, kWhere, "the ego network of node ", large - egos.kind().begin(),
         " of the ", what, " has more than ", options.most_nodes,
         " nodes; allow more, or take the mean, which leaves such nodes out");
}

Egos sampled(const GraphSelection& graphs, const EgiOptions& options, std::int64_t set) {
  std::vector<std::int64_t> first = {0};  // number of the first node of each graph
  for (std::int64_t g = 0; g < graphs.size(); ++g)
    first.push_back(first.back() + graphs[g].node_count());
  const std::vector<std::int64_t> drawn =
      random_rows(first.back(), options.egos, score_key(options.seed, ScoreDraw::ego, 0, set));
  Egos egos(options);
  std::vector<std::int32_t> centres;
  std::size_t next = 0;
  for (std::int64_t g = 0; g < graphs.size() && next < drawn.size(); ++g) {
    const std::int64_t begin = first[static_cast<std::size_t>(g)];
    const std::int64_t end = first[static_cast<std::size_t>(g) + 1];
    centres.clear();
    for (; next < drawn.size() && drawn[next] < end; ++next)
      centres.push_back(static_cast<std::int32_t>(drawn[next] - begin));
    if (!centres.empty()) egos.add_nodes(graphs[g], centres);
  }
  return egos;
}

}  // namespace

EgiPairs egi_pairs(const GraphView& source, const GraphView& target, const EgiOptions& options) {
  Egos a(options), b(options);
  a.add_graph(source);
  b.add_graph(target);
  require_all("source", a, options);
  require_all("target", b, options);
  Matrix lambda_max(a.distinct().size(), b.distinct().size());
  Matrix spectral_norm(a.distinct().size(), b.distinct().size());
  for_distinct_pairs(a, b, [&](std::size_t i, std::size_t j, const Gap& one) {
    const auto row = static_cast<Eigen::Index>(i), column = static_cast<Eigen::Index>(j);
    lambda_max(row, column) = one.lambda_max;
    spectral_norm(row, column) = one.spectral_norm;
  });
  return {lambda_max(a.kind(), b.kind()), spectral_norm(a.kind(), b.kind())};
}

Egi egi(const GraphView& source, const GraphView& target, const EgiOptions& options) {
  Egos a(options), b(options);
  a.add_graph(source);
  b.add_graph(target);
  return means(a, b);
}

Egi egi_of_sets(const GraphSelection& source, const GraphSelection& target,
                const EgiOptions& options) {
  return means(sampled(source, options, 0), sampled(target, options, 1));
}

}  // namespace aufbau::graphs
