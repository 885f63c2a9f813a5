#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "aufbau.h"

namespace aufbau::data {

/// Rows from number `begin` on and before `end`, counted from 0.
struct RowRange {
  std::int64_t begin = 0, end = 0;
  std::int64_t size() const { return end - begin; }
};

/// The rows that `shard` has of so many. The cuts are at multiples of `unit`: where the rows of a
/// unit are computed together, that keeps the bits of their answers.
RowRange rows_of(const Shard& shard, std::int64_t rows, std::int64_t unit = 1);

/// Error{usage}: the numbers make no sense, or with several parts an input is no file that can be
/// read twice, once to count its rows.
void check_shard(const std::string& where, const Shard& shard, std::span<const std::string> inputs);

}  // namespace aufbau::data
