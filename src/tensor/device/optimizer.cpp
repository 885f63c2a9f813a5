#include <algorithm>
#include <vector>

#include "tensor/device/device_backend.h"

namespace aufbau::device {

template <class Entry>
Tensor DeviceBackend::table_of(const std::vector<Entry>& entries) {
  static_assert(sizeof(Entry) % sizeof(Index) == 0);
  const std::size_t bytes = entries.size() * sizeof(Entry);
  Tensor table = scratch({static_cast<Index>(bytes / sizeof(Index))}, DType::i64);
  from_host(table.mutable_raw(), entries.data(), bytes);
  return table;
}

void DeviceBackend::square_sums(std::span<const Tensor> xs, Tensor& sums) {
  constexpr Index kLanes = 1024;
  std::vector<SquarePart::Entry> entries;
  for (const Tensor& x : xs) entries.push_back({in(x), x.size()});
  const Tensor table = table_of(entries);
  const auto count = static_cast<Index>(xs.size());
  Tensor partial = scratch({count, kLanes});
  run(SquarePart{static_cast<const SquarePart::Entry*>(table.raw()), kLanes, out<double>(partial)},
      count, kLanes);
  fold(in<double>(partial), count, kLanes, out<double>(sums));
}

void DeviceBackend::adam(const AdamStep& step, std::span<AdamParameter> parameters) {
  constexpr Index kMost = 16384;
  std::vector<AdamMove::Entry> entries;
  for (AdamParameter& of : parameters)
    for (Index at = 0; at < of.value.size(); at += kMost)
      entries.push_back({formulas::Adam<float>(step, of.rate), in(of.gradient) + at,
                         out(of.first) + at, out(of.second) + at, out(of.value) + at,
                         std::min(of.value.size() - at, kMost)});
  const Tensor table = table_of(entries);
  run(AdamMove{static_cast<const AdamMove::Entry*>(table.raw())},
      static_cast<Index>(entries.size()), kMost);
}

}  // namespace aufbau::device
