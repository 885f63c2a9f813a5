#pragma once
#include "aufbau.h"
#include "cli/option_groups.h"

namespace aufbau::cli {

/// The options of `finetune` but those of add_common: also the keys of a [finetune] table.
void add_finetune(OptionSet& set, FinetuneOptions& options, bool& keep_dropout);

/// `set` has read a configuration with tables, and fills `options` and `talk`, which are those of
/// `pretrain`: every [[stage]] has its keys, with those above the first table as defaults, and
/// [finetune] has the keys of `finetune`.
void run_pipeline(OptionSet& set, PretrainOptions& options, const Talk& talk);

/// Results for people, to standard output.
void print(const PretrainSummary& summary);
void print(const FinetuneSummary& summary);

}  // namespace aufbau::cli
