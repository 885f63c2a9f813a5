#include "report/benchmark.h"

#include <fstream>

#include "core/error.h"
#include "core/parallel.h"
#include "core/text.h"
#include "report/measurements.h"
#include "tensor/cpu/instruction_set.h"

namespace aufbau::report {
namespace {

struct Benchmark {
  const char* name;
  std::vector<BenchmarkRow> (*run)(const BenchmarkOptions& options);
};
const std::vector<Benchmark> kBenchmarks = {
    {"training", measure_training}, {"inference", measure_inference}, {"ingest", measure_ingest}};

std::string machine() {
  std::string processor = "unknown processor";
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) {
      processor = trim(std::string_view(line).substr(line.find(':') + 1));
      break;
    }
  return processor + ", " + std::to_string(thread_count()) + " threads, " + cpu::instruction_set();
}

}  // namespace

BenchmarkSummary benchmark(const BenchmarkOptions& options) {
  if (!(options.seconds > 0))
    fail(ErrorKind::usage, "benchmark", "seconds is ", options.seconds, ", expected more than 0");
  for (const int batch_size : options.batch_sizes)
    if (batch_size < 1)
      fail(ErrorKind::usage, "benchmark", "batch size is ", batch_size, ", expected at least 1");
  std::vector<std::string> known;
  for (const Benchmark& entry : kBenchmarks) {
    if (options.what == entry.name) return {options.what, machine(), entry.run(options)};
    known.emplace_back(entry.name);
  }
  fail_unknown_name("benchmark", "benchmark", options.what, known);
}

}  // namespace aufbau::report
