#pragma once
#include "aufbau.h"
#include "cli/options.h"

namespace aufbau::cli {

/// How a command talks.
struct Talk {
  bool quiet = false, json = false;
};

/// -o/--output and --force.
void add_output(OptionSet& set, std::string& output, bool& force, const std::string& help);
/// --shard.
void add_shard(OptionSet& set, Shard& shard, const std::string& help);
/// Error{usage} when mpirun has started several processes and they have not been told to take a
/// part each.
void require_shard_under_mpirun(const std::string& command, const Shard& shard);
/// How rows of a text input become molecules.
void add_table(OptionSet& set, TableOptions& table);
void add_encoder(OptionSet& set, EncoderOptions& encoder);
/// --layers --width --jk, where several kinds of layer are named otherwise.
void add_encoder_sizes(OptionSet& set, EncoderOptions& encoder);
void add_optimizer(OptionSet& set, OptimizerOptions& optimizer);
/// How the graphons that sources are measured by are made: --parts --resolution --node-types.
void add_graphons(OptionSet& set, MeasureOptions& measure);
/// Everything of MeasureOptions.
void add_measure(OptionSet& set, MeasureOptions& measure);
inline constexpr const char* kProbeGroup =
    "Probe (short runs, the same for every source and target)";
/// A short pretraining and fine-tuning: --objective --layers ... --seeds.
void add_probe(OptionSet& set, ProbeOptions& probe);
/// --no-compaction, where a model is trained or used.
void add_compaction(OptionSet& set, RunOptions& run);
/// --seed --threads --device --config --quiet --json; add them last.
void add_common(OptionSet& set, RunOptions& run, Talk& talk);
/// The same where --threads means something else.
void add_common_but_threads(OptionSet& set, RunOptions& run, Talk& talk);

/// Sends progress and log of `run` to standard error as `talk` says, and lets signals stop it.
void attach(RunOptions& run, const Talk& talk);

}  // namespace aufbau::cli
