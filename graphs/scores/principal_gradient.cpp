#include "graphs/scores/principal_gradient.h"

#include <algorithm>

#include "core/error.h"
#include "graphs/scores/requirements.h"

namespace aufbau::graphs {

GradientDistance gradient_distance(const Vector& source, const Vector& target) {
  constexpr char kWhere[] = "principal gradient";
  if (source.size() != target.size())
    fail(ErrorKind::mismatch, kWhere, "gradients of ", source.size(), " and of ", target.size(),
         " parameters");
  if (source.size() == 0) fail(ErrorKind::nothing_valid, kWhere, "gradients of no parameters");
  for (const Vector* gradient : {&source, &target})
    for (const double value : *gradient)
      if (!is_usable(value))
        fail(ErrorKind::non_finite, kWhere, "a gradient holds the value ", value,
             ", expected numbers of at most ", kLargestValue);
  const double a = source.stableNorm(), b = target.stableNorm();
  if (a == 0 || b == 0)
    fail(ErrorKind::usage, kWhere, "the gradient of the ", a == 0 ? "source" : "target",
         " is 0 and has no direction");
  // |u - v|^2 / 2 of the unit vectors is 1 - cos, and keeps its digits for small angles.
  return {std::min(2.0, (source / a - target / b).squaredNorm() / 2),
          (source - target).stableNorm()};
}

}  // namespace aufbau::graphs
