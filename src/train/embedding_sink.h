#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "train/input_rows.h"

namespace aufbau::train {

/// Where embeddings go, row by row in input order. Nothing is in place before finish().
class EmbeddingSink {
 public:
  virtual ~EmbeddingSink() = default;
  /// `values`: the vectors of the chunk's rows, row-major; NaN where a row was refused. At node
  /// level `counts` says how many vectors each row has (none where it was refused); at graph level
  /// it is empty and every row has one.
  virtual void append(std::span<const InputRow> rows, std::span<const float> values,
                      std::span<const std::int64_t> counts) = 0;
  virtual void finish() = 0;
};

struct SinkOptions {
  std::string output;  ///< .npy, .csv or .h5; "-" is CSV on standard output
  std::int64_t width = 0;
  bool node_level = false;
  bool force = false;
  std::string header;  ///< of the input's own columns, for CSV
  std::vector<std::string> columns;
  char separator = ',';
  std::int64_t first_row = 0;  ///< number of the first row
  bool with_header = true;     ///< of CSV and of X.errors.csv
};
/// .npy: X.npy, X.errors.csv (row from 0, line, smiles, code, reason), and X.offsets.npy at node
/// level: the vectors of row i are offsets[i] to offsets[i + 1]. .csv: the input's columns, e_0 ...
/// and error; graph level only. .h5: one dataset, held in memory until the end, and X.errors.csv.
/// Error{usage} for another extension or a file that is there already.
std::unique_ptr<EmbeddingSink> make_embedding_sink(const SinkOptions& options);

}  // namespace aufbau::train
