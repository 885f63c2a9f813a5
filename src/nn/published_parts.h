#pragma once
// The parts that reading and writing published state dicts share.
#include <cstdint>
#include <string>
#include <vector>

#include "nn/published.h"

namespace aufbau::nn {

constexpr const char* kOurPrefix = "gnn.";
constexpr const char* kNormTensors[] = {"weight", "bias", "running_mean", "running_var"};
constexpr const char* kNormCounter = "num_batches_tracked";

inline std::string node_table(std::size_t column) {
  return "x_embedding" + std::to_string(column + 1) + ".weight";
}
inline std::string edge_table(std::size_t column) {
  return "edge_embedding" + std::to_string(column + 1) + ".weight";
}
inline std::string layer_prefix(int layer) { return "gnns." + std::to_string(layer) + '.'; }
inline std::string norm_prefix(int layer) { return "batch_norms." + std::to_string(layer) + '.'; }

/// Which of our codes MolCLR does not have: unknown elements, masked bonds; -1: it has all.
std::int32_t code_unknown_to_molclr(const graphs::FeatureColumn& column, bool is_edge);
/// f32 copies: the chosen rows of a table, zeros for row -1; and a matrix turned over.
Tensor rows_of(const Tensor& table, const std::vector<std::int64_t>& rows);
Tensor transposed(const Tensor& matrix);

}  // namespace aufbau::nn
