#include <cmath>
#include <iostream>

#include "cli/command.h"
#include "cli/training.h"
#include "cli/values.h"

namespace aufbau::cli {

void print(const PretrainSummary& summary) {
  std::cout << "trained " << with_thousands(summary.steps) << " steps in "
            << duration(summary.seconds) << " ("
            << with_thousands(std::llround(summary.molecules_per_second))
            << " molecules/s), final loss " << write_number(static_cast<float>(summary.final_loss))
            << '\n';
  if (summary.dropped > 0)
    std::cout << "dropped " << with_thousands(summary.dropped) << " molecules beforehand\n";
  std::cout << "model " << summary.model << '\n';
}

void run_pretrain(const std::vector<std::string>& arguments) {
  PretrainOptions options;
  Talk talk;
  OptionSet set("pretrain",
                "Trains an encoder. With --config FILE.toml that holds [[stage]] tables: several "
                "stages in a row, then what [finetune] says.");
  set.text("-i,--data", options.data, "FILE.h5", "dataset");
  set.required();
  add_output(set, options.output, options.force, "run folder");
  set.flag("--resume", options.resume, "continue the run that is in the folder");
  set.expression("--objective", options.objective, names(NameTable::objectives), "NAMES",
                 "a,b: one after the other; a:1+b:0.5: together, weighted");
  set.required();
  set.texts("--exclude", options.exclude, "DATA,DATA:SPLITS,...",
            "leak guard: train without these molecules; data.h5: all of them, data.h5:splits.json: "
            "those of its valid and test parts (same largest fragment without stereo)");
  set.text("--init", options.init, "FILE",
           "model to start from; its encoder options win, but for --dropout");
  set.integer("--epochs", options.epochs, {1, 1000000}, "of each objective in turn");
  set.integer("--batch-size", options.batch_size, {1, 1000000}, "molecules per step");
  set.integer("--micro-batches", options.micro_batches, {1, 1000000},
              "parts of each batch that are computed one after the other, or shared by the ranks "
              "that mpirun starts, and averaged; saves memory, and BatchNorm sees one part");
  set.number("--dropout", options.encoder.dropout, {0, 0.99},
             "after each layer; with --init the model's own unless given");
  add_compaction(set, options);
  add_encoder(set, options.encoder);
  add_optimizer(set, options.optimizer);
  set.group("Objectives");
  set.number("--mask-rate", options.mask_rate, {0, 1}, "share of the atoms that is hidden");
  set.flag("--mask-bonds", options.mask_bonds,
           "hide and predict the bonds of hidden atoms as well");
  set.text("--context-mode", options.context_mode, "NAME",
           "cbow: against the pooled context; skipgram: against every atom of its overlap");
  set.text("--context-pooling", options.context_pooling, "NAME",
           "of the overlap: mean, sum or max");
  set.integer("--context-size", options.context_size, {1, 100},
              "bonds from the context's inner to its outer edge");
  set.integer("--negative-samples", options.negative_samples, {1, 1000},
              "contexts of other molecules per pair");
  set.choices("--augmentations", options.augmentations, names(NameTable::augmentations),
              "of graphcl: each view draws one");
  set.number("--augmentation-ratio", options.augmentation_ratio, {0, 1},
             "share of the atoms or bonds that a view alters");
  set.number("--temperature", options.temperature, {0.001, 1000},
             "what the cosines of graphcl are divided by");
  set.choice("--pooling", options.pooling, names(NameTable::poolings), "of graph-level objectives");
  set.group("Checkpoints");
  set.integer("--checkpoint-steps", options.checkpoint_steps, {0, 1000000000},
              "steps between checkpoints; 0: at the end of each epoch");
  set.integer("--keep-checkpoints", options.keep_checkpoints, {1, 1000000}, "how many are kept");
  add_common(set, options, talk);
  if (!set.read(arguments)) return;
  if (!set.config().tables.empty()) {
    if (process_group().count > 1)
      throw Error(ErrorKind::usage,
                  "[pretrain] a file with stages runs in one process; with mpirun start each stage "
                  "by itself, with --init");
    return run_pipeline(set, options, talk);
  }
  set.fill(set.config().entries);
  options.dropout_given = set.given("dropout");
  attach(options, talk);
  options.mpi = true;
  const PretrainSummary summary = pretrain(options);
  if (process_group().rank > 0) return;
  if (talk.json) {
    std::cout << to_json(summary) << '\n';
  } else {
    print(summary);
  }
}

}  // namespace aufbau::cli
