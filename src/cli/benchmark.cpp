#include <iostream>

#include "cli/command.h"
#include "cli/option_groups.h"

namespace aufbau::cli {
namespace {

const std::vector<NameEntry> kWhat = {
    {"training", "training steps against the matrix products they need"},
    {"inference", "embeddings against the matrix products they need"},
    {"ingest", "reading a table against RDKit alone"}};

}  // namespace

void run_benchmark(const std::vector<std::string>& arguments) {
  BenchmarkOptions options;
  Talk talk;
  OptionSet set("benchmark", "Measures a rate beside the ceiling of this machine, in one run.");
  set.choice("what", options.what, kWhat, "what to measure");
  set.text("-i,--data", options.data, "FILE",
           "dataset (training, inference) or table; without it: molecules of rdkit-data, else "
           "built-in ones");
  set.texts("--objectives", options.objectives, "A,B", "of training");
  set.integers("--batch-size", options.batch_sizes, {1, 1000000}, "molecules per step");
  set.number("--seconds", options.seconds, {0.01, 3600}, "per measurement");
  add_compaction(set, options);
  add_encoder(set, options.encoder);
  add_common(set, options, talk);
  if (!set.parse(arguments)) return;
  attach(options, talk);
  const BenchmarkSummary summary = benchmark(options);
  std::cout << (talk.json ? to_json(summary) + "\n" : to_text(summary));
}

}  // namespace aufbau::cli
