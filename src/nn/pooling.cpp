#include "nn/pooling.h"

#include "nn/table.h"
#include "tensor/ops.h"

namespace aufbau::nn {

namespace {

struct PoolingEntry {
  const char* name;
  const char* summary;
  int widths;  ///< of the result, in widths of the states
  ParameterSpecs (*specs)(int width);
  Tensor (*apply)(const Tensor& states, const RowMap& graph_rows, const Parameters& own);
};

ParameterSpecs nothing(int) { return {}; }

template <Tensor reduce(const Tensor&, const RowMap&)>
Tensor plain(const Tensor& states, const RowMap& graph_rows, const Parameters&) {
  return reduce(states, graph_rows);
}

ParameterSpecs attention_specs(int width) { return linear_specs("gate_nn", width, 1); }

/// Global attention (Li et al. 2016, equation 7, without its transformations):
///     r = sum over v of softmax_v(<w, h_v> + b) h_v
Tensor attention(const Tensor& states, const RowMap& graph_rows, const Parameters& own) {
  const Tensor gate =
      ops::linear(states, tensor_named(own, "gate_nn.weight"), tensor_named(own, "gate_nn.bias"));
  const Tensor share = ops::segment_softmax(ops::entry_sum({}, gate, {}, graph_rows), graph_rows);
  return ops::weighted_aggregate(states, {}, share, graph_rows);
}

ParameterSpecs set2set_specs(int width) {
  const auto values = [&](const char* name, Shape shape) {
    return ParameterSpec{name, std::move(shape), Init::linear_uniform, width};
  };
  return {values("lstm.weight_ih_l0", {4 * width, 2 * width}),
          values("lstm.weight_hh_l0", {4 * width, width}), values("lstm.bias_ih_l0", {4 * width}),
          values("lstm.bias_hh_l0", {4 * width})};
}

/// Set2Set (Vinyals et al. 2016, equations 3 to 7), from q* = 0, h = c = 0, in each step
///     (q, c) = LSTM(q*; q, c),  r = sum over v of softmax_v(<h_v, q>) h_v,  q* = [q, r]
template <int steps>
Tensor set2set(const Tensor& states, const RowMap& graph_rows, const Parameters& own) {
  const std::int64_t width = states.cols();
  const auto zeros = [&](std::int64_t columns) {
    return Tensor::zeros({graph_rows.rows, columns}, states.dtype(), states.device());
  };
  Tensor query = zeros(width), cell = zeros(width), answer = zeros(2 * width);
  for (int step = 0; step < steps; ++step) {
    const Tensor gates = ops::add(ops::linear(answer, tensor_named(own, "lstm.weight_ih_l0"),
                                              tensor_named(own, "lstm.bias_ih_l0")),
                                  ops::linear(query, tensor_named(own, "lstm.weight_hh_l0"),
                                              tensor_named(own, "lstm.bias_hh_l0")));
    const Tensor next = ops::lstm_step(gates, cell);
    query = ops::columns(next, 0, width);
    cell = ops::columns(next, width, width);
    const Tensor share =
        ops::segment_softmax(ops::entry_dot(query, states, graph_rows), graph_rows);
    const Tensor read = ops::weighted_aggregate(states, {}, share, graph_rows);
    answer = ops::concat_columns(std::vector<Tensor>{query, read});
  }
  return answer;
}

const std::vector<PoolingEntry> kPoolings = {
    {"mean", "mean over the nodes of a graph", 1, nothing, plain<ops::segment_mean>},
    {"sum", "sum over the nodes of a graph", 1, nothing, plain<ops::segment_sum>},
    {"max", "elementwise maximum over the nodes of a graph", 1, nothing, plain<ops::segment_max>},
    {"attention", "sum over the nodes of a graph with learned weights", 1, attention_specs,
     attention},
    {"set2set2", "two learned looks at all nodes of a graph, twice as wide", 2, set2set_specs,
     set2set<2>},
    {"set2set3", "three looks", 2, set2set_specs, set2set<3>},
    {"set2set4", "four looks", 2, set2set_specs, set2set<4>},
    {"set2set5", "five looks", 2, set2set_specs, set2set<5>},
};

const PoolingEntry& entry_by_name(const std::string& name) {
  return entry_named(kPoolings, "pooling", "pooling", name);
}

}  // namespace

std::vector<NamedEntry> pooling_names() { return names_of(kPoolings); }

std::vector<NamedEntry> plain_pooling_names() {
  std::vector<NamedEntry> names;
  for (const PoolingEntry& entry : kPoolings)
    if (entry.specs == nothing) names.push_back({entry.name, entry.summary});
  return names;
}

int pooled_width(const std::string& name, int width) { return entry_by_name(name).widths * width; }

ParameterSpecs pooling_specs(const std::string& name, int width) {
  return entry_by_name(name).specs(width);
}

Tensor pool(const std::string& name, const Tensor& states, const RowMap& graph_rows,
            const Parameters& own) {
  return entry_by_name(name).apply(states, graph_rows, own);
}

}  // namespace aufbau::nn
