#pragma once
#include <vector>

#include "graphs/feasibility/generator_space.h"
#include "graphs/feasibility/sample.h"

namespace aufbau::graphs {

/// H, c and d of the mean histograms of k sets and a target, as they are: what `fit_mixture`
/// minimises. Sampling noise adds variance/count of every set to its |mean|^2, so the distance that
/// comes out is biased upward.
SquareTerms plug_in_terms(const std::vector<Moments>& bases, const Moments& target);

/// The same without that bias: H_jj and d are averages over pairs of different graphs
/// (U-statistics, Hoeffding 1948), (|sum x|^2 - sum |x|^2)/(G (G - 1)). A mixture's value under
/// them can be negative, and H need not be positive semidefinite: evaluate them, do not minimise
/// them. Error{usage} for a set of one graph.
SquareTerms unbiased_terms(const std::vector<Moments>& bases, const Moments& target);

/// How far the best mixture of the sets is from the target, with what sampling alone would show.
/// Distances are squared, per cell.
struct DistanceEstimate {
  MixtureFit fit;          ///< of the plug-in terms; fit.value is the plug-in distance
  double unbiased = 0;     ///< at the weights of `fit`, both sides without their diagonal; a little
                           ///< low where several weights were fitted to the same graphs
  double noise_floor = 0;  ///< of the target, see below
  double ratio = 0;        ///< plug-in distance / noise floor; 0 where the floor is 0
};
/// Error{nothing_valid} for no set, Error{mismatch} for histograms of different widths,
/// Error{usage} for a set of one graph.
DistanceEstimate estimate_distance(const std::vector<Moments>& bases, const Moments& target);

/// The squared difference per cell between the means of two random halves of a set, on average over
/// all ways to halve it: variance (1/h + 1/(G - h)) / W, h = floor(G/2). Error{usage} for one
/// graph.
double noise_floor(const Moments& set);

/// The same for one way: the first floor(G/2) of `order` against the rest. Error{usage} for fewer
/// than two rows or an order that is not a permutation of the rows.
double half_difference(const Matrix& rows, const std::vector<std::int32_t>& order);

}  // namespace aufbau::graphs
