#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "graphs/graphon/matrix.h"

namespace aufbau::graphs {

/// What plug-in and unbiased distances need of a set of graphs with one row of W histogram numbers
/// each: a quarter of a million graphs are as good as these W + 2 numbers.
struct Moments {
  std::int64_t count = 0;
  Vector sum;                ///< [W], of all rows
  double squared_norms = 0;  ///< sum of |row|^2

  Vector mean() const { return sum / static_cast<double>(count); }
  /// The unbiased estimate of the trace of the covariance of one row; 0 for fewer than two rows.
  double variance() const;
};
/// Rows [G, W]; summed in fixed blocks of rows. Error{nothing_valid} for no rows or no columns,
/// Error{non_finite} naming the row.
Moments moments(const Matrix& rows);

/// How much of a set is held in memory.
struct SampleLimits {
  std::int64_t rows = 4096;     ///< single rows kept; a set of no more is held whole
  std::int64_t batches = 1024;  ///< groups that a larger set is resampled by
  std::uint64_t seed = 0;       ///< of the assignment of rows to both
};

/// A set of graphs for the statistics that resample it. A set of at most `rows` graphs is held
/// whole, and a batch is one graph. Of a larger set, which rows are kept and which of `batches`
/// groups each row belongs to are drawn at random, so that the order of the file plays no part: the
/// kept rows are a simple random sample for the permutation test, and resampling whole batches (the
/// bag of batch means) has the variance of resampling graphs up to the 1/batches that any estimate
/// of a variance from so many numbers has.
class HistogramSample {
 public:
  /// Error as `moments`; Error{usage} for limits below 2.
  explicit HistogramSample(Matrix rows, const SampleLimits& limits = {});
  /// Reads a set of `count` rows of `width` numbers in order, in blocks: `read(first, block)` fills
  /// block [rows, width] with rows first, first + 1, ...
  static HistogramSample from_blocks(
      std::int64_t count, std::int64_t width,
      const std::function<void(std::int64_t first, Eigen::Ref<Matrix> block)>& read,
      const SampleLimits& limits = {});

  const Moments& moments() const { return moments_; }
  const Matrix& rows() const { return rows_; }  ///< [kept, W], in their order
  bool is_whole() const { return batch_sums_.size() == 0; }
  /// Sums of the rows of each batch, [batches, W], and how many rows each has, [batches].
  const Matrix& batch_sums() const { return is_whole() ? rows_ : batch_sums_; }
  const Vector& batch_counts() const { return batch_counts_; }

 private:
  HistogramSample() = default;

  Moments moments_;
  Matrix rows_, batch_sums_;
  Vector batch_counts_;
};

}  // namespace aufbau::graphs
