#include <cstdio>
#include <iostream>

#include "cli/command.h"
#include "cli/training.h"
#include "cli/values.h"

namespace aufbau::cli {
namespace {

const std::vector<NameEntry> kTaskTypes = {{"auto", "classification when every label is 0 or 1"},
                                           {"classification", "two classes, labels 0 and 1"},
                                           {"regression", "numbers"}};

std::vector<NameEntry> with_empty_meaning_automatic(std::vector<NameEntry> entries) {
  entries.insert(entries.begin(), {"", "roc-auc for classification, rmse for regression"});
  return entries;
}

}  // namespace

void print(const FinetuneSummary& summary) {
  char line[256];
  if (!summary.loaded.empty())
    std::cout << "tensors: " << summary.loaded.size() << " loaded, " << summary.skipped.size()
              << " skipped, " << summary.fresh.size() << " new\n";
  std::snprintf(line, sizeof line, "%-8s %10s %12s %12s %12s %12s\n", "seed", "best epoch",
                "best valid", "test at best", "last valid", "last test");
  std::cout << summary.metric << " over " << summary.seeds.size() << " seeds\n" << line;
  for (const auto& seed : summary.seeds) {
    std::snprintf(line, sizeof line, "%-8llu %10d %12.4f %12.4f %12.4f %12.4f\n",
                  static_cast<unsigned long long>(seed.seed), seed.best_epoch, seed.best_valid,
                  seed.test_at_best, seed.last_valid, seed.last_test);
    std::cout << line;
  }
  std::snprintf(line, sizeof line, "test %s %.4f +- %.4f (last epoch %.4f +- %.4f)\n",
                summary.metric.c_str(), summary.mean, summary.standard_deviation, summary.last_mean,
                summary.last_standard_deviation);
  std::cout << line << "model " << summary.model << '\n';
}

void add_finetune(OptionSet& set, FinetuneOptions& options, bool& keep_dropout) {
  set.text("-i,--data", options.data, "FILE.h5", "dataset with targets");
  set.required();
  add_output(set, options.output, options.force, "run folder; one folder per seed is made in it");
  set.flag("--resume", options.resume, "continue the run that is in the folder");
  set.text("--init", options.init, "FILE", "pretrained model; without it: from scratch");
  set.flag("--freeze-encoder", options.freeze_encoder, "train the head only");
  set.seeds("--seeds", options.seeds, "one run each");
  set.integer("--epochs", options.epochs, {1, 1000000}, "per seed");
  set.integer("--batch-size", options.batch_size, {1, 1000000}, "molecules per step");
  set.integer("--patience", options.patience, {0, 1000000},
              "epochs without a better validation score; 0: run them all");
  set.number("--dropout", options.encoder.dropout, {0, 0.99}, "after each layer, also with --init");
  set.flag("--keep-dropout", keep_dropout, "with --init: the model's own dropout");
  add_compaction(set, options);
  set.group("Labels and split");
  set.texts("--targets", options.targets, "A,B", "columns to learn; without it: all");
  set.choice("--task-type", options.task_type, kTaskTypes, "of the labels");
  set.choice("--split", options.split, names(NameTable::splits), "method");
  set.text("--splits-file", options.splits_file, "FILE", "wins over --split");
  set.numbers("--split-sizes", options.split_sizes, {0, 1}, "fractions of train, valid and test");
  set.integer("--split-seed", options.split_seed, "of random splits; one split for all seeds");
  set.choice("--metric", options.metric, with_empty_meaning_automatic(names(NameTable::metrics)),
             "that chooses the epoch");
  set.choice("--pooling", options.pooling, names(NameTable::poolings), "atoms to molecule");
  add_encoder(set, options.encoder);
  add_optimizer(set, options.optimizer);
  set.number("--head-lr-scale", options.head_lr_scale, {0, 1e6},
             "learning rate of the head, relative");
}

void run_finetune(const std::vector<std::string>& arguments) {
  FinetuneOptions options;
  Talk talk;
  bool keep_dropout = false;
  OptionSet set("finetune", "Trains a model on labels, from a pretrained encoder or from scratch.");
  add_finetune(set, options, keep_dropout);
  add_common(set, options, talk);
  if (!set.parse(arguments)) return;
  options.dropout_given = !(keep_dropout && !options.init.empty());
  if (set.given("seed")) {
    if (set.given("seeds"))
      throw Error(ErrorKind::usage,
                  "[finetune] --seed and --seeds say the same in two ways; give --seeds alone");
    options.seeds = {options.seed};
  }
  attach(options, talk);
  const FinetuneSummary summary = finetune(options);
  if (talk.json) {
    std::cout << to_json(summary) << '\n';
  } else {
    print(summary);
  }
}

}  // namespace aufbau::cli
