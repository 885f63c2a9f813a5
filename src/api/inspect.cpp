#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "api/guard.h"
#include "aufbau.h"
#include "data/dataset.h"
#include "graphs/statistics.h"
#include "nn/model_file.h"
#include "report/transfer/graphon_file.h"
#include "report/transfer/report_json.h"
#include "report/transfer/study/study_file.h"
#include "store/atomic_file.h"

namespace aufbau {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Json parsed(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? Json(text) : json;
}

Json schema_json(const graphs::FeatureSchema& schema) {
  const auto columns = [](const std::vector<graphs::FeatureColumn>& all) {
    Json object = Json::object();
    for (const auto& column : all) object[column.name] = column.cardinality;
    return object;
  };
  return {{"name", schema.name},
          {"version", schema.version},
          {"hash", schema.hash()},
          {"node_columns", columns(schema.node)},
          {"edge_columns", columns(schema.edge)},
          {"edge_values", schema.edge_values}};
}

/// Two values 0 and 1 look like classes; anything else like numbers to regress.
Json target_json(const data::Dataset& dataset, std::int64_t t) {
  std::int64_t missing = 0, ones = 0, zeros = 0;
  double sum = 0, least = INFINITY, most = -INFINITY;
  for (std::int64_t i = 0; i < dataset.size(); ++i) {
    const float value = dataset.target(i, t);
    if (std::isnan(value)) {
      ++missing;
      continue;
    }
    ones += value == 1;
    zeros += value == 0;
    sum += value;
    least = std::min<double>(least, value);
    most = std::max<double>(most, value);
  }
  const std::int64_t known = dataset.size() - missing;
  Json json = {{"name", dataset.target_names()[static_cast<std::size_t>(t)]}, {"known", known}};
  json["missing_fraction"] =
      dataset.size() == 0 ? 0.0
                          : static_cast<double>(missing) / static_cast<double>(dataset.size());
  if (known == 0) return json;
  if (ones + zeros == known) {
    json["looks_like"] = "classification";
    json["ones"] = ones;
  } else {
    json["looks_like"] = "regression";
    json["least"] = least;
    json["mean"] = sum / static_cast<double>(known);
    json["most"] = most;
  }
  return json;
}

Json inspect_dataset(const std::string& path) {
  const data::Dataset dataset = data::Dataset::open(path);
  const graphs::GraphSummary sizes = graphs::graph_summary(dataset.graphs());
  const store::Provenance& provenance = dataset.provenance();
  Json targets = Json::array(), sources = Json::array();
  for (std::int64_t t = 0; t < static_cast<std::int64_t>(dataset.target_names().size()); ++t)
    targets.push_back(target_json(dataset, t));
  for (const auto& [name, hash] : provenance.sources)
    sources.push_back({{"name", name}, {"sha256", hash}});
  return {{"kind", "dataset"},
          {"path", path},
          {"graphs", sizes.graph_count},
          {"nodes", sizes.node_count},
          {"edges", sizes.edge_count},
          {"per_graph",
           {{"mean_nodes", sizes.mean_nodes()},
            {"max_nodes", sizes.max_nodes},
            {"mean_edges", sizes.mean_edges()},
            {"max_edges", sizes.max_edges},
            {"mean_rings", sizes.mean_rings()},
            {"max_components", sizes.max_components}}},
          {"molecules", !dataset.molecules().smiles.empty()},
          {"scaffolds", dataset.molecules().scaffold_names.size()},
          {"predefined_split", !dataset.molecules().part.empty()},
          {"targets", targets},
          {"schema", schema_json(dataset.schema())},
          {"hash", dataset.hash()},
          {"provenance",
           {{"program", provenance.program_version},
            {"rdkit", provenance.rdkit_version},
            {"sources", sources},
            {"options", parsed(provenance.options_json)},
            {"counts", parsed(provenance.counts_json)}}}};
}

Json inspect_model(const std::string& path) {
  const nn::ModelFile model = nn::read_model(path);
  std::int64_t parameters = 0;
  Json tensors = Json::object(), tasks = Json::array(), card = Json::object();
  for (const auto& [name, tensor] : model.tensors) {
    tensors[name] = to_string(tensor.shape());
    if (tensor.dtype() != DType::i64) parameters += tensor.size();
  }
  if (model.has_head)
    for (std::size_t t = 0; t < model.head.task_names.size(); ++t)
      tasks.push_back({{"name", model.head.task_names[t]}, {"type", model.head.task_types[t]}});
  for (const auto& [key, value] : model.card) card[key] = value;
  Json json = {{"kind", "model"},
               {"path", path},
               {"sha256", store::sha256_of_file(path)},
               {"encoder",
                {{"type", model.encoder.type},
                 {"layers", model.encoder.layers},
                 {"width", model.encoder.width},
                 {"jk", model.encoder.jk},
                 {"dropout", model.encoder.dropout}}},
               {"numbers", parameters},
               {"tasks", tasks}};
  if (model.has_head) json["pooling"] = model.head.pooling;
  json["schema"] = schema_json(model.encoder.schema);
  json["card"] = card;
  json["tensors"] = tensors;
  return json;
}

Json inspect_graphons(const std::string& path) {
  const report::GraphonFile content = report::read_graphons(path);
  Json bases = Json::array(), targets = Json::array();
  for (const TransferBasis& basis : content.bases) {
    Json parts = Json::array();
    for (const TransferPart& part : basis.parts)
      parts.push_back({{"name", part.name}, {"graphs", part.graphs}, {"cells", part.graphon.side}});
    bases.push_back({{"name", basis.name}, {"parts", parts}});
  }
  for (const TransferTarget& target : content.targets) {
    Json weights = Json::object();
    for (const TransferFit& fit : target.fits) weights[fit.basis] = fit.weights;
    targets.push_back({{"name", target.set.name},
                       {"path", target.set.path},
                       {"hash", target.set.hash},
                       {"weights", weights}});
  }
  return {{"kind", "graphons"}, {"path", path},       {"estimator", content.estimator},
          {"bases", bases},     {"targets", targets}, {"program", content.program_version}};
}

/// report.json of `transfer`: the answers.
Json inspect_report(const std::string& path, const Json& content) {
  Json sources = Json::array(), targets = Json::array();
  for (const Json& source : content.value("sources", Json::array()))
    sources.push_back(source.value("name", ""));
  for (const Json& target : content.value("targets", Json::array()))
    targets.push_back({{"name", target.value("/set/name"_json_pointer, "")},
                       {"answer", target.value("/verdict/answer"_json_pointer, "")},
                       {"lines", target.value("/verdict/lines"_json_pointer, Json::array())}});
  return {{"kind", "transfer report"}, {"path", path}, {"sources", sources}, {"targets", targets}};
}

/// study.json of `transfer study`.
Json inspect_study(const std::string& path) {
  const TransferStudy study = report::read_study(path);
  Json scores = Json::array();
  for (const StudyScore& score : study.scores)
    scores.push_back({{"score", score.score},
                      {"features", score.features},
                      {"pairs", score.pairs},
                      {"spearman", std::isfinite(score.spearman) ? Json(score.spearman) : Json()}});
  return {{"kind", "transfer study"}, {"path", path},
          {"hash", study.hash},       {"sources", study.sources},
          {"targets", study.targets}, {"scores", scores}};
}

/// JSON: a splits file, or what `transfer` writes.
Json inspect_json(const std::string& path) {
  const Json content = Json::parse(store::read_file(path), nullptr, false);
  const std::string format = content.is_object() ? content.value("format", "") : "";
  if (format == report::kReportFormat) return inspect_report(path, content);
  if (format == report::kStudyFormat) return inspect_study(path);
  const Json& split = content.is_array() && !content.empty() ? content.front() : content;
  if (!split.is_object() || !split.contains("train"))
    fail(ErrorKind::input, "inspect", path, " is not a splits file: expected JSON with the lists ",
         "train, valid and test");
  Json json = {{"kind", "splits"}, {"path", path}};
  for (const auto& [key, value] : split.items())
    json[key] = value.is_array() ? Json(value.size()) : value;
  return json;
}

Json inspect_run(const std::string& path) {
  if (const fs::path report = fs::path(path) / "report.json"; fs::exists(report))
    return inspect_json(report.string());
  if (!fs::exists(fs::path(path) / "config.toml"))
    fail(ErrorKind::input, "inspect", path, " is a folder without config.toml, so not a run");
  const auto holds = [&](const char* name) { return fs::exists(fs::path(path) / name); };
  // The last file of a run, and of all the runs of a table.
  Json json = {
      {"kind", "run"}, {"path", path}, {"finished", holds("summary.json") || holds("table.json")}};
  for (const char* name : {"data", "env", "summary"}) {
    const fs::path file = fs::path(path) / (std::string(name) + ".json");
    if (fs::exists(file)) json[name] = parsed(store::read_file(file.string()));
  }
  Json files = Json::array();
  for (const auto& entry : fs::directory_iterator(path))
    files.push_back(entry.path().filename().string());
  std::sort(files.begin(), files.end());
  json["files"] = files;
  return json;
}

enum class FileKind { hdf5, model, json, run };

/// By the first bytes, whatever the name says.
FileKind kind_of(const std::string& path) {
  if (fs::is_directory(path)) return FileKind::run;
  std::ifstream file(path, std::ios::binary);
  std::array<char, 9> head{};
  file.read(head.data(), head.size());
  const std::string_view bytes(head.data(), static_cast<std::size_t>(file.gcount()));
  if (!file.is_open()) fail(ErrorKind::input, "inspect", path, " is missing or cannot be read");
  if (bytes.starts_with("\x89HDF\r\n\x1a\n")) return FileKind::hdf5;
  // safetensors: the length of the header in eight bytes, little-endian, then its JSON.
  if (bytes.size() == head.size() && bytes[7] == '\0' && bytes[8] == '{') return FileKind::model;
  if (bytes.starts_with("{") || bytes.starts_with("[")) return FileKind::json;
  fail(ErrorKind::input, "inspect", path,
       " is none of dataset or graphons (.h5), model (.safetensors), splits, report or study "
       "(.json) "
       "or run folder");
}

Json inspect_any(const std::string& path) {
  switch (kind_of(path)) {
    case FileKind::hdf5:
      return report::is_graphon_file(path) ? inspect_graphons(path) : inspect_dataset(path);
    case FileKind::model:
      return inspect_model(path);
    case FileKind::json:
      return inspect_json(path);
    case FileKind::run:
      return inspect_run(path);
  }
  fail(ErrorKind::internal, "inspect", "unknown kind of file");
}

}  // namespace

std::string inspect(const std::string& path) {
  return api::translated("inspect", [&] {
    const ThreadScope all_cores(0);
    return inspect_any(path).dump(-1, ' ', false, Json::error_handler_t::replace);
  });
}

}  // namespace aufbau
