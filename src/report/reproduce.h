#pragma once
#include "aufbau.h"
#include "report/reproduce_protocol.h"

namespace aufbau::report {

/// Computes a published table again: pretrains every strategy, fine-tunes each on every data set
/// over the seeds, and writes table.md, table.csv and table.json.
///
/// `output` holds config.toml, log.txt, data/SET.h5 (and data/source.h5, data/labels.h5 where the
/// budget takes a part), pretrain/STRATEGY and finetune/SET/STRATEGY: ordinary runs, each seed one
/// of its own. With `resume` finished runs are only checked, an interrupted one goes on where it
/// was, and the table is the same, byte for byte, as without the interruption.
///
/// Everything the user named is looked at before the first run. Error{usage}: an unknown name, a
/// strategy without the data it learns from. Error{input}: a table of a set is missing.
/// Error{mismatch}: what is in the folder was made with other options or data.
Reproduction reproduce(const ReproduceOptions& options);
/// The same with a budget of one's own; options.budget is not looked at.
Reproduction reproduce(const ReproduceOptions& options, const Budget& budget);

}  // namespace aufbau::report
