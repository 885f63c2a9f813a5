#include <cmath>
#include <nlohmann/json.hpp>

#include "api/guard.h"
#include "aufbau.h"
#include "report/reproduce_table.h"
#include "report/transfer/report_json.h"
#include "report/transfer/study/study_file.h"

namespace aufbau {
namespace {

using Json = nlohmann::ordered_json;

/// JSON has no NaN: what is not defined is null.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json numbers(const std::vector<double>& values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(number(value));
  return list;
}

Json counts(const std::vector<std::pair<std::string, std::int64_t>>& pairs) {
  Json object = Json::object();
  for (const auto& [name, count] : pairs) object[name] = count;
  return object;
}

Json json_of(const PretrainSummary& summary) {
  return {{"model", summary.model},
          {"run", summary.run},
          {"steps", summary.steps},
          {"epochs", summary.epochs},
          {"dropped", summary.dropped},
          {"final_loss", number(summary.final_loss)},
          {"seconds", number(summary.seconds)},
          {"molecules_per_second", number(summary.molecules_per_second)}};
}

Json json_of(const FinetuneSummary& summary) {
  Json seeds = Json::array();
  for (const auto& seed : summary.seeds)
    seeds.push_back({{"seed", seed.seed},
                     {"best_epoch", seed.best_epoch},
                     {"best_valid", number(seed.best_valid)},
                     {"test_at_best", number(seed.test_at_best)},
                     {"last_valid", number(seed.last_valid)},
                     {"last_test", number(seed.last_test)},
                     {"run", seed.run}});
  return {{"model", summary.model},
          {"run", summary.run},
          {"metric", summary.metric},
          {"seeds", seeds},
          {"mean", number(summary.mean)},
          {"standard_deviation", number(summary.standard_deviation)},
          {"last_mean", number(summary.last_mean)},
          {"last_standard_deviation", number(summary.last_standard_deviation)},
          {"loaded", summary.loaded},
          {"skipped", summary.skipped},
          {"fresh", summary.fresh},
          {"seconds", number(summary.seconds)}};
}

/// Paths and column names may hold any bytes; JSON is UTF-8.
std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void write_text(const Json& value, const std::string& indent, std::string& out);

bool is_flat_list(const Json& value) {
  if (!value.is_array()) return false;
  for (const auto& item : value)
    if (item.is_structured()) return false;
  return true;
}

std::string scalar_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? "-" : value.dump();
}

void write_entry(const std::string& label, const Json& value, const std::string& indent,
                 std::string& out) {
  constexpr std::size_t kShown = 12;
  out += indent + label;
  if (is_flat_list(value)) {
    for (std::size_t i = 0; i < value.size() && i < kShown; ++i)
      out += (i == 0 ? " " : ", ") + scalar_text(value[i]);
    if (value.size() > kShown) out += ", ... (" + std::to_string(value.size()) + " in all)";
    out += '\n';
  } else if (value.is_structured()) {
    out += '\n';
    write_text(value, indent + "  ", out);
  } else {
    out += ' ' + scalar_text(value) + '\n';
  }
}

void write_text(const Json& value, const std::string& indent, std::string& out) {
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) write_entry(key + ':', item, indent, out);
  } else {
    for (const auto& item : value) write_entry("-", item, indent, out);
  }
}

}  // namespace

std::string to_json(const IngestSummary& summary) {
  return dump({{"dataset", summary.dataset},
               {"rejects", summary.rejects},
               {"rows", summary.rows},
               {"stored", summary.stored},
               {"rejected", summary.rejected},
               {"rejected_by_code", counts(summary.rejected_by_code)},
               {"decisions", counts(summary.decisions)},
               {"targets", summary.targets},
               {"seconds", number(summary.seconds)}});
}

std::string to_json(const SplitSummary& summary) {
  return dump({{"splits", summary.splits},
               {"method", summary.method},
               {"hash", summary.hash},
               {"train", summary.train},
               {"valid", summary.valid},
               {"test", summary.test}});
}

std::string to_json(const PretrainSummary& summary) { return dump(json_of(summary)); }

std::string to_json(const FinetuneSummary& summary) { return dump(json_of(summary)); }

std::string to_json(const PipelineSummary& summary) {
  Json stages = Json::array();
  for (const auto& stage : summary.stages) stages.push_back(json_of(stage));
  return dump({{"model", summary.model},
               {"run", summary.run},
               {"stages", stages},
               {"finetune", summary.finetune ? json_of(*summary.finetune) : Json(nullptr)}});
}

