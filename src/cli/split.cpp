#include <iostream>

#include "cli/command.h"
#include "cli/option_groups.h"
#include "cli/values.h"

namespace aufbau::cli {

void run_split(const std::vector<std::string>& arguments) {
  SplitOptions options;
  Talk talk;
  OptionSet set("split", "Divides a dataset into train, valid and test.");
  set.positional("data", options.data, "dataset (.h5)");
  set.required();
  add_output(set, options.output, options.force, "splits file to write (.json)");
  set.choice("--split", options.split, names(NameTable::splits), "method");
  set.numbers("--split-sizes", options.sizes, {0, 1}, "fractions of train, valid and test");
  add_common(set, options, talk);
  if (!set.parse(arguments)) return;
  attach(options, talk);
  const SplitSummary summary = split(options);
  if (talk.json) {
    std::cout << to_json(summary) << '\n';
    return;
  }
  std::cout << summary.method << ": train " << with_thousands(summary.train) << ", valid "
            << with_thousands(summary.valid) << ", test " << with_thousands(summary.test) << " in "
            << summary.splits << '\n';
}

}  // namespace aufbau::cli
