#include "nn/model_file.h"

#include <algorithm>
#include <cmath>

#include "core/json_object.h"
#include "core/text.h"
#include "nn/graph_head.h"
#include "nn/pooling.h"

namespace aufbau::nn {

namespace {

constexpr const char* kFormat = "aufbau-model";
constexpr int kFormatVersion = 1;
constexpr const char* kEncoderPrefix = "gnn.";

/// JSON text. Names come from people's files, and JSON takes UTF-8 only.
std::string dump(const Json& json, const std::string& path) {
  try {
    return json.dump();
  } catch (const Json::exception&) {
    fail(ErrorKind::usage, path, "a task name or card entry is not UTF-8; rename it");
  }
}

bool is_task_type(const std::string& type) {
  return type == "classification" || type == "regression";
}

/// What is wrong with a head, in words; empty when nothing is.
std::string problem_of(const HeadConfig& head) {
  const std::size_t tasks = head.task_names.size();
  const TargetScaler& scaler = head.scaler;
  if (tasks == 0) return "the head has no task";
  if (head.task_types.size() != tasks)
    return std::to_string(tasks) + " task names but " + std::to_string(head.task_types.size()) +
           " task types";
  for (const std::string& type : head.task_types)
    if (!is_task_type(type)) return "unknown task type '" + type + "'";
  if (scaler.mean.size() != scaler.deviation.size() ||
      (!scaler.mean.empty() && scaler.mean.size() != tasks))
    return std::to_string(tasks) + " tasks but a scaler of " + std::to_string(scaler.mean.size()) +
           " means and " + std::to_string(scaler.deviation.size()) + " deviations";
  const auto finite = [](double value) { return std::isfinite(value); };
  if (!std::all_of(scaler.mean.begin(), scaler.mean.end(), finite) ||
      !std::all_of(scaler.deviation.begin(), scaler.deviation.end(), finite))
    return "the scaler is not finite";
  const std::vector<NamedEntry> poolings = pooling_names();
  if (std::none_of(poolings.begin(), poolings.end(),
                   [&](const NamedEntry& entry) { return entry.name == head.pooling; }))
    return "unknown pooling '" + head.pooling + "'";
  return {};
}

std::string head_to_json(const HeadConfig& head, const std::string& path) {
  return dump({{"task_names", head.task_names},
               {"task_types", head.task_types},
               {"pooling", head.pooling},
               {"scaler", {{"mean", head.scaler.mean}, {"deviation", head.scaler.deviation}}}},
              path);
}

std::vector<std::string> texts_of(const JsonObject& object, const char* key) {
  std::vector<std::string> texts;
  for (const Json& item : object.array(key)) {
    if (!item.is_string()) object.complain("'", key, "' holds something else than strings");
    texts.push_back(item.get<std::string>());
  }
  return texts;
}

std::vector<double> numbers_of(const JsonObject& object, const char* key) {
  std::vector<double> numbers;
  for (const Json& item : object.array(key)) {
    if (!item.is_number()) object.complain("'", key, "' holds something else than numbers");
    numbers.push_back(item.get<double>());
  }
  return numbers;
}

HeadConfig head_from_json(const std::string& text, const std::string& path) {
  const std::string where = path + ": head";
  const Json json = parse_json(text, ErrorKind::mismatch, where);
  const JsonObject object(json, ErrorKind::mismatch, where,
                          {"task_names", "task_types", "pooling", "scaler"});
  const JsonObject scaler(object.at("scaler"), ErrorKind::mismatch, where, {"mean", "deviation"});
  HeadConfig head{.task_names = texts_of(object, "task_names"),
                  .task_types = texts_of(object, "task_types"),
                  .pooling = object.text("pooling"),
                  .scaler = {numbers_of(scaler, "mean"), numbers_of(scaler, "deviation")}};
  if (const std::string problem = problem_of(head); !problem.empty()) object.complain(problem);
  return head;
}

std::map<std::string, std::string> card_from_json(const std::string& text,
                                                  const std::string& path) {
  const Json json = parse_json(text, ErrorKind::mismatch, path + ": card");
  std::map<std::string, std::string> card;
  if (!json.is_object()) fail(ErrorKind::mismatch, path, "the card is not a JSON object");
  for (const auto& item : json.items()) {
    if (!item.value().is_string())
      fail(ErrorKind::mismatch, path, "the card entry '", item.key(), "' is not a string");
    card[item.key()] = item.value().get<std::string>();
  }
  return card;
}

void require_our_format(const store::TensorFile& file, const std::string& path) {
  const auto format = file.metadata.find("format");
  if (format == file.metadata.end() || format->second != kFormat)
    fail(ErrorKind::mismatch, path, "not a model of this program: expected format '", kFormat,
         "', got ", format == file.metadata.end() ? "none" : "'" + format->second + "'",
         "; weights of other programs come in through import");
  const auto text = file.metadata.find("format_version");
  const auto version = text == file.metadata.end() ? std::nullopt : parse_integer(text->second);
  if (!version || *version < 1) fail(ErrorKind::mismatch, path, "the format version is missing");
  if (*version > kFormatVersion)
    fail(ErrorKind::mismatch, path, "format version ", *version, " is newer than ", kFormatVersion,
         ", the newest this program knows; use a newer program");
}

const std::string& metadata_at(const store::TensorFile& file, const std::string& path,
                               const char* key) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end())
    fail(ErrorKind::mismatch, path, "metadata key '", key, "' is missing");
  return found->second;
}

