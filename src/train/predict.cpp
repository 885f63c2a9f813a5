#include <algorithm>

#include "core/error.h"
#include "core/parallel.h"
#include "tensor/backend.h"
#include "tensor/device/precision.h"
#include "train/csv_field.h"
#include "train/evaluation.h"
#include "train/inference.h"
#include "train/input_rows.h"
#include "train/model_card.h"
#include "train/output_file.h"
#include "train/progress_meter.h"
#include "train/row_answers.h"
#include "train/row_chunks.h"
#include "train/runs.h"

namespace aufbau::train {

namespace {

constexpr const char* kWhere = "predict";

/// Names of the columns that are added; Error{usage} where one is there already.
std::vector<std::string> new_columns(const Predictor& predictor, const InputRows& rows,
                                     const std::string& prefix) {
  std::vector<std::string> names;
  for (std::size_t t = 0; t < predictor.task_names().size(); ++t)
    names.push_back(prefix +
                    prediction_column(predictor.task_names()[t], predictor.task_types()[t]));
  names.push_back(prefix + "error");
  for (const std::string& name : names)
    if (std::find(rows.columns().begin(), rows.columns().end(), name) != rows.columns().end())
      fail(ErrorKind::usage, kWhere, "the input has a column '", name,
           "' already; put something before the new ones, for example --prefix aufbau_");
  return names;
}

ApplySummary predict_rows(const PredictOptions& options) {
  const Device device = parse_device(options.device);
  if (options.batch_size < 1)
    fail(ErrorKind::usage, kWhere, "batch-size is ", options.batch_size, ", expected at least 1");
  const Predictor predictor = Predictor::load(options.model, device);
  if (!predictor.has_head())
    fail(ErrorKind::mismatch, kWhere, options.model,
         " is an encoder without a head, so it predicts nothing; fine-tune it, or use embed");
  data::check_shard(kWhere, options.shard, {&options.input, 1});
  InputRows rows(options.input, options.table, predictor.schema(),
                 standardization_of(predictor.card()));
  rows.keep(options.shard, options.batch_size);
  const std::vector<std::string> columns = new_columns(predictor, rows, options.prefix);
  const std::string separator(1, rows.separator());
  OutputFile output(options.output, options.force);
  std::string text = rows.header();
  for (const std::string& name : columns) text += separator + csv_field(name, rows.separator());
  if (options.shard.index == 1) output.write(text + '\n');

  const std::size_t tasks = predictor.task_names().size();
  ApplySummary summary;
  summary.output = options.output;
  ProgressMeter meter(options.progress, "rows", static_cast<double>(rows.total()));
  const auto prepare = [&](std::span<const graphs::GraphView> graphs) {
    return predictor.prepare(graphs, options.compaction);
  };
  for_each_prepared_chunk(rows, options.batch_size, prepare, [&](RowChunk& chunk) {
    stop_if_asked(kWhere, options, summary.rows);
    const std::vector<double> answers =
        spread_answers(chunk.rows, predictor.predict(chunk.batches), tasks);
    text.clear();
    for (std::size_t r = 0; r < chunk.rows.size(); ++r) {
      text += chunk.rows[r].cells;
      for (std::size_t t = 0; t < tasks; ++t)
        text += separator + csv_number(answers[r * tasks + t]);
      text += separator + csv_field(error_text(chunk.rows[r]), rows.separator()) + '\n';
    }
    output.write(text);
    count(chunk.rows, summary);
    meter.update(kWhere, static_cast<double>(summary.rows));
  });
  output.finish();
  summary.seconds = meter.seconds();
  meter.line(kWhere, static_cast<double>(summary.rows));
  return summary;
}

}  // namespace

ApplySummary predict(const PredictOptions& options) {
  const ThreadScope threads(options.threads);
  const PrecisionScope precision(parse_precision(options.precision));
  return predict_rows(options);
}

}  // namespace aufbau::train
