#include <iostream>

#include "cli/command.h"
#include "cli/option_groups.h"

namespace aufbau::cli {

void run_compare(const std::vector<std::string>& arguments) {
  CompareOptions options;
  Talk talk;
  bool no_baseline = false;
  OptionSet set("compare", "Sets fine-tuned runs side by side, paired over their seeds.");
  set.positionals("runs", options.runs, "run folders of finetune, on the same data and split");
  set.required();
  set.text("-o,--output", options.output, "FILE", "also write it as JSON");
  set.flag("--force", options.force, "overwrite what is there");
  set.flag("--no-baseline", no_baseline, "leave out the fingerprint baseline");
  add_common(set, options, talk);
  if (!set.parse(arguments)) return;
  options.baseline = !no_baseline;
  attach(options, talk);
  const Comparison comparison = compare(options);
  std::cout << (talk.json ? to_json(comparison) + "\n" : to_text(comparison));
}

}  // namespace aufbau::cli