std::string to_json(const Reproduction& reproduction) { return report::table_json(reproduction); }

std::string to_json(const TransferReport& report) { return report::report_json(report); }

std::string to_json(const TransferStudy& study) { return report::study_json(study); }

std::string to_json(const Comparison& comparison) {
  Json rows = Json::array(), pairs = Json::array();
  for (const auto& row : comparison.rows)
    rows.push_back({{"name", row.name},
                    {"seeds", row.seeds},
                    {"scores", numbers(row.scores)},
                    {"last_scores", numbers(row.last_scores)},
                    {"mean", number(row.mean)},
                    {"standard_deviation", number(row.standard_deviation)},
                    {"last_mean", number(row.last_mean)},
                    {"last_standard_deviation", number(row.last_standard_deviation)}});
  for (const auto& pair : comparison.pairs)
    pairs.push_back({{"first", pair.first},
                     {"second", pair.second},
                     {"pairs", pair.pairs},
                     {"mean_difference", number(pair.mean_difference)},
                     {"p_value", number(pair.p_value)},
                     {"p_value_signed_rank", number(pair.p_value_signed_rank)}});
  return dump({{"metric", comparison.metric},
               {"higher_is_better", comparison.higher_is_better},
               {"rows", rows},
               {"pairs", pairs},
               {"notes", comparison.notes}});
}

std::string to_json(const ApplySummary& summary) {
  return dump({{"output", summary.output},
               {"rows", summary.rows},
               {"answered", summary.answered},
               {"refused", summary.refused},
               {"seconds", number(summary.seconds)}});
}

std::string to_json(const ImportSummary& summary) {
  return dump({{"model", summary.model},
               {"layout", summary.layout},
               {"encoder", summary.encoder},
               {"jk", summary.jk},
               {"schema", summary.schema},
               {"layers", summary.layers},
               {"width", summary.width},
               {"tasks", summary.tasks},
               {"taken", summary.taken},
               {"changed", summary.changed},
               {"left", summary.left},
               {"made", summary.made},
               {"without_a_tensor", summary.without_a_tensor}});
}

std::string to_json(const ExportSummary& summary) {
  Json settings = Json::object();
  for (const auto& [name, value] : summary.not_in_file) settings[name] = value;
  return dump({{"output", summary.output},
               {"layout", summary.layout},
               {"tensors", summary.tensors},
               {"changed", summary.changed},
               {"not_in_file", settings}});
}

std::string to_json(const BenchmarkSummary& summary) {
  Json rows = Json::array();
  for (const auto& row : summary.rows) {
    Json ceilings = Json::array();
    for (const auto& ceiling : row.ceilings)
      ceilings.push_back({{"name", ceiling.name},
                          {"rate", number(ceiling.rate)},
                          {"ratio", number(ceiling.ratio)},
                          {"best_ratio", number(ceiling.best_ratio)}});
    rows.push_back({{"benchmark", row.benchmark},
                    {"name", row.name},
                    {"unit", row.unit},
                    {"threads", row.threads},
                    {"rounds", row.rounds},
                    {"rate", number(row.rate)},
                    {"best", number(row.best)},
                    {"launches", number(row.launches)},
                    {"waits", number(row.waits)},
                    {"ceilings", ceilings}});
  }
  return dump({{"what", summary.what}, {"machine", summary.machine}, {"rows", rows}});
}

std::string to_json(const SelectSummary& summary) {
  Json parts = Json::array();
  for (const auto& part : summary.parts)
    parts.push_back({{"source", part.source},
                     {"part", part.part},
                     {"available", part.available},
                     {"chosen", part.chosen},
                     {"weight", number(part.weight)},
                     {"reason", part.reason}});
  return dump({{"output", summary.output},
               {"reasons", summary.reasons},
               {"method", summary.method},
               {"available", summary.available},
               {"chosen", summary.chosen},
               {"parts", parts},
               {"distance", number(summary.distance)},
               {"distance_all", number(summary.distance_all)},
               {"distance_random", number(summary.distance_random)},
               {"noise_floor", number(summary.noise_floor)}});
}

std::string json_to_text(const std::string& json) {
  return api::translated("json", [&] {
    const Json parsed = Json::parse(json, nullptr, false);
    if (!parsed.is_object()) fail(ErrorKind::usage, "json", "expected the text of a JSON object");
    std::string out;
    write_text(parsed, "", out);
    return out;
  });
}

}  // namespace aufbau
