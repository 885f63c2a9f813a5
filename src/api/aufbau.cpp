#include "aufbau.h"

#include "api/guard.h"
#include "data/ingest.h"
#include "data/networks/ingest_graphs.h"
#include "report/benchmark/benchmark.h"
#include "report/reproduce.h"
#include "report/transfer/selection/select.h"
#include "report/transfer/study/study.h"
#include "report/transfer/transfer.h"
#include "store/atomic_file.h"
#include "train/runs.h"

// The jobs of the public header: each runs the function of the same name one module down.
namespace aufbau {

IngestSummary ingest(const IngestOptions& options) {
  return api::guarded("ingest", options, [&] { return data::ingest(options); });
}

IngestSummary ingest_graphs(const IngestGraphsOptions& options) {
  return api::guarded("ingest", options, [&] { return data::ingest_graphs(options); });
}

PretrainSummary pretrain(const PretrainOptions& options) {
  return api::guarded("pretrain", options, [&] { return train::pretrain(options); });
}

FinetuneSummary finetune(const FinetuneOptions& options) {
  return api::guarded("finetune", options, [&] { return train::finetune(options); });
}

PipelineSummary pipeline(const PipelineOptions& options) {
  return api::guarded("pipeline", options, [&] { return train::pipeline(options); });
}

Comparison compare(const CompareOptions& options) {
  return api::guarded("compare", options, [&] {
    Comparison comparison = train::compare(options);
    if (!options.output.empty()) store::write_file(options.output, to_json(comparison) + "\n");
    return comparison;
  });
}

ApplySummary predict(const PredictOptions& options) {
  return api::guarded("predict", options, [&] { return train::predict(options); });
}

ApplySummary embed(const EmbedOptions& options) {
  return api::guarded("embed", options, [&] { return train::embed(options); });
}

Reproduction reproduce(const ReproduceOptions& options) {
  return api::guarded("reproduce", options, [&] { return report::reproduce(options); });
}

TransferReport transfer(const TransferOptions& options) {
  return api::guarded("transfer", options, [&] { return report::transfer(options); });
}

TransferStudy transfer_study(const TransferStudyOptions& options) {
  return api::guarded("transfer study", options, [&] { return report::transfer_study(options); });
}

SelectSummary select(const SelectOptions& options) {
  return api::guarded("select", options, [&] { return report::select(options); });
}

BenchmarkSummary benchmark(const BenchmarkOptions& options) {
  return api::guarded("benchmark", options, [&] { return report::benchmark(options); });
}

}  // namespace aufbau
