// Known answers of the read-outs (pooling.h5). Modes that are not in the table have nobody to test.
#include <gtest/gtest.h>

#include "nn/model_file.h"
#include "nn/pooling.h"
#include "tensor/ops.h"
#include "testing/near.h"
#include "testing/reference.h"

namespace aufbau::nn {
namespace {

using aufbau::testing::expect_near;
using aufbau::testing::largest;
using aufbau::testing::ReferenceFile;

RowMap graph_rows(const std::vector<std::int32_t>& graph_of_node, std::int64_t graph_count) {
  std::vector<std::int32_t> offset(static_cast<std::size_t>(graph_count) + 1), source;
  for (const std::int32_t graph : graph_of_node) {
    ++offset[static_cast<std::size_t>(graph) + 1];
    source.push_back(static_cast<std::int32_t>(source.size()));
  }
  for (std::size_t g = 1; g < offset.size(); ++g) offset[g] += offset[g - 1];
  return make_row_map(static_cast<std::int64_t>(source.size()), offset, source);
}

TEST(PoolingKnownAnswers, OutputsLossesAndGradients) {
  constexpr double kTolerance = 1e-10;
  const ReferenceFile file("pooling.h5");
  int cases = 0;
  for (const std::string& name : file.groups("/")) {
    const std::string top = "/" + name;
    const RowMap rows = graph_rows(file.ints(top + "/graph_id"),
                                   static_cast<std::int64_t>(file.attribute(top, "num_graphs")));
    for (const NamedEntry& mode : pooling_names()) {
      const std::string path = top + "/" + mode.name;
      if (!file.has(path)) continue;
      SCOPED_TRACE(path);
      Tensor states =
          Tensor::from(std::span<const double>(file.doubles(top + "/node_representation")),
                       file.shape(top + "/node_representation"));
      states.set_requires_grad(true);
      Parameters own = make_parameters(pooling_specs(mode.name, static_cast<int>(states.cols())),
                                       DType::f64, 0, Purpose::head, 0);
      std::vector<store::NamedTensor> stored;
      for (const auto& [tensor_name, tensor] : file.tensors(path + "/parameters"))
        stored.push_back({tensor_name, tensor});
      const LoadReport report = load_parameters(stored, own);
      EXPECT_TRUE(report.fresh.empty() && report.skipped.empty());
      const Tensor output = pool(mode.name, states, rows, own);
      const std::vector<double> expected = file.doubles(path + "/output");
      EXPECT_EQ(output.shape(), file.shape(path + "/output"));
      expect_near("output", output.to_doubles(), expected, kTolerance * largest(expected));
      const Tensor loss = ops::weighted_sum(
          output, Tensor::from(std::span<const double>(file.doubles(path + "/loss_weight")),
                               output.shape()));
      EXPECT_NEAR(loss.item(), file.scalar(path + "/loss"),
                  kTolerance * std::abs(file.scalar(path + "/loss")));
      backward(loss);
      const auto gradients = file.packed(path + "/grad");
      double top = 0;
      for (const auto& [tensor_name, values] : gradients) top = std::max(top, largest(values));
      EXPECT_EQ(gradients.size(), own.size() + 1);
      for (const auto& [tensor_name, values] : gradients) {
        const Tensor& tensor =
            tensor_name == "node_representation" ? states : tensor_named(own, tensor_name);
        expect_near("gradient of " + tensor_name, tensor.grad().to_doubles(), values,
                    kTolerance * std::max(largest(values), 1e-3 * top));
      }
      ++cases;
    }
  }
  EXPECT_GT(cases, 0);
}

}  // namespace
}  // namespace aufbau::nn
