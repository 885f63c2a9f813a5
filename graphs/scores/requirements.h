#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "graphs/graphon/matrix.h"

namespace aufbau::graphs {

// What every score asks of its inputs, said in the same words. `where` names the score, `what` the
// input ("source", "features", ...).

/// No value may be larger, so that squares of squares and their sums stay numbers.
constexpr double kLargestValue = 1e70;
/// Whether it is a number of at most that size.
bool is_usable(double value);

/// Error{nothing_valid} for no rows or no columns, Error{usage} for fewer rows than `least`,
/// Error{non_finite} naming the first row and column that is not a usable number.
void require_rows(const char* where, const char* what, const Matrix& rows, Eigen::Index least = 1);

/// Error{mismatch} unless both have the same number of columns.
void require_same_width(const char* where, const Matrix& source, const Matrix& target);

/// Error{mismatch} unless there is one target per row, Error{non_finite} naming the first that is
/// missing or not usable: rows without a label are the caller's to drop.
void require_targets(const char* where, const Matrix& rows, const Vector& targets);

/// As require_targets(); Error{usage} for fewer than two classes. Returns the classes, ascending.
std::vector<std::int32_t> require_classes(const char* where, const Matrix& rows,
                                          std::span<const std::int32_t> labels);

}  // namespace aufbau::graphs
