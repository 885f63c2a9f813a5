#include "cli/command.h"
#include "cli/listing.h"
#include "cli/option_groups.h"

namespace aufbau::cli {
namespace {

const std::vector<NameEntry> kTaskTypes = {{"classification", "two classes"},
                                           {"regression", "numbers"}};

void print(const ImportSummary& summary) {
  std::cout << summary.layout << ": " << summary.layers << " layers of width " << summary.width
            << ", jk " << summary.jk << ", schema " << summary.schema << '\n'
            << "tensors: " << summary.taken.size() << " taken, " << summary.changed.size()
            << " of them changed; " << summary.left.size() << " left, " << summary.made.size()
            << " made\n";
  print_list("changed:", summary.changed);
  print_list("left:", summary.left);
  print_list("made:", summary.made);
  print_list("without a tensor:", summary.without_a_tensor);
  if (!summary.tasks.empty()) std::cout << "head with " << summary.tasks.size() << " tasks\n";
  std::cout << "model " << summary.model << '\n';
}

}  // namespace

void run_import(const std::vector<std::string>& arguments) {
  ImportOptions options;
  bool json = false;
  std::string prefix;
  OptionSet set("import", "Makes a model of the weights of a PyTorch program.");
  set.positional("weights", options.input,
                 "state dict: .pth or .pt, read without executing anything, or .safetensors");
  set.required();
  add_output(set, options.output, options.force, "model to write (.safetensors)");
  set.flag("--json", json, "print the result as one JSON object");
  set.group("What the file does not say");
  set.choice("--schema", options.schema, names(NameTable::schemas),
             "features of atoms and bonds that it was trained on");
  set.choice("--encoder", options.encoder, names(NameTable::encoders),
             "kind of layer; without it: told from the tensors");
  set.text("--prefix", prefix, "TEXT",
           "what stands before x_embedding1.weight; without it: found in the file");
  set.choice("--jk", options.jk, names(NameTable::jumping_knowledge),
             "jumping knowledge; without it: concat when the head is that wide, else last");
  set.choice("--pooling", options.pooling, names(NameTable::poolings),
             "atoms to molecule, before the head; without it: mean");
  set.texts("--task-names", options.task_names, "A,B",
            "of the head's outputs; without it: task_1, task_2, ...");
  set.choice("--task-type", options.task_type, kTaskTypes,
             "of the head's outputs; without it: classification");
  if (!set.parse(arguments)) return;
  if (set.given("prefix")) options.prefix = prefix;
  const ImportSummary summary = import_weights(options);
  if (json) {
    std::cout << to_json(summary) << '\n';
  } else {
    print(summary);
  }
}

}  // namespace aufbau::cli
