#pragma once
#include <vector>

#include "aufbau.h"
#include "report/benchmark/benchmark_data.h"

namespace aufbau::report {

/// Rates of real work beside what the machine allows, measured in turns with it on thread_count()
/// threads.
struct BenchmarkEntry {
  const char* name;
  const char* summary;
  /// Rows of every combination that the options ask for; none where the data have nothing to
  /// measure it on.
  std::vector<BenchmarkRow> (*measure)(const BenchmarkOptions& options, BenchmarkData& data);
};
/// The table of benchmarks.
extern const std::vector<BenchmarkEntry> kBenchmarks;

/// The benchmark called options.what, or all of them, at every number of threads. All names and
/// numbers are looked at before anything is measured: Error{usage}. Error{nothing_valid}: the data
/// have nothing to measure it on.
BenchmarkSummary benchmark(const BenchmarkOptions& options);

}  // namespace aufbau::report