/// Published state dicts hold an encoder alone, under its plain names.
void add_missing_prefix(std::vector<store::NamedTensor>& tensors) {
  for (const store::NamedTensor& tensor : tensors)
    if (tensor.name.starts_with(kEncoderPrefix)) return;
  for (store::NamedTensor& tensor : tensors)
    if (!is_of_head(tensor.name)) tensor.name = kEncoderPrefix + tensor.name;
}

/// The tensors a model of this configuration must have, under their full names.
ParameterSpecs specs_of(const ModelFile& model) {
  ParameterSpecs specs = with_prefix(kEncoderPrefix, encoder_specs(model.encoder));
  if (!model.has_head) return specs;
  for (const ParameterSpec& spec :
       head_specs(model.head.pooling, output_width(model.encoder),
                  static_cast<std::int64_t>(model.head.task_names.size())))
    specs.push_back(spec);
  return specs;
}

/// Compares before anything of the configuration's size is made: a damaged configuration costs no
/// memory.
void require_tensors(const ModelFile& model, const std::string& path) {
  std::map<std::string, const Tensor*> by_name;
  for (const store::NamedTensor& tensor : model.tensors) by_name[tensor.name] = &tensor.tensor;
  for (const ParameterSpec& spec : specs_of(model)) {
    const auto found = by_name.find(spec.name);
    if (found == by_name.end())
      fail(ErrorKind::mismatch, path, "tensor '", spec.name, "' of shape ", to_string(spec.shape),
           " is missing");
    const Tensor& tensor = *found->second;
    if (tensor.shape() != spec.shape)
      fail(ErrorKind::mismatch, path, "tensor '", spec.name, "': expected shape ",
           to_string(spec.shape), ", got ", to_string(tensor.shape()));
    const bool is_value = tensor.dtype() == DType::f32 || tensor.dtype() == DType::f64;
    if (spec.init == Init::counter ? tensor.dtype() != DType::i64 : !is_value)
      fail(ErrorKind::mismatch, path, "tensor '", spec.name, "' is of type ",
           name_of(tensor.dtype()));
  }
}

}  // namespace

ModelFile read_model(const std::string& path) {
  store::TensorFile file = store::read_tensor_file(path);
  require_our_format(file, path);
  const std::string& encoder = metadata_at(file, path, "encoder");
  const std::string& schema = metadata_at(file, path, "schema");
  ModelFile model;
  try {
    model.encoder = EncoderConfig::from_json(encoder);
    graphs::require_same_schema("metadata key 'schema'", model.encoder.schema,
                                graphs::FeatureSchema::from_json(schema));
  } catch (const Error& error) {
    throw Error(error.kind(), "[" + path + "] " + error.what());
  }
  model.card = card_from_json(metadata_at(file, path, "card"), path);
  model.has_head = file.metadata.contains("head");
  if (model.has_head) model.head = head_from_json(file.metadata.at("head"), path);
  model.tensors = std::move(file.tensors);
  add_missing_prefix(model.tensors);
  require_tensors(model, path);
  return model;
}

void write_model(const std::string& path, const ModelFile& model) {
  require_valid(model.encoder);
  if (model.has_head)
    if (const std::string problem = problem_of(model.head); !problem.empty())
      fail(ErrorKind::internal, path, problem);
  require_tensors(model, path);
  store::TensorFile file;
  file.metadata = {{"format", kFormat},
                   {"format_version", std::to_string(kFormatVersion)},
                   {"encoder", model.encoder.to_json()},
                   {"schema", model.encoder.schema.to_json()},
                   {"card", dump(Json(model.card), path)}};
  if (model.has_head) file.metadata["head"] = head_to_json(model.head, path);
  file.tensors = model.tensors;
  store::write_tensor_file(path, file);
}

}  // namespace aufbau::nn
