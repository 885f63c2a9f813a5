#include <iostream>

#include "cli/command.h"
#include "cli/option_groups.h"

namespace aufbau::cli {

void run_reproduce(const std::vector<std::string>& arguments) {
  ReproduceOptions options;
  Talk talk;
  OptionSet set("reproduce",
                "Computes a published table again: every pretraining strategy, fine-tuned on every "
                "data set, beside the published numbers and a fingerprint baseline.");
  set.choice("protocol", options.protocol, names(NameTable::protocols), "what to compute");
  set.text("--data", options.data, "DIR", "folder with the CSV files of MoleculeNet");
  set.required();
  set.text("--source", options.source, "FILE.h5", "dataset for objectives without labels");
  set.text("--labels", options.labels, "FILE.h5",
           "dataset with targets for supervised pretraining; without it those strategies are left "
           "out, and are an error when named");
  set.text("-o,--output", options.output, "FOLDER",
           "all runs, and table.md, table.csv and table.json");
  set.required();
  set.flag("--resume", options.resume, "go on in that folder; finished runs are not repeated");
  set.choice("--budget", options.budget, names(NameTable::budgets), "how much to compute");
  set.texts("--sets", options.sets, "A,B", "columns; without it: those of the budget",
            names(NameTable::benchmark_sets));
  set.texts("--strategies", options.strategies, "A,B", "rows; without it: those of the budget",
            names(NameTable::strategies));
  set.seeds("--seeds", options.seeds, "of fine-tuning; without it: those of the budget");
  add_common(set, options, talk);
  if (!set.parse(arguments)) return;
  attach(options, talk);
  const Reproduction reproduction = reproduce(options);
  std::cout << (talk.json ? to_json(reproduction) + "\n" : to_text(reproduction));
}

}  // namespace aufbau::cli
