#include <iostream>

#include "cli/command.h"
#include "cli/failure.h"
#include "cli/option_groups.h"

namespace aufbau::cli {
namespace {

std::vector<NameEntry> with_all(NameTable table, const std::string& summary) {
  std::vector<NameEntry> entries = names(table);
  entries.push_back({"all", summary});
  return entries;
}

}  // namespace

void run_benchmark(const std::vector<std::string>& arguments) {
  BenchmarkOptions options;
  options.encoders = {options.encoder.encoder};
  options.thread_counts = {options.threads};
  Talk talk;
  bool markdown = false;
  OptionSet set("benchmark", "Measures rates beside what this machine allows, in one run.");
  set.choice("what", options.what, with_all(NameTable::benchmarks, "all of these"),
             "what to measure");
  set.text("-i,--data", options.data, "FILE",
           "dataset or text file; without it: molecules of rdkit-data, else built-in ones");
  set.integer("--molecules", options.molecules, {12, INT64_MAX},
              "of a round of inference, ingest and transfer, or as many as there are");
  set.number("--seconds", options.seconds, {0.01, 3600}, "per measurement");
  set.integers("--threads", options.thread_counts, {0, 1024},
               "one number after the other; 0: all cores");
  set.flag("--markdown", markdown, "print a table in Markdown");
  set.group("Models");
  set.choices("--objectives", options.objectives,
              with_all(NameTable::objectives, "all that the data have labels for"), "of training");
  set.integers("--batch-size", options.batch_sizes, {1, 1000000}, "molecules per step of training");
  set.choices("--encoder", options.encoders, with_all(NameTable::encoders, "all of these"),
              "kinds of layer, one after the other");
  add_encoder_sizes(set, options.encoder);
  add_compaction(set, options);
  add_common_but_threads(set, options, talk);
  if (!set.parse(arguments)) return;
  if (markdown && talk.json) fail_usage("benchmark", "give --json or --markdown, not both");
  attach(options, talk);
  const BenchmarkSummary summary = benchmark(options);
  std::cout << (talk.json  ? to_json(summary) + "\n"
                : markdown ? to_markdown(summary)
                           : to_text(summary));
}

}  // namespace aufbau::cli
