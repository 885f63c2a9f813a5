#include <algorithm>
#include <filesystem>

#include "api/guard.h"
#include "api/output.h"
#include "aufbau.h"
#include "core/text.h"
#include "molecules/molecule.h"
#include "nn/pooling.h"
#include "nn/published.h"
#include "store/state_dict_file.h"

namespace aufbau {
namespace {

constexpr const char* kWhere = "import";

void require_known(const char* what, const std::string& name, std::vector<std::string> known) {
  if (!name.empty() && std::find(known.begin(), known.end(), name) == known.end())
    fail_unknown_name(kWhere, what, name, known);
}

std::vector<std::string> names_of(const std::vector<nn::NamedEntry>& table) {
  std::vector<std::string> names;
  names.reserve(table.size());
  for (const auto& entry : table) names.emplace_back(entry.name);
  return names;
}

nn::PublishedOptions published_options(const ImportOptions& options) {
  require_known("jumping knowledge", options.jk, names_of(nn::jumping_knowledge_names()));
  require_known("pooling", options.pooling, names_of(nn::pooling_names()));
  require_known("task type", options.task_type, {"classification", "regression"});
  for (std::size_t i = 0; i < options.task_names.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (options.task_names[i] == options.task_names[j])
        fail(ErrorKind::usage, kWhere, "the task name '", options.task_names[i],
             "' is given twice");
  nn::PublishedOptions published;
  published.encoder = options.encoder;
  published.prefix = options.prefix;
  published.jk = options.jk;
  published.task_names = options.task_names;
  if (!options.pooling.empty()) published.pooling = options.pooling;
  if (!options.task_type.empty()) published.task_type = options.task_type;
  return published;
}

store::StateDictFile read_foreign(const std::string& path) {
  store::StateDictFile file = store::read_state_dict(path);
  const auto format = file.metadata.find("format");
  if (format != file.metadata.end() && format->second.starts_with("aufbau-"))
    fail(ErrorKind::usage, kWhere, path,
         " was written by this program; a model is used as it is, without import");
  return file;
}

/// A number that is not finite in the weights makes every answer one.
void require_finite(const nn::ModelFile& model, const std::string& path) {
  for (const auto& [name, tensor] : model.tensors)
    if (tensor.dtype() != DType::i64 && !all_finite(tensor))
      fail(ErrorKind::input, path, "tensor '", name,
           "' holds numbers that are not finite: the file is damaged or the training failed");
}

void require_head(const ImportOptions& options, const nn::PublishedModel& imported) {
  const bool asked =
      !options.pooling.empty() || !options.task_names.empty() || !options.task_type.empty();
  if (!asked || imported.model.has_head) return;
  for (const std::string& left : imported.left)
    if (left.find("graph_pred_linear") != std::string::npos)
      fail(ErrorKind::usage, options.input, "no head is taken: ", left);
  fail(ErrorKind::usage, kWhere, "pooling, task names and task type describe a head, but from ",
       options.input, " only an encoder is taken; leave them out");
}

ImportSummary summary_of(const nn::PublishedModel& imported, const ImportOptions& options) {
  ImportSummary summary;
  const nn::EncoderConfig& encoder = imported.model.encoder;
  summary.model = options.output;
  summary.layout = imported.source;
  summary.encoder = encoder.type;
  summary.jk = encoder.jk;
  summary.schema = encoder.schema.name;
  summary.layers = encoder.layers;
  summary.width = encoder.width;
  if (imported.model.has_head) summary.tasks = imported.model.head.task_names;
  summary.taken = imported.taken;
  summary.changed = imported.changed;
  summary.left = imported.left;
  summary.made = imported.made;
  return summary;
}

}  // namespace

ImportSummary import_weights(const ImportOptions& options) {
  return api::translated(kWhere, [&] {
    const ThreadScope all_cores(0);
    api::require_free(kWhere, options.input, options.output, options.force);
    const graphs::FeatureSchema schema = molecules::schema_by_name(options.schema);
    const nn::PublishedOptions published = published_options(options);
    const store::StateDictFile file = read_foreign(options.input);
    nn::PublishedModel imported =
        nn::model_from_state_dict(file.tensors, schema, published, options.input);
    require_head(options, imported);
    require_finite(imported.model, options.input);
    imported.model.card = {
        {"imported_from", std::filesystem::path(options.input).filename().string()},
        {"imported_sha256", file.sha256},
        {"layout", imported.source},
        {"program_version", AUFBAU_VERSION}};
    nn::write_model(options.output, imported.model);
    ImportSummary summary = summary_of(imported, options);
    summary.without_a_tensor = file.ignored;
    return summary;
  });
}

}  // namespace aufbau
