#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "graphs/batch.h"
#include "train/input_rows.h"

namespace aufbau::train {

/// Some consecutive rows, and the batches of the graphs that they have, in order.
struct RowChunk {
  std::vector<InputRow> rows;
  std::vector<graphs::GraphBatch> batches;
};

using PrepareBatches =
    std::function<std::vector<graphs::GraphBatch>(std::span<const graphs::GraphView>)>;

/// Hands over all rows in order, `size` (at least 1) at a time. While `take` works on one chunk,
/// the next is read, parsed and prepared on other threads; at most one waits. What goes wrong there
/// is thrown here, after the chunks before it; what `take` throws ends the reading.
void for_each_prepared_chunk(InputRows& rows, std::int64_t size, const PrepareBatches& prepare,
                             const std::function<void(RowChunk&)>& take);

}  // namespace aufbau::train
