#include "train/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

namespace aufbau::train {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double sum_of_squares(std::span<const double> values, double about) {
  double sum = 0;
  for (const double value : values) sum += (value - about) * (value - about);
  return sum;
}

/// Continued fraction of the incomplete beta function, evaluated by the method of Lentz (1976).
double beta_fraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300;
  const auto guarded = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
  double c = 1, d = 1 / guarded(1 - (a + b) * x / (a + 1)), result = d;
  for (int m = 1; m < 1000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guarded(1 + even * d);
    c = guarded(1 + even / c);
    result *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guarded(1 + odd * d);
    c = guarded(1 + odd / c);
    result *= d * c;
    if (std::abs(d * c - 1) < 1e-15) break;
  }
  return result;
}

/// Absolute differences as ranks, doubled so that mean ranks of ties are whole numbers, each with
/// its sign.
struct SignedRank {
  std::int64_t doubled_rank;
  bool positive;
};

std::vector<SignedRank> signed_ranks(std::span<const double> differences) {
  std::vector<double> sorted;
  for (const double difference : differences)
    if (difference != 0) sorted.push_back(difference);
  std::sort(sorted.begin(), sorted.end(),
            [](double a, double b) { return std::abs(a) < std::abs(b); });
  std::vector<SignedRank> ranks;
  for (std::size_t begin = 0, end; begin < sorted.size(); begin = end) {
    end = begin + 1;
    while (end < sorted.size() && std::abs(sorted[end]) == std::abs(sorted[begin])) ++end;
    for (std::size_t i = begin; i < end; ++i)
      ranks.push_back({static_cast<std::int64_t>(begin + 1 + end), sorted[i] > 0});
  }
  return ranks;
}

/// Share of the 2^n sign patterns whose positive rank sum is at most `bound`.
double exact_lower_tail(const std::vector<SignedRank>& ranks, std::int64_t bound) {
  std::int64_t total = 0;
  for (const SignedRank& rank : ranks) total += rank.doubled_rank;
  std::vector<double> patterns(static_cast<std::size_t>(total) + 1);
  patterns[0] = 1;
  for (const SignedRank& rank : ranks)
    for (std::int64_t sum = total; sum >= rank.doubled_rank; --sum)
      patterns[static_cast<std::size_t>(sum)] +=
          patterns[static_cast<std::size_t>(sum - rank.doubled_rank)];
  const double below = std::accumulate(patterns.begin(), patterns.begin() + bound + 1, 0.0);
  return below / std::ldexp(1.0, static_cast<int>(ranks.size()));
}

double normal_two_sided(const std::vector<SignedRank>& ranks, double smaller) {
  double mean = 0, variance = 0;
  for (const SignedRank& rank : ranks) {
    const double r = 0.5 * static_cast<double>(rank.doubled_rank);
    mean += r / 2;
    variance += r * r / 4;  // with mean ranks this is the variance corrected for ties
  }
  return std::erfc(std::abs(smaller - mean) / std::sqrt(2 * variance));
}

}  // namespace

double mean(std::span<const double> values) {
  if (values.empty()) return kNaN;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double standard_deviation(std::span<const double> values) {
  if (values.empty()) return kNaN;
  return std::sqrt(sum_of_squares(values, mean(values)) / static_cast<double>(values.size()));
}

double incomplete_beta(double a, double b, double x) {
  if (!(x >= 0 && x <= 1) || !(a > 0) || !(b > 0)) return kNaN;
  if (x == 0 || x == 1) return x;
  const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                                a * std::log(x) + b * std::log1p(-x));
  // The fraction converges fast on this side of the mean only; the other side follows from
  // symmetry.
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
  return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double paired_t_test(std::span<const double> differences) {
  if (differences.size() < 2) return kNaN;
  const double n = static_cast<double>(differences.size()), freedom = n - 1;
  const double centre = mean(differences);
  const double variance = sum_of_squares(differences, centre) / freedom;
  if (!(variance > 0)) return kNaN;
  const double t_squared = centre * centre * n / variance;
  return incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t_squared));
}

double student_t_bound(double level, double freedom) {
  if (!(level > 0 && level < 1) || !(freedom > 0)) return kNaN;
  // P(|T| > t) = I_x(freedom / 2, 1 / 2) at x = freedom / (freedom + t^2), which rises with x.
  double low = 0, high = 1;
  for (int halving = 0; halving < 200; ++halving) {
    const double x = (low + high) / 2;
    (incomplete_beta(freedom / 2, 0.5, x) < 1 - level ? low : high) = x;
  }
  return std::sqrt(freedom * (1 - high) / high);
}

double signed_rank_test(std::span<const double> differences) {
  const std::vector<SignedRank> ranks = signed_ranks(differences);
  if (ranks.empty()) return kNaN;
  std::int64_t positive = 0, negative = 0;
  for (const SignedRank& rank : ranks) (rank.positive ? positive : negative) += rank.doubled_rank;
  const std::int64_t smaller = std::min(positive, negative);
  if (ranks.size() > kExactSignedRankPairs)
    return normal_two_sided(ranks, 0.5 * static_cast<double>(smaller));
  return std::min(1.0, 2 * exact_lower_tail(ranks, smaller));
}

double smallest_signed_rank_p(std::size_t pairs) {
  return std::min(1.0, std::ldexp(2.0, -static_cast<int>(pairs)));
}

}  // namespace aufbau::train
