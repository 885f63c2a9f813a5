#include "api/guard.h"
#include "aufbau.h"
#include "core/text.h"
#include "data/networks/text_graph.h"
#include "data/split.h"
#include "graphs/graphon/estimators.h"
#include "graphs/gromov/distances.h"
#include "graphs/scores/transfer_scores.h"
#include "molecules/molecule.h"
#include "nn/encoder.h"
#include "nn/pooling.h"
#include "objectives/augmentations.h"
#include "objectives/objective.h"
#include "report/benchmark/benchmark.h"
#include "report/reproduce_protocol.h"
#include "report/transfer/basis.h"
#include "report/transfer/selection/selection.h"
#include "train/metrics.h"
#include "train/schedule.h"

namespace aufbau {
namespace {

/// Name and summary of every entry of a module's table.
template <class Table>
std::vector<NameEntry> listed(const Table& table) {
  std::vector<NameEntry> entries;
  entries.reserve(table.size());
  for (const auto& entry : table) entries.push_back({entry.name, entry.summary});
  return entries;
}

}  // namespace

std::vector<NameEntry> names(NameTable table) {
  switch (table) {
    case NameTable::schemas:
      return listed(molecules::kSchemas);
    case NameTable::encoders:
      return listed(nn::encoder_names());
    case NameTable::jumping_knowledge:
      return listed(nn::jumping_knowledge_names());
    case NameTable::poolings:
      return listed(nn::pooling_names());
    case NameTable::objectives:
      return listed(objectives::kObjectives);
    case NameTable::augmentations:
      return listed(objectives::kAugmentations);
    case NameTable::splits:
      return listed(data::kSplits);
    case NameTable::schedules:
      return listed(train::kSchedules);
    case NameTable::metrics:
      return listed(train::kMetrics);
    case NameTable::protocols:
      return listed(report::kProtocols);
    case NameTable::budgets:
      return listed(report::kBudgets);
    case NameTable::strategies:
      return listed(report::kStrategies);
    case NameTable::benchmark_sets:
      return listed(report::kBenchmarkSets);
    case NameTable::graph_formats:
      return listed(data::kGraphFormats);
    case NameTable::bases:
      return listed(report::kBases);
    case NameTable::estimators:
      return listed(graphs::estimators());
    case NameTable::distances:
      return listed(graphs::graphon_distances());
    case NameTable::scores:
      return listed(graphs::transfer_scores());
    case NameTable::selections:
      return listed(report::kSelections);
    case NameTable::benchmarks:
      return listed(report::kBenchmarks);
  }
  fail(ErrorKind::internal, "names", "unknown table ", static_cast<int>(table));
}

std::string suggest(const std::string& name, const std::vector<std::string>& known) {
  return nearest_name(name, known);
}

}  // namespace aufbau
