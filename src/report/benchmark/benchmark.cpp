#include "report/benchmark/benchmark.h"

#include <fstream>

#include "core/error.h"
#include "core/parallel.h"
#include "core/text.h"
#include "report/benchmark/measurements.h"
#include "tensor/backend.h"
#include "tensor/cpu/instruction_set.h"
#include "tensor/device/plugin.h"
#include "tensor/device/precision.h"

namespace aufbau::report {

const std::vector<BenchmarkEntry> kBenchmarks = {
    {"machine", "what the ceilings are made of: arithmetic, copies, products, RDKit",
     measure_machine},
    {"training", "steps against the matrix products they need", measure_training},
    {"inference", "embeddings, from memory, dataset file and SMILES, against products and RDKit",
     measure_inference},
    {"ingest", "text file to dataset file against RDKit alone", measure_ingest},
    {"transfer", "graphons, mixtures and scores against copies, products and RDKit",
     measure_transfer}};

namespace {

constexpr const char* kWhere = "benchmark";

std::string machine(Device device) {
  std::string processor = "unknown processor";
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) {
      processor = trim(std::string_view(line).substr(line.find(':') + 1));
      break;
    }
  const ThreadScope all(0);
  std::string shown =
      processor + ", " + std::to_string(thread_count()) + " cores, " + cpu::instruction_set();
  if (device != Device{})
    shown += "; " + device::names().at(static_cast<std::size_t>(device.index));
  return shown;
}

std::vector<const BenchmarkEntry*> chosen_entries(const std::string& what) {
  std::vector<const BenchmarkEntry*> chosen;
  std::vector<std::string> known;
  for (const BenchmarkEntry& entry : kBenchmarks) {
    if (what == "all" || what == entry.name) chosen.push_back(&entry);
    known.emplace_back(entry.name);
  }
  known.emplace_back("all");
  if (chosen.empty()) fail_unknown_name(kWhere, "benchmark", what, known);
  return chosen;
}

void check(const BenchmarkOptions& options) {
  if (!(options.seconds > 0))
    fail(ErrorKind::usage, kWhere, "seconds is ", options.seconds, ", expected more than 0");
  if (options.molecules < kLeastMolecules)
    fail(ErrorKind::usage, kWhere, "molecules is ", options.molecules, ", expected at least ",
         kLeastMolecules);
  for (const int batch_size : options.batch_sizes)
    if (batch_size < 1)
      fail(ErrorKind::usage, kWhere, "batch size is ", batch_size, ", expected at least 1");
  for (const int threads : options.thread_counts)
    if (threads < 0)
      fail(ErrorKind::usage, kWhere, "threads is ", threads, ", expected 0 (all cores) or more");
  chosen_encoders(options);
  chosen_objectives(options);
}

}  // namespace

BenchmarkSummary benchmark(const BenchmarkOptions& asked) {
  const auto entries = chosen_entries(asked.what);
  check(asked);
  BenchmarkOptions options = asked;
  const Device device = parse_device(asked.device);
  options.device = name_of(device);
  const PrecisionScope precision(parse_precision(options.precision));
  BenchmarkData data(options);
  std::vector<int> thread_counts = options.thread_counts;
  if (thread_counts.empty()) thread_counts = {thread_count()};
  BenchmarkSummary summary{options.what, machine(device), {}};
  for (const BenchmarkEntry* entry : entries)
    for (const int threads : thread_counts) {
      const ThreadScope scope(threads);
      for (BenchmarkRow& row : entry->measure(options, data)) {
        row.benchmark = entry->name;
        summary.rows.push_back(std::move(row));
      }
    }
  if (summary.rows.empty())
    fail(ErrorKind::nothing_valid, kWhere, data.dataset().path(), " has nothing to measure ",
         options.what, " on: ingest needs molecules, transfer at least ", kLeastMolecules,
         " graphs");
  return summary;
}

}  // namespace aufbau::report
