#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "graphs/feasibility/estimate.h"
#include "report/transfer/selection/bounded_mixture.h"
#include "report/transfer/selection/selection.h"
#include "report/words.h"

namespace aufbau::report {

namespace {

using graphs::Vector;

/// How many graphs of each part.
struct Plan {
  Vector wanted;   ///< weights of the nearest mixture
  Vector weights;  ///< of the nearest that can be filled
  std::int64_t total = 0;
  std::vector<std::int64_t> shares;
};

/// The most graphs in these proportions that the parts have.
std::int64_t most_in_proportion(const Vector& weights, const std::vector<std::int64_t>& available) {
  double most =
      static_cast<double>(std::accumulate(available.begin(), available.end(), std::int64_t{0}));
  for (std::size_t j = 0; j < available.size(); ++j)
    if (const double weight = weights[static_cast<Eigen::Index>(j)]; weight > 0)
      most = std::min(most, static_cast<double>(available[j]) / weight);
  return static_cast<std::int64_t>(most);
}

Plan plan_for(const SelectionProblem& problem, const std::vector<BasisPart>& parts) {
  std::vector<graphs::Moments> moments;
  std::vector<std::int64_t> available;
  for (const BasisPart& part : parts) {
    moments.push_back(moments_of(part, problem.histograms, problem.run));
    available.push_back(part.size());
  }
  const graphs::SquareTerms terms = graphs::plug_in_terms(moments, problem.target_moments);
  Plan plan;
  plan.wanted = plan.weights = graphs::fit_mixture(terms).alpha;
  const std::int64_t in_proportion = most_in_proportion(plan.wanted, available);
  plan.total = problem.budget == 0 ? in_proportion : problem.most();
  if (plan.total > in_proportion) {
    Vector most(plan.wanted.size());
    for (std::size_t j = 0; j < available.size(); ++j)
      most[static_cast<Eigen::Index>(j)] =
          std::min(1.0, static_cast<double>(available[j]) / static_cast<double>(plan.total));
    plan.weights = bounded_weights(terms, most);
  }
  plan.shares = shares_of(plan.total, plan.weights, available);
  return plan;
}

std::string reason_for(const Plan& plan, std::size_t part, std::int64_t available) {
  const auto j = static_cast<Eigen::Index>(part);
  const std::string of_total = " of " + counted(plan.total, "graph");
  const std::string wanted = in_words(plan.wanted[j]);
  if (plan.shares[part] == available && plan.wanted[j] > plan.weights[j])
    return "all it has; the mixture nearest to the target would take " + wanted + of_total;
  if (plan.weights == plan.wanted)
    return plan.wanted[j] > 0
               ? "has the weight " + wanted + of_total + " in the mixture nearest to the target"
               : "the mixture nearest to the target does without it";
  return "other parts have run out: its weight is " + in_words(plan.weights[j]) + of_total +
         " where the mixture nearest to the target would have " + wanted;
}

}  // namespace

Selection choose_mixture(const SelectionProblem& problem) {
  if (problem.measure.bases.empty())
    fail(ErrorKind::usage, "select", "the method mixture needs a basis, and none is named");
  const std::vector<BasisPart> parts =
      basis_by_name(problem.measure.bases.front())
          .divide(problem.sources, {problem.measure.parts, problem.run.seed});
  const Plan plan = plan_for(problem, parts);

  Selection selection(problem.sources);
  for (std::size_t j = 0; j < parts.size(); ++j) {
    const std::vector<std::int64_t> before = selection.sizes();
    selection.draw(parts[j], plan.shares[j], problem.run.seed);
    for (const BasisPart::Rows& of_source : parts[j].graphs) {
      const auto source = static_cast<std::size_t>(of_source.dataset - problem.sources.data());
      selection.parts.push_back({of_source.dataset->path(), parts[j].name,
                                 static_cast<std::int64_t>(of_source.rows.size()),
                                 selection.sizes()[source] - before[source],
                                 plan.weights[static_cast<Eigen::Index>(j)],
                                 reason_for(plan, j, parts[j].size())});
    }
  }
  return selection;
}

}  // namespace aufbau::report
