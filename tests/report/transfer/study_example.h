#pragma once
#include "aufbau.h"

namespace aufbau::report {

/// Two sources, two targets, one pair without a gain; every member has a value of its own.
inline TransferStudy study_example() {
  TransferStudy study;
  study.version = "0.1.0";
  study.command = "aufbau transfer study --sources a.h5,b.h5 --targets t.h5,u.h5";
  study.sources = {"a", "b"};
  study.targets = {"t", "u"};
  study.seed = 7;
  study.measure.bases = {"topo"};
  study.measure.node_types = 3;
  study.measure.compat = true;
  study.measure.bootstrap = 50;
  study.measure.level = 0.9;
  study.measure.scores = {"near", "shift"};
  study.measure.model = "model.safetensors";
  study.measure.sample = 123;
  study.probe.objective = "edge-prediction";
  study.probe.encoder = {"gcn", 2, 8, "sum", 0.25};
  study.probe.molecules = 60;
  study.probe.pretrain_epochs = 2;
  study.probe.finetune_epochs = 3;
  study.probe.pretrain_batch_size = 16;
  study.probe.finetune_batch_size = 8;
  study.probe.split = "random";
  study.probe.pooling = "sum";
  study.probe.seeds = {3, UINT64_MAX};
  double gain = -1.5;
  for (const std::string& target : study.targets)
    for (const std::string& source : study.sources) {
      StudyPair pair;
      pair.source = source;
      pair.target = target;
      pair.gain.source = source;
      pair.gain.metric = target == "t" ? "roc-auc" : "rmse";
      pair.gain.pretrained = {0.75, kUnknown};
      pair.gain.scratch = {0.5, 0.625};
      pair.gain.gain = gain += 1;
      pair.gain.standard_error = 0.25;
      pair.gain.p_value = 0.03125;
      pair.gain.fingerprints = 0.6875;
      TransferScoreValue near;
      near.score = "near";
      near.source = source;
      near.features = "fingerprints";
      near.target = "label";
      near.higher_is_closer = true;
      near.value = gain / 3;
      near.itself = 0.1;
      TransferScoreValue shift;
      shift.score = "shift";
      shift.source = source;
      shift.missing = "no descriptors";
      pair.scores = {near, shift};
      study.pairs.push_back(pair);
    }
  ProbeGain& none = study.pairs[1].gain;
  none = {};
  none.source = "b";
  none.missing = "the source is the target";
  study.scores = {{"near", "fingerprints", 3, 0.5, 0.125, 0.75, 0.4, 0.1, 0.7, 0.25},
                  {"shift", "", 0}};
  study.notes = {"a note", "another \"note\""};
  return study;
}

}  // namespace aufbau::report
