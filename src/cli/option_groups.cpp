#include "cli/option_groups.h"

#include <memory>

#include "cli/failure.h"
#include "cli/progress.h"
#include "cli/signals.h"

namespace aufbau::cli {

void add_output(OptionSet& set, std::string& output, bool& force, const std::string& help) {
  set.text("-o,--output", output, "PATH", help);
  set.required();
  set.flag("--force", force, "overwrite what is there");
}

void add_shard(OptionSet& set, Shard& shard, const std::string& help) {
  set.shard("--shard", shard, help);
}

void require_shard_under_mpirun(const std::string& command, const Shard& shard) {
  if (process_group().count == 1 || shard.count > 1) return;
  fail_usage(command, "mpirun started " + std::to_string(process_group().count) +
                          " processes of it, which would all do the same; start it without mpirun, "
                          "or give each a --shard i/n");
}

void add_table(OptionSet& set, TableOptions& table) {
  set.group("Reading molecules");
  set.text(
      "--smiles-column", table.smiles_column, "NAME",
      "column of the SMILES; without it: smiles (any case), mol, Drug or canonical_smiles, else "
      "the first");
  set.text("--id-column", table.id_column, "NAME", "column of the identifiers");
  set.integer("--max-smiles-length", table.max_smiles_length, {1, 1 << 20},
              "longest SMILES in bytes");
  set.integer("--max-atoms", table.max_atoms, {1, 65535}, "most heavy atoms; bonds twice as many");
  set.integer("--max-line-bytes", table.max_line_bytes, {256, 1 << 30}, "longest record in bytes");
  set.integer("--max-field-bytes", table.max_field_bytes, {64, 1 << 30},
              "longest CSV field in bytes");
}

namespace {

void add_encoder_options(OptionSet& set, EncoderOptions& encoder) {
  set.choice("--encoder", encoder.encoder, names(NameTable::encoders), "kind of layer");
  add_encoder_sizes(set, encoder);
}

}  // namespace

void add_encoder_sizes(OptionSet& set, EncoderOptions& encoder) {
  set.integer("--layers", encoder.layers, {1, 100}, "number of layers");
  set.integer("--width", encoder.width, {1, 8192}, "numbers per atom");
  set.choice("--jk", encoder.jk, names(NameTable::jumping_knowledge), "jumping knowledge");
}

void add_encoder(OptionSet& set, EncoderOptions& encoder) {
  set.group("Encoder (of a model that starts from scratch)");
  add_encoder_options(set, encoder);
}

void add_optimizer(OptionSet& set, OptimizerOptions& optimizer) {
  set.group("Optimiser (Adam)");
  set.number("--init-lr", optimizer.init_lr, {0, 10}, "learning rate");
  set.choice("--schedule", optimizer.schedule, names(NameTable::schedules), "of the learning rate");
  set.integer("--warmup-epochs", optimizer.warmup_epochs, {0, 1000000}, "epochs of linear rise");
  set.number("--final-lr", optimizer.final_lr, {0, 10}, "where cosine ends");
  set.number("--weight-decay", optimizer.weight_decay, {0, 10}, "L2, added to the gradient");
  set.number("--gradient-clip", optimizer.gradient_clip, {0, 1e9}, "largest gradient norm; 0: off");
  set.number("--beta1", optimizer.beta1, {0, 0.9999999}, "decay of the mean");
  set.number("--beta2", optimizer.beta2, {0, 0.9999999}, "decay of the square");
  set.number("--eps", optimizer.eps, {0, 1}, "added to the denominator");
  set.flag("--torch101-adam", optimizer.torch101_adam, "place eps as torch 1.0.1 did");
}

void add_graphons(OptionSet& set, MeasureOptions& measure) {
  set.group("Graphons");
  set.integer("--parts", measure.parts, {1, 1000},
              "clusters of topo, and of domain where one source is divided by its scaffolds");
  set.integer("--resolution", measure.resolution, {2, 64}, "cells a side");
  set.integer("--node-types", measure.node_types, {0, 32},
              "classes of nodes whose edges are counted apart: the most frequent kinds and the "
              "rest; 0: structure alone");
}

void add_measure(OptionSet& set, MeasureOptions& measure) {
  add_graphons(set, measure);
  set.choices("--bases", measure.bases, names(NameTable::bases),
              "ways to divide the sources into the graphons that are mixed");
  set.choice("--estimator", measure.estimator, names(NameTable::estimators),
             "of graphons; intervals and tests are those of relative-rank");
  set.flag("--compat", measure.compat,
           "also compute what the program published with W2PGNN computes");
  set.integer("--bootstrap", measure.bootstrap, {0, 1000000}, "draws for the intervals");
  set.integer("--permutations", measure.permutations, {0, 1000000}, "of the tests");
  set.number("--level", measure.level, {0.5, 0.9999}, "of the intervals");
  set.group("Scores");
  set.choices("--scores", measure.scores, names(NameTable::scores),
              "without it: all that the data allow");
  set.text("--model", measure.model, "FILE", "model whose embeddings are compared too");
  set.integer("--sample", measure.sample, {2, 10000000},
              "graphs of each set that scores look at, drawn by the seed");
}

void add_probe(OptionSet& set, ProbeOptions& probe) {
  set.group(kProbeGroup);
  set.expression("--objective", probe.objective, names(NameTable::objectives), "NAMES",
                 "of pretraining; a,b: one after the other; a:1+b:0.5: together, weighted");
  set.integer("--molecules", probe.molecules, {0, INT64_MAX},
              "of each source to learn from, evenly apart in its file; 0: all");
  set.integer("--pretrain-epochs", probe.pretrain_epochs, {1, 1000000},
              "of each objective in turn");
  set.integer("--finetune-epochs", probe.finetune_epochs, {1, 1000000},
              "the test score is that at the best validation epoch");
  set.integer("--pretrain-batch-size", probe.pretrain_batch_size, {1, 1000000}, "graphs per step");
  set.integer("--finetune-batch-size", probe.finetune_batch_size, {1, 1000000}, "graphs per step");
  add_encoder_options(set, probe.encoder);
  set.number("--dropout", probe.encoder.dropout, {0, 0.99}, "after each layer, in every run");
  set.choice("--pooling", probe.pooling, names(NameTable::poolings), "from atoms to a molecule");
  set.choice("--split", probe.split, names(NameTable::splits), "of the targets");
  set.seeds("--seeds", probe.seeds, "of fine-tuning, each a run");
}

void add_compaction(OptionSet& set, RunOptions& run) {
  set.off_flag(
      "--no-compaction", run.compaction,
      "a row for every node, also where nodes have the same surroundings: slower, equal but "
      "for rounding, for comparison");
}

void add_common(OptionSet& set, RunOptions& run, Talk& talk) {
  set.group("Common");
  set.integer("--threads", run.threads, {0, 1024}, "0: all cores; results do not depend on it");
  add_common_but_threads(set, run, talk);
}

void add_common_but_threads(OptionSet& set, RunOptions& run, Talk& talk) {
  set.group("Common");
  set.integer("--seed", run.seed, "of everything random");
  set.text("--device", run.device, "NAME", "auto, cpu, cuda or cuda:i");
  set.text("--precision", run.precision, "NAME",
           "of products on a device: float32 (exact), tf32 or bf16");
  set.flag("-q,--quiet", talk.quiet, "no progress, no log");
  set.flag("--json", talk.json, "print the result as one JSON object");
}

void attach(RunOptions& run, const Talk& talk) {
  catch_signals();
  run.should_stop = stop_requested;
  if (talk.quiet) return;
  const auto view = std::make_shared<ProgressView>();
  run.progress = [view](const Progress& progress) { view->show(progress); };
  run.log = [view](const std::string& line) { view->log(line); };
}

}  // namespace aufbau::cli
