#include "cli/transfer_study.h"

#include <iostream>

#include "aufbau.h"
#include "cli/option_groups.h"

namespace aufbau::cli {

void run_transfer_study(const std::vector<std::string>& arguments) {
  TransferStudyOptions options;
  Talk talk;
  OptionSet set("transfer study",
                "Pretrains on every source and fine-tunes on every target, shortly, beside what "
                "every score said before: which scores can be believed. `aufbau transfer --study` "
                "rests its answers on the result.");
  set.texts("--sources,--source", options.sources, "A.h5,B.h5", "datasets to pretrain on");
  set.required();
  set.texts("--targets,--target", options.targets, "C.h5,D.h5",
            "datasets with labels to fine-tune on");
  set.required();
  add_output(set, options.output, options.force, "folder of all runs, study.json and study.md");
  set.flag("--resume", options.resume, "go on in that folder; finished runs are not repeated");
  add_probe(set, options.probe);
  add_measure(set, options.measure);
  add_common(set, options, talk);
  if (!set.parse(arguments)) return;
  attach(options, talk);
  const TransferStudy study = transfer_study(options);
  std::cout << (talk.json ? to_json(study) + "\n" : to_text(study));
}

}  // namespace aufbau::cli
