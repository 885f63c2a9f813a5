#pragma once
#include <cstdint>
#include <span>

#include "tensor/tensor.h"

namespace aufbau {

/// Which source rows each output row reads, in compressed sparse rows, together with its transpose,
/// so that both forward and backward write every row once, in a fixed order, without atomics.
/// Message passing, gathers, read-outs and pooling are all this one structure. Built on the host
/// (usually by a loader thread); checked when built.
struct RowMap {
  std::int64_t rows = 0;        ///< N output rows
  std::int64_t sources = 0;     ///< S rows of what is read
  std::int64_t entries = 0;     ///< E
  std::int32_t code_count = 0;  ///< codes are in [0, code_count); 0: entries carry no code
  Tensor offset;                ///< i32 [N + 1]
  Tensor source;                ///< i32 [E]
  Tensor code;                  ///< i32 [E], undefined without codes
  Tensor reverse_offset;        ///< i32 [S + 1]
  Tensor reverse_row;           ///< i32 [E]: the rows that read a source, ascending
  Tensor reverse_entry;         ///< i32 [E]: the entry number of each of those reads
  bool identity = false;        ///< row i reads source i and nothing else

  RowMap to(Device device) const;
};

/// Checks every index and offset (Error{internal} names the first bad one) and builds the
/// transpose.
RowMap make_row_map(std::int64_t sources, std::span<const std::int32_t> offset,
                    std::span<const std::int32_t> source, std::span<const std::int32_t> code = {},
                    std::int32_t code_count = 0);
/// One source per row.
RowMap make_gather(std::int64_t sources, std::span<const std::int32_t> source);
RowMap make_identity(std::int64_t rows);

}  // namespace aufbau
