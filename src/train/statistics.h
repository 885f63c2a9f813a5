#pragma once
#include <cstddef>
#include <span>

namespace aufbau::train {

/// NaN for no values.
double mean(std::span<const double> values);
/// Population standard deviation (division by n); NaN for no values.
double standard_deviation(std::span<const double> values);

/// I_x(a, b), the regularised incomplete beta function, for 0 <= x <= 1 and a, b > 0.
double incomplete_beta(double a, double b, double x);

/// Two-sided p-value of the paired t-test (Student 1908) on the differences of the pairs. NaN when
/// it is not defined: fewer than two pairs, or no spread among the differences.
double paired_t_test(std::span<const double> differences);

/// The t that |T| stays below with probability `level`, for T of Student's distribution with so
/// many degrees of freedom. NaN unless 0 < level < 1 and freedom > 0.
double student_t_bound(double level, double freedom);

/// The largest number of pairs whose signed-rank distribution is enumerated.
inline constexpr std::size_t kExactSignedRankPairs = 25;

/// Two-sided p-value of the signed-rank test (Wilcoxon 1945) on the differences of the pairs.
/// Differences of zero are left out, tied sizes share their mean rank. Up to kExactSignedRankPairs
/// pairs the distribution over all signs is counted exactly (ties included); beyond, the normal
/// approximation with the variance corrected for ties. NaN when no pair differs.
double signed_rank_test(std::span<const double> differences);

/// The smallest p-value that the exact signed-rank test of so many pairs can give: 2 / 2^pairs.
double smallest_signed_rank_p(std::size_t pairs);

}  // namespace aufbau::train
