#include <iostream>

#include "cli/command.h"
#include "cli/option_groups.h"
#include "cli/transfer_study.h"

namespace aufbau::cli {

void run_transfer(const std::vector<std::string>& arguments) {
  if (!arguments.empty() && arguments.front() == "study")
    return run_transfer_study({arguments.begin() + 1, arguments.end()});
  TransferOptions options;
  ProbeOptions probe;
  bool with_probe = false;
  Talk talk;
  OptionSet set("transfer",
                "Says whether pretraining on the sources will help on the targets: graphons of the "
                "sources, their mixture nearest to each target, how sure that is, and other scores "
                "beside it. `aufbau transfer study --help`: which scores can be believed.");
  set.texts("--source", options.sources, "A.h5,B.h5", "datasets to pretrain on");
  set.required();
  set.texts("--target", options.targets, "C.h5", "datasets to fine-tune on");
  set.required();
  add_output(set, options.output, options.force,
             "folder of report.html, report.json and graphons.h5");
  set.text("--study", options.study, "study.json",
           "of `aufbau transfer study`: what the verdict then rests on");
  add_measure(set, options.measure);
  set.flag("--probe", with_probe,
           "also measure the gain: pretrain on each source and fine-tune on each target, shortly");
  add_probe(set, probe);
  add_common(set, options, talk);
  if (!set.parse(arguments)) return;
  if (with_probe) options.probe = probe;
  attach(options, talk);
  const TransferReport report = transfer(options);
  std::cout << (talk.json ? to_json(report) + "\n" : to_text(report));
}

}  // namespace aufbau::cli
