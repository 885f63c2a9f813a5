#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace aufbau::report {

// Rank correlations of pairs (x[i], y[i]). `weights`: how often each pair counts, whole numbers
// from 0, empty for once each; the same as the pairs written out that often. NaN when it is not
// defined: fewer than two pairs, or no spread in x or in y.

/// Ranks from 1; equal values share the mean of their ranks.
std::vector<double> average_ranks(std::span<const double> values,
                                  std::span<const double> weights = {});

/// Spearman's rho (1904): Pearson's correlation of the average ranks.
double spearman(std::span<const double> x, std::span<const double> y,
                std::span<const double> weights = {});

/// Kendall's tau-b (1945): concordant less discordant pairs of pairs, over the geometric mean of
/// the numbers that are not tied in x and not tied in y. O(n^2).
double kendall(std::span<const double> x, std::span<const double> y,
               std::span<const double> weights = {});

/// A pair of numbers about a row and a column of a table, which need not be full.
struct CrossedPair {
  std::size_t row, column;
  double x, y;
};

struct PigeonholeOptions {
  int replicates = 1000;
  double level = 0.95;
  std::uint64_t seed = 0;
};
struct CorrelationInterval {
  double low, high;  ///< NaN when most replicates have no correlation
};

/// Percentile interval of a correlation by the pigeonhole bootstrap (Owen 2007, "The pigeonhole
/// bootstrap", Annals of Applied Statistics 1, 386-411): rows and columns that have a pair are
/// drawn with replacement, each on their own, and a pair counts as often as its row times as often
/// as its column. Pairs that share a row or a column are not independent; drawing pairs would give
/// intervals that are too short, these are rather too long. With one row (column) the interval
/// speaks of other columns (rows) only. Deterministic.
CorrelationInterval pigeonhole_interval(std::span<const CrossedPair> pairs,
                                        double (*correlation)(std::span<const double> x,
                                                              std::span<const double> y,
                                                              std::span<const double> weights),
                                        const PigeonholeOptions& options = {});

}  // namespace aufbau::report
