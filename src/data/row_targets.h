#pragma once
#include <string>
#include <vector>

#include "data/ingest.h"

namespace aufbau::data {

/// Which columns of an input are targets, and what their fields say.
class RowTargets {
 public:
  /// Names from the options, or every column of a table without another role.
  /// Error{usage}: unknown columns, or options that contradict each other.
  RowTargets(const std::string& source, const molecules::RecordReader& reader,
             const IngestOptions& options);
  const std::vector<std::string>& names() const { return names_; }

  /// Finds the same columns, by name, in the input that is read next. Error{usage}: absent.
  void find_in(const std::string& source, const molecules::RecordReader& reader);

  /// Fills `values` (NaN = missing: empty, nan, NA, N/A) and the row's part of a predefined split;
  /// or refuses the row as bad-target, naming column and text.
  void read(IngestedRow& row, std::vector<float>& values) const;

 private:
  std::string splits_column_;
  std::vector<std::string> names_;
  std::vector<std::size_t> columns_;
  int split_index_ = -1;
};

}  // namespace aufbau::data
