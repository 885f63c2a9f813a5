#include "nn/layers/molclr_gcn.h"

#include <gtest/gtest.h>

#include <cmath>

#include "graphs/batch.h"
#include "nn/encoder.h"
#include "nn/parameters.h"
#include "testing/near.h"
#include "testing/reference_batch.h"
#include "testing/small_graphs.h"

namespace aufbau::nn {
namespace {

/// Plain loops over the equation in molclr_gcn.h, then BatchNorm of a fresh model in evaluation.
std::vector<double> by_hand(const graphs::Graph& graph, const Parameters& parameters, int width) {
  const auto values = [&](const char* name) { return tensor_named(parameters, name).to_doubles(); };
  const auto atoms = values("x_embedding1.weight"), tags = values("x_embedding2.weight");
  const auto weight = values("gnns.0.linear.weight"), bias = values("gnns.0.bias");
  const auto types = values("gnns.0.edge_embedding1.weight"),
             directions = values("gnns.0.edge_embedding2.weight");
  const auto nodes = static_cast<int>(graph.node_codes.size() / 2);
  std::vector<double> sum(static_cast<std::size_t>(nodes * width));
  const auto send = [&](int from, int to, int type, int direction) {
    for (int o = 0; o < width; ++o) {
      double message = types[type] + directions[direction];
      for (int i = 0; i < width; ++i)
        message += weight[o * width + i] * (atoms[graph.node_codes[2 * from] * width + i] +
                                            tags[graph.node_codes[2 * from + 1] * width + i]);
      sum[static_cast<std::size_t>(to * width + o)] += message;
    }
  };
  constexpr int kSelfLoop = 4;
  for (int node = 0; node < nodes; ++node) send(node, node, kSelfLoop, 0);
  for (std::size_t e = 0; e < graph.begin.size(); ++e) {
    send(graph.begin[e], graph.end[e], graph.edge_codes[2 * e], graph.edge_codes[2 * e + 1]);
    send(graph.end[e], graph.begin[e], graph.edge_codes[2 * e], graph.edge_codes[2 * e + 1]);
  }
  for (std::size_t i = 0; i < sum.size(); ++i)
    sum[i] = (sum[i] + bias[i % static_cast<std::size_t>(width)]) / std::sqrt(1 + 1e-5);
  return sum;
}

TEST(MolclrGcn, SumsWithoutNormalisation) {
  constexpr int kWidth = 3;
  const EncoderConfig config{.type = "molclr-gcn",
                             .layers = 1,
                             .width = kWidth,
                             .schema = testing::reference_schema(),
                             .dtype = DType::f64};
  const auto encoder = make_encoder(config, 7);
  Parameters parameters = encoder->parameters();
  for (Parameter& parameter : parameters)  // a fresh bias is zero and would prove nothing
    if (parameter.name == "gnns.0.bias")
      for (double& value : parameter.tensor.mutable_values<double>()) value = 0.75;
  const graphs::Graph graph = testing::random_graph(11, 3);
  const graphs::GraphBatch batch =
      graphs::make_batch(testing::views_of({graph}), config.schema, config.layers);
  testing::expect_near("states", encoder->forward(batch, {.training = false}).to_doubles(),
                       by_hand(graph, parameters, kWidth), 1e-12);
}

}  // namespace
}  // namespace aufbau::nn
