#include "cli/command.h"
#include "cli/listing.h"
#include "cli/option_groups.h"

namespace aufbau::cli {
namespace {

void print(const ExportSummary& summary) {
  std::cout << summary.layout << ": " << summary.tensors << " tensors in " << summary.output
            << '\n';
  print_list("changed:", summary.changed);
  std::cout << "not in the file, so tell the program that loads it:\n";
  for (const auto& [name, value] : summary.not_in_file)
    std::cout << "  " << name << ": " << value << '\n';
}

}  // namespace

void run_export(const std::vector<std::string>& arguments) {
  ExportOptions options;
  bool json = false;
  OptionSet set("export",
                "Writes a model's weights as the PyTorch program of that layout loads them.");
  set.positional("model", options.model, "model.safetensors");
  set.required();
  add_output(set, options.output, options.force,
             "state dict to write; the ending says how: .pth, .pt or .safetensors");
  set.flag("--json", json, "print the result as one JSON object");
  if (!set.parse(arguments)) return;
  const ExportSummary summary = export_weights(options);
  if (json) {
    std::cout << to_json(summary) << '\n';
  } else {
    print(summary);
  }
}

}  // namespace aufbau::cli
