#include "cli/apply.h"
#include "cli/command.h"

namespace aufbau::cli {
namespace {

const std::vector<NameEntry> kLevels = {{"graph", "one vector per molecule"},
                                        {"node", "one vector per atom (.h5)"}};

}  // namespace

void run_embed(const std::vector<std::string>& arguments) {
  EmbedOptions options;
  Talk talk;
  OptionSet set("embed", "Writes one vector per input row.");
  set.text("-i,--input", options.input, "FILE", "table or dataset (.h5); - is standard input");
  set.required();
  set.text("--model", options.model, "FILE", "pretrained or fine-tuned model");
  set.required();
  add_output(set, options.output, options.force, "what to write: .npy, .csv or .h5");
  set.choice("--level", options.level, kLevels, "of what");
  set.text("--pooling", options.pooling, "NAME",
           "atoms to molecule; without it: the model's own, else mean");
  set.integer("--batch-size", options.batch_size, {1, 1000000}, "molecules at a time");
  add_shard(
      set, options.shard,
      "one of N processes: the I-th of N consecutive parts, cut at multiples of --batch-size; "
      "CSV parts after one another are the whole, so only part 1 has a header");
  add_compaction(set, options);
  add_table(set, options.table);
  add_common(set, options, talk);
  if (!set.parse(arguments)) return;
  require_shard_under_mpirun("embed", options.shard);
  attach(options, talk);
  print(embed(options), talk);
}

}  // namespace aufbau::cli
