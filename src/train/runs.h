#pragma once
#include "aufbau.h"

/// The jobs of this module, one file each; the public functions of the same names call them.
namespace aufbau::train {
PretrainSummary pretrain(const PretrainOptions& options);
FinetuneSummary finetune(const FinetuneOptions& options);
ApplySummary predict(const PredictOptions& options);
ApplySummary embed(const EmbedOptions& options);
Comparison compare(const CompareOptions& options);
}  // namespace aufbau::train
