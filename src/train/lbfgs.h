#pragma once
#include <functional>
#include <vector>

namespace aufbau::train {

/// Value of a function at `x`; its gradient is written to `gradient`, which has the size of `x`.
using SmoothFunction =
    std::function<double(const std::vector<double>& x, std::vector<double>& gradient)>;

struct LbfgsOptions {
  int memory = 10;
  int max_iterations = 300;
  double tolerance = 1e-5;  ///< on the largest gradient element, relative to that at the start
};

/// Minimises a smooth convex function from `x` on: limited-memory BFGS (Nocedal 1980) with steps
/// halved until the value falls enough (Armijo). Deterministic.
std::vector<double> minimise(const SmoothFunction& function, std::vector<double> x,
                             const LbfgsOptions& options = {});

}  // namespace aufbau::train
