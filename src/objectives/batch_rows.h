#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "graphs/batch.h"

namespace aufbau::objectives {

/// Where a node of a graph of a batch is found among the encoder's output rows, on the host.
class BatchRows {
 public:
  explicit BatchRows(const graphs::GraphBatch& batch)
      : batch_(batch), row_(batch.node_rows.source.values<std::int32_t>()) {}
  std::int32_t of(std::size_t graph, std::int32_t node) const {
    return row_[static_cast<std::size_t>(batch_.node_offset[graph] + node)];
  }
  /// Rows of the last level.
  std::int64_t count() const { return batch_.node_rows.sources; }

 private:
  const graphs::GraphBatch& batch_;
  std::span<const std::int32_t> row_;
};

/// i32 [ids.size()]
inline Tensor ids(const std::vector<std::int32_t>& values) {
  return Tensor::from(std::span(values), {static_cast<std::int64_t>(values.size())});
}

}  // namespace aufbau::objectives
