#pragma once
#include <chrono>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "data/reject_file.h"

namespace aufbau::data {

/// What every ingest keeps beside the dataset it writes: the list of refused rows, the counts, the
/// time, and the progress that it tells.
class IngestLedger {
 public:
  /// `rows` and `unit`: what the rows of this ingest are called, and what comes of them.
  /// `with_header`: of the rejects file. Error{usage}: no input or output is named, or the output
  /// is there and not to be replaced.
  IngestLedger(std::span<const std::string> inputs, const std::string& output, bool force,
               const char* rows, const char* unit, bool with_header = true);

  IngestSummary& summary() { return summary_; }
  /// To X.rejects.csv, with source, line, text, code and reason of `row`.
  void refuse(const std::string& source, const IngestedRow& row);
  /// About twice a second; also the place where a request to stop is heard (Error{interrupted}).
  void report(const RunOptions& run, bool is_last = false);
  /// Counts in the order of their tables; zeros are left out. Then the rejects file is complete.
  /// Error{nothing_valid} when nothing was stored.
  void close(std::span<const std::pair<const char*, std::int64_t>> decisions);
  /// For the file's provenance; after close().
  std::string counts_json() const;
  double seconds() const;

 private:
  [[noreturn]] void fail_nothing_valid() const;

  const char* rows_;
  const char* unit_;
  std::chrono::steady_clock::time_point start_, next_report_{};
  IngestSummary summary_;
  RejectFile rejects_;
  std::map<std::string, std::int64_t> rejected_;
};

}  // namespace aufbau::data
