#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "train/output_file.h"

namespace aufbau::train {

/// A NumPy array file (format 1.0), little-endian, C order, written row by row: the number of rows
/// is put into the header at the end.
class NpyFile {
 public:
  /// Two-dimensional float32, [rows, width].
  NpyFile(const std::string& path, std::int64_t width, bool force);
  /// `values` is a whole number of rows.
  void append(std::span<const float> values);
  void finish();

 private:
  OutputFile file_;
  std::int64_t width_, values_ = 0;
};

/// One-dimensional int64, in one go.
void write_npy(const std::string& path, std::span<const std::int64_t> values, bool force);

}  // namespace aufbau::train
