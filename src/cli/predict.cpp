#include "cli/apply.h"
#include "cli/command.h"

namespace aufbau::cli {

void run_predict(const std::vector<std::string>& arguments) {
  PredictOptions options;
  Talk talk;
  OptionSet set("predict",
                "Writes one row per input row: its columns, the predictions, the error.");
  set.text("-i,--input", options.input, "FILE", "table or dataset (.h5); - is standard input");
  set.required();
  set.text("--model", options.model, "FILE", "fine-tuned model");
  set.required();
  add_output(set, options.output, options.force, "table to write (.csv); - is standard output");
  set.text("--prefix", options.prefix, "TEXT", "put before the names of the new columns");
  set.integer("--batch-size", options.batch_size, {1, 1000000}, "molecules at a time");
  add_shard(
      set, options.shard,
      "one of N processes: the I-th of N consecutive parts, cut at multiples of --batch-size; "
      "parts after one another are the whole, so only part 1 has a header");
  add_compaction(set, options);
  add_table(set, options.table);
  add_common(set, options, talk);
  if (!set.parse(arguments)) return;
  require_shard_under_mpirun("predict", options.shard);
  attach(options, talk);
  print(predict(options), talk);
}

}  // namespace aufbau::cli
