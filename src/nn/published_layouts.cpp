#include <algorithm>

#include "nn/published.h"
#include "nn/published_parts.h"

namespace aufbau::nn {

namespace {

constexpr PublishedLayout::Extent kD{1, 0}, k2D{2, 0}, kOne{0, 1}, kTwo{0, 2};

/// The code of a role, or -1.
std::int32_t code_of(const graphs::FeatureColumn& column, const std::string& role) {
  for (const auto& [name, code] : column.reserved)
    if (name == role) return code;
  return -1;
}

}  // namespace

const std::vector<PublishedLayout> kPublishedLayouts = {
    {"gin",
     "GIN of Hu et al. (2020)",
     {{"mlp.0.weight", {k2D, kD}},
      {"mlp.0.bias", {k2D}},
      {"mlp.2.weight", {kD, k2D}},
      {"mlp.2.bias", {kD}}},
     kD,
     false},
    {"gcn",
     "GCN of Hu et al. (2020)",
     {{"linear.weight", {kD, kD}}, {"linear.bias", {kD}}},
     kD,
     false},
    {"graphsage",
     "GraphSAGE of Hu et al. (2020)",
     {{"linear.weight", {kD, kD}}, {"linear.bias", {kD}}},
     kD,
     false},
    {"gat",
     "GAT of Hu et al. (2020)",
     {{"att", {kOne, kTwo, k2D}},
      {"bias", {kD}},
      {"weight_linear.weight", {k2D, kD}},
      {"weight_linear.bias", {k2D}}},
     k2D,
     false},
    {"molclr-gcn",
     "GCN of MolCLR (Wang et al. 2022)",
     {{"weight", {kD, kD}, "linear.weight"}, {"bias", {kD}}},
     kOne,
     true},
};

std::int32_t code_unknown_to_molclr(const graphs::FeatureColumn& column, bool is_edge) {
  if (!is_edge) return code_of(column, "unknown");
  const std::int32_t mask = code_of(column, "mask");
  return mask == column.cardinality - 1 ? mask : -1;
}

Tensor rows_of(const Tensor& given, const std::vector<std::int64_t>& rows) {
  const Tensor table = given.to(DType::f32);
  Tensor taken = Tensor::zeros({static_cast<std::int64_t>(rows.size()), table.cols()}, DType::f32);
  const auto from = table.values<float>();
  const auto into = taken.mutable_values<float>();
  const auto width = static_cast<std::size_t>(table.cols());
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i] >= 0)
      std::copy_n(from.begin() + rows[i] * table.cols(), width,
                  into.begin() + static_cast<std::ptrdiff_t>(i * width));
  return taken;
}

Tensor transposed(const Tensor& given) {
  const Tensor matrix = given.to(DType::f32);
  Tensor out = Tensor::zeros({matrix.cols(), matrix.rows()}, DType::f32);
  const auto from = matrix.values<float>();
  const auto into = out.mutable_values<float>();
  const auto rows = static_cast<std::size_t>(matrix.rows());
  const auto cols = static_cast<std::size_t>(matrix.cols());
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < cols; ++j) into[j * rows + i] = from[i * cols + j];
  return out;
}

}  // namespace aufbau::nn
