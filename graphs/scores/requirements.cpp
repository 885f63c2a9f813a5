#include "graphs/scores/requirements.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace aufbau::graphs {

bool is_usable(double value) { return std::abs(value) <= kLargestValue; }

void require_rows(const char* where, const char* what, const Matrix& rows, Eigen::Index least) {
  if (rows.rows() == 0 || rows.cols() == 0)
    fail(ErrorKind::nothing_valid, where, "the ", what, " is a matrix of ", rows.rows(),
         " rows and ", rows.cols(), " columns; there is nothing to score");
  if (rows.rows() < least)
    fail(ErrorKind::usage, where, "the ", what, " has ", rows.rows(), " rows, expected at least ",
         least);
  if ((rows.array().abs() <= kLargestValue).all()) return;
  for (Eigen::Index r = 0; r < rows.rows(); ++r)
    for (Eigen::Index c = 0; c < rows.cols(); ++c)
      if (!is_usable(rows(r, c)))
        fail(ErrorKind::non_finite, where, "row ", r, ", column ", c, " of the ", what, " is ",
             rows(r, c), ", expected a number of at most ", kLargestValue,
             "; leave out the row or the column");
}

void require_same_width(const char* where, const Matrix& source, const Matrix& target) {
  if (source.cols() != target.cols())
    fail(ErrorKind::mismatch, where, "the source has ", source.cols(),
         " columns and the target has ", target.cols());
}

void require_targets(const char* where, const Matrix& rows, const Vector& targets) {
  if (targets.size() != rows.rows())
    fail(ErrorKind::mismatch, where, targets.size(), " targets for ", rows.rows(), " rows");
  for (Eigen::Index i = 0; i < targets.size(); ++i)
    if (!is_usable(targets[i]))
      fail(ErrorKind::non_finite, where, "target ", i, " is ", targets[i],
           ", expected a number of at most ", kLargestValue, "; leave out rows without a label");
}

std::vector<std::int32_t> require_classes(const char* where, const Matrix& rows,
                                          std::span<const std::int32_t> labels) {
  if (static_cast<Eigen::Index>(labels.size()) != rows.rows())
    fail(ErrorKind::mismatch, where, labels.size(), " labels for ", rows.rows(), " rows");
  std::vector<std::int32_t> classes(labels.begin(), labels.end());
  std::sort(classes.begin(), classes.end());
  classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
  if (classes.size() < 2)
    fail(ErrorKind::usage, where, "the labels have ", classes.size(),
         " class, expected at least 2");
  return classes;
}

}  // namespace aufbau::graphs
