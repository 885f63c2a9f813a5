#include "api/guard.h"
#include "api/output.h"
#include "aufbau.h"
#include "core/text.h"
#include "nn/published.h"
#include "store/state_dict_file.h"

namespace aufbau {
namespace {

constexpr const char* kWhere = "export";

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// What a program must be told beside the tensors, or the outputs mean something else.
std::vector<std::pair<std::string, std::string>> beyond_tensors(const nn::ModelFile& model) {
  std::vector<std::pair<std::string, std::string>> settings = {
      {"schema", model.encoder.schema.name},
      {"jk", model.encoder.jk},
      {"dropout", format_number(model.encoder.dropout)}};
  if (!model.has_head) return settings;
  const nn::HeadConfig& head = model.head;
  settings.emplace_back("pooling", head.pooling);
  settings.emplace_back("tasks", listed(head.task_names));
  settings.emplace_back("task types", listed(head.task_types));
  for (std::size_t t = 0; t < head.scaler.mean.size(); ++t)
    settings.emplace_back("value of " + head.task_names[t],
                          format_number(head.scaler.mean[t]) + " + " +
                              format_number(head.scaler.deviation[t]) + " * output");
  return settings;
}

}  // namespace

ExportSummary export_weights(const ExportOptions& options) {
  return api::translated(kWhere, [&] {
    const ThreadScope all_cores(0);
    api::require_free(kWhere, options.model, options.output, options.force);
    const nn::ModelFile model = nn::read_model(options.model);
    const nn::PublishedStateDict dict = nn::state_dict_of(model);
    store::write_state_dict(options.output, dict.tensors);
    return ExportSummary{options.output, dict.source,
                         static_cast<std::int64_t>(dict.tensors.size()), dict.changed,
                         beyond_tensors(model)};
  });
}

}  // namespace aufbau
