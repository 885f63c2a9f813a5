#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "nn/encoder.h"
#include "store/tensor_file.h"

namespace aufbau::nn {

/// What of the units a regression head was trained in: y = mean + deviation * output.
struct TargetScaler {
  std::vector<double> mean, deviation;  ///< [T]; empty: none
};

/// The head of a saved model.
struct HeadConfig {
  std::vector<std::string> task_names;  ///< [T]
  std::vector<std::string> task_types;  ///< [T]: classification or regression
  std::string pooling = "mean";
  TargetScaler scaler;
};

/// model.safetensors in memory: encoder under `gnn.`, head as in nn/graph_head.h.
struct ModelFile {
  EncoderConfig encoder;
  bool has_head = false;
  HeadConfig head;
  std::map<std::string, std::string> card;  ///< what it was trained on, with hashes; free keys
  std::vector<store::NamedTensor> tensors;  ///< full names
};

/// Error{input}: damaged; Error{mismatch}: not ours, newer, a tensor missing or of another shape
/// than the configuration says. An encoder-only file without the `gnn.` prefix is accepted when its
/// metadata are ours.
ModelFile read_model(const std::string& path);
void write_model(const std::string& path, const ModelFile& model);

/// Which tensors were taken, left and newly made.
struct LoadReport {
  std::vector<std::string> loaded, skipped, fresh;
};
/// Copies tensors by name into `parameters`. Error{mismatch} naming tensor and both shapes.
LoadReport load_parameters(const std::vector<store::NamedTensor>& from, Parameters& into);
/// Copies of all, as f32 (counters stay i64).
std::vector<store::NamedTensor> snapshot(const Parameters& parameters);

}  // namespace aufbau::nn
