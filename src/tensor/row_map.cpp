#include "tensor/row_map.h"

#include <numeric>
#include <vector>

#include "core/error.h"

namespace aufbau {

namespace {

void check(std::int64_t sources, std::span<const std::int32_t> offset,
           std::span<const std::int32_t> source, std::span<const std::int32_t> code,
           std::int32_t code_count) {
  const auto bad = [](const auto&... parts) { fail(ErrorKind::internal, "row map", parts...); };
  if (sources < 0 || sources > INT32_MAX) bad("impossible number of sources ", sources);
  if (source.size() > INT32_MAX) bad("more than 2^31 - 1 entries");
  if (offset.empty() || offset.front() != 0) bad("offsets must start with 0");
  for (std::size_t r = 1; r < offset.size(); ++r)
    if (offset[r] < offset[r - 1])
      bad("offset[", r, "] is ", offset[r], ", less than the one before");
  if (static_cast<std::size_t>(offset.back()) != source.size())
    bad("the last offset is ", offset.back(), " but there are ", source.size(), " entries");
  for (std::size_t e = 0; e < source.size(); ++e)
    if (source[e] < 0 || source[e] >= sources)
      bad("source[", e, "] is ", source[e], ", expected 0 to ", sources - 1);
  if (code_count == 0 && code.empty()) return;
  if (code.size() != source.size()) bad(code.size(), " codes for ", source.size(), " entries");
  for (std::size_t e = 0; e < code.size(); ++e)
    if (code[e] < 0 || code[e] >= code_count)
      bad("code[", e, "] is ", code[e], ", expected 0 to ", code_count - 1);
}

}  // namespace

RowMap make_row_map(std::int64_t sources, std::span<const std::int32_t> offset,
                    std::span<const std::int32_t> source, std::span<const std::int32_t> code,
                    std::int32_t code_count) {
  check(sources, offset, source, code, code_count);
  const auto rows = static_cast<std::int64_t>(offset.size()) - 1;
  const auto entries = static_cast<std::int64_t>(source.size());

  // Counting sort by source; walking the rows in order leaves the readers of each source ascending.
  std::vector<std::int32_t> reverse_offset(sources + 1), reverse_row(entries),
      reverse_entry(entries);
  for (const std::int32_t s : source) ++reverse_offset[s + 1];
  std::partial_sum(reverse_offset.begin(), reverse_offset.end(), reverse_offset.begin());
  std::vector<std::int32_t> next(reverse_offset.begin(), reverse_offset.end() - 1);
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int32_t e = offset[r]; e < offset[r + 1]; ++e) {
      const std::int32_t at = next[source[e]]++;
      reverse_row[at] = static_cast<std::int32_t>(r);
      reverse_entry[at] = e;
    }
  }

  RowMap map;
  map.rows = rows, map.sources = sources, map.entries = entries, map.code_count = code_count;
  map.offset = Tensor::from(offset, {rows + 1});
  map.source = Tensor::from(source, {entries});
  if (code_count > 0) map.code = Tensor::from(code, {entries});
  map.reverse_offset = Tensor::from(std::span<const std::int32_t>(reverse_offset), {sources + 1});
  map.reverse_row = Tensor::from(std::span<const std::int32_t>(reverse_row), {entries});
  map.reverse_entry = Tensor::from(std::span<const std::int32_t>(reverse_entry), {entries});
  map.identity = rows == sources && rows == entries && code_count == 0;
  for (std::int64_t r = 0; r < rows && map.identity; ++r)
    map.identity = offset[r + 1] == r + 1 && source[r] == r;
  return map;
}

RowMap make_gather(std::int64_t sources, std::span<const std::int32_t> source) {
  std::vector<std::int32_t> offset(source.size() + 1);
  std::iota(offset.begin(), offset.end(), 0);
  return make_row_map(sources, offset, source);
}

RowMap make_identity(std::int64_t rows) {
  std::vector<std::int32_t> source(rows);
  std::iota(source.begin(), source.end(), 0);
  return make_gather(rows, source);
}

RowMap RowMap::to(Device device) const {
  RowMap out = *this;
  for (Tensor* part : {&out.offset, &out.source, &out.code, &out.reverse_offset, &out.reverse_row,
                       &out.reverse_entry})
    if (*part) *part = part->to(device);
  return out;
}

}  // namespace aufbau
