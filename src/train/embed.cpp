#include <algorithm>

#include "core/error.h"
#include "core/parallel.h"
#include "core/text.h"
#include "tensor/backend.h"
#include "tensor/device/precision.h"
#include "train/embedding_sink.h"
#include "train/inference.h"
#include "train/input_rows.h"
#include "train/model_card.h"
#include "train/progress_meter.h"
#include "train/row_answers.h"
#include "train/row_chunks.h"
#include "train/runs.h"

namespace aufbau::train {

namespace {

constexpr const char* kWhere = "embed";

bool is_node_level(const std::string& level) {
  const std::vector<std::string> known = {"graph", "node"};
  if (std::find(known.begin(), known.end(), level) == known.end())
    fail_unknown_name(kWhere, "level", level, known);
  return level == "node";
}

std::vector<std::int64_t> node_counts(std::span<const InputRow> rows) {
  std::vector<std::int64_t> counts;
  for (const InputRow& row : rows) counts.push_back(row.ok() ? row.graph.view().node_count() : 0);
  return counts;
}

ApplySummary embed_rows(const EmbedOptions& options) {
  const Device device = parse_device(options.device);
  if (options.batch_size < 1)
    fail(ErrorKind::usage, kWhere, "batch-size is ", options.batch_size, ", expected at least 1");
  const bool node_level = is_node_level(options.level);
  if (node_level && !options.pooling.empty())
    fail(ErrorKind::usage, kWhere,
         "--pooling makes one vector of a molecule's atoms; with --level "
         "node there is nothing to pool");
  const Predictor predictor = Predictor::load(options.model, device);
  const int columns = node_level ? predictor.node_width() : predictor.width(options.pooling);
  data::check_shard(kWhere, options.shard, {&options.input, 1});
  InputRows rows(options.input, options.table, predictor.schema(),
                 standardization_of(predictor.card()));
  rows.keep(options.shard, options.batch_size);
  const auto sink = make_embedding_sink({options.output, columns, node_level, options.force,
                                         rows.header(), rows.columns(), rows.separator(),
                                         rows.first_row(), options.shard.index == 1});
  ApplySummary summary;
  summary.output = options.output;
  ProgressMeter meter(options.progress, "rows", static_cast<double>(rows.total()));
  const auto width = static_cast<std::size_t>(columns);
  const auto prepare = [&](std::span<const graphs::GraphView> graphs) {
    return predictor.prepare(graphs, options.compaction);
  };
  for_each_prepared_chunk(rows, options.batch_size, prepare, [&](RowChunk& chunk) {
    stop_if_asked(kWhere, options, summary.rows);
    if (node_level) {
      sink->append(chunk.rows, predictor.embed_nodes(chunk.batches), node_counts(chunk.rows));
    } else {
      sink->append(
          chunk.rows,
          spread_answers(chunk.rows, predictor.embed(chunk.batches, options.pooling), width), {});
    }
    count(chunk.rows, summary);
    meter.update(kWhere, static_cast<double>(summary.rows));
  });
  sink->finish();
  summary.seconds = meter.seconds();
  meter.line(kWhere, static_cast<double>(summary.rows));
  return summary;
}

}  // namespace

ApplySummary embed(const EmbedOptions& options) {
  const ThreadScope threads(options.threads);
  const PrecisionScope precision(parse_precision(options.precision));
  return embed_rows(options);
}

}  // namespace aufbau::train
