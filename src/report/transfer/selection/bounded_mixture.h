#pragma once
#include <cstdint>
#include <vector>

#include "graphs/feasibility/generator_space.h"

namespace aufbau::report {

/// The weights on the simplex, none above its `most`, of the smallest terms.value(). Exact up to
/// rounding, by simplicial decomposition (von Hohenbalken 1977): the minimum over the mixtures of a
/// few corners of the set, by simplex_qp(), then the corner that the gradient asks for, until none
/// is better. most [k] in [0, 1]; Error{usage} when they sum to less than 1. Terms as for
/// graphs::fit_mixture().
graphs::Vector bounded_weights(const graphs::SquareTerms& terms, const graphs::Vector& most);

/// Whole numbers in the proportions of the weights that sum to `total`, none above what is
/// available: rounded down, then one more to those of the largest remainders, the first of equal
/// ones. The weights are those of bounded_weights() for available / total.
std::vector<std::int64_t> shares_of(std::int64_t total, const graphs::Vector& weights,
                                    const std::vector<std::int64_t>& available);

}  // namespace aufbau::report
