#include <cmath>
#include <cstdio>
#include <iostream>

#include "cli/command.h"
#include "cli/option_groups.h"
#include "cli/values.h"

namespace aufbau::cli {

namespace {

std::string number(double value) {
  if (!std::isfinite(value)) return "unknown";
  char text[40];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

void print(const SelectSummary& summary) {
  std::cout << "chose " << with_thousands(summary.chosen) << " of "
            << with_thousands(summary.available) << " graphs by " << summary.method << '\n';
  for (const SelectedPart& part : summary.parts)
    std::cout << "  " << with_thousands(part.chosen) << " of " << with_thousands(part.available)
              << " of " << part.source << ", " << part.part << ": " << part.reason << '\n';
  std::cout << "squared distance to the target: " << number(summary.distance) << " of the chosen, "
            << number(summary.distance_all) << " of all, " << number(summary.distance_random)
            << " of as many by chance; between halves of the target " << number(summary.noise_floor)
            << "\ndataset " << summary.output << ", reasons " << summary.reasons << '\n';
}

}  // namespace

void run_select(const std::vector<std::string>& arguments) {
  SelectOptions options;
  options.measure.bases.resize(1);
  Talk talk;
  OptionSet set("select",
                "Chooses graphs of the sources to pretrain on that are near to the target, and "
                "says why. Distances are between relative-rank graphons, structure alone unless "
                "--node-types says otherwise.");
  set.texts("--source", options.sources, "A.h5,B.h5", "datasets of one feature schema");
  set.required();
  set.text("--target", options.target, "C.h5", "dataset that the model is for");
  set.required();
  add_output(set, options.output, options.force,
             "dataset to write (.h5); .csv in place of .h5 says why for each part");
  set.integer("--budget", options.budget, {0}, "graphs to choose at most; 0: no limit");
  set.choice("--method", options.method, names(NameTable::selections), "how they are chosen");
  set.choice("--basis", options.measure.bases.front(), names(NameTable::bases),
             "of mixture: how the sources are divided into parts");
  add_graphons(set, options.measure);
  add_common(set, options, talk);
  if (!set.parse(arguments)) return;
  attach(options, talk);
  const SelectSummary summary = select(options);
  if (talk.json) {
    std::cout << to_json(summary) << '\n';
  } else {
    print(summary);
  }
}

}  // namespace aufbau::cli
