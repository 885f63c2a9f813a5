#pragma once
#include <string>

#include "nn/parameters.h"
#include "nn/pooling.h"

namespace aufbau::nn {

/// From node states to the tasks of a graph: a read-out, whose own tensors are `pool.*`, and
/// `graph_pred_linear` (names of the published fine-tuned models).
ParameterSpecs head_specs(const std::string& pooling, int width, std::int64_t tasks);
/// Is this the name of a tensor of a head?
bool is_of_head(const std::string& name);

class GraphHead {
 public:
  /// Takes the tensors of head_specs out of `parameters`, which may hold others.
  GraphHead(std::string pooling, const Parameters& parameters);
  /// states: [rows of last level, D] -> [G, pooled_width]
  Tensor pool(const Tensor& states, const graphs::ReadOutRows& rows) const;
  /// states: [rows of last level, D] -> [G, T]
  Tensor forward(const Tensor& states, const graphs::ReadOutRows& rows) const;
  Parameters parameters() const;
  const std::string& pooling() const { return pooling_; }

 private:
  std::string pooling_;
  Parameters pool_;
  Tensor weight_, bias_;
};

}  // namespace aufbau::nn
