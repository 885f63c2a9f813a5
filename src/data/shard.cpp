#include "data/shard.h"

#include <algorithm>
#include <filesystem>

#include "core/error.h"

namespace aufbau::data {

RowRange rows_of(const Shard& shard, std::int64_t rows, std::int64_t unit) {
  const std::int64_t units = (rows + unit - 1) / unit;
  const auto cut = [&](int index) { return std::min(rows, units * index / shard.count * unit); };
  return {cut(shard.index - 1), cut(shard.index)};
}

void check_shard(const std::string& where, const Shard& shard,
                 std::span<const std::string> inputs) {
  if (shard.count < 1 || shard.index < 1 || shard.index > shard.count)
    fail(ErrorKind::usage, where, "shard is ", shard.index, '/', shard.count,
         ", expected i/n with i from 1 to n");
  if (shard.count == 1) return;
  for (const std::string& input : inputs) {
    std::error_code unknown;
    const bool is_stream = input == "-" || (std::filesystem::exists(input, unknown) &&
                                            !std::filesystem::is_regular_file(input, unknown));
    if (is_stream)
      fail(ErrorKind::usage, where, input == "-" ? "standard input" : input,
           " cannot be read twice, once to count its rows; give --shard a file");
  }
}

}  // namespace aufbau::data
