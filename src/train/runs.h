#pragma once
#include "aufbau.h"
#include "train/ranks.h"

/// The jobs of this module, one file each; the public functions of the same names call them.
namespace aufbau::train {
PretrainSummary pretrain(const PretrainOptions& options);
/// As one of `ranks`, whatever options.mpi and the environment say.
PretrainSummary pretrain(const PretrainOptions& options, Ranks& ranks);
FinetuneSummary finetune(const FinetuneOptions& options);
ApplySummary predict(const PredictOptions& options);
ApplySummary embed(const EmbedOptions& options);
PipelineSummary pipeline(const PipelineOptions& options);
Comparison compare(const CompareOptions& options);

/// Throw what the job would throw before it touches its folder.
void check_pretrain(const PretrainOptions& options);
void check_finetune(const FinetuneOptions& options);
}  // namespace aufbau::train
