#include "nn/pooling.h"

#include "core/error.h"
#include "nn/table.h"
#include "tensor/ops.h"

namespace aufbau::nn {

namespace {

struct PoolingEntry {
  const char* name;
  const char* summary;
  int widths;  ///< of the result, in widths of the states
  ParameterSpecs (*specs)(int width);
  Tensor (*apply)(const Tensor& states, const graphs::ReadOutRows& rows, const Parameters& own);
};

ParameterSpecs nothing(int) { return {}; }

template <Tensor reduce(const Tensor&, const RowMap&)>
Tensor plain(const Tensor& states, const graphs::ReadOutRows& rows, const Parameters&) {
  return reduce(states, rows.nodes);
}

ParameterSpecs attention_specs(int width) { return linear_specs("gate_nn", width, 1); }

/// Global attention (Li et al. 2016, equation 7, without its transformations):
///     r = sum over v of softmax_v(<w, h_v> + b) h_v
Tensor attention(const Tensor& states, const graphs::ReadOutRows& rows, const Parameters& own) {
  const Tensor gate =
      ops::linear(states, tensor_named(own, "gate_nn.weight"), tensor_named(own, "gate_nn.bias"));
  const Tensor share = ops::segment_softmax(ops::entry_sum({}, gate, {}, rows.nodes), rows.nodes);
  return ops::weighted_aggregate(states, {}, share, rows.nodes);
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
Tensor set2set(const Tensor& states, const graphs::ReadOutRows& rows, const Parameters& own) {
  const std::int64_t width = states.cols();
  const auto zeros = [&](std::int64_t columns) {
    return Tensor::zeros({rows.nodes.rows, columns}, states.dtype(), states.device());
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
        ops::segment_softmax(ops::entry_dot(query, states, rows.nodes), rows.nodes);
    const Tensor read = ops::weighted_aggregate(states, {}, share, rows.nodes);
    answer = ops::concat_columns(std::vector<Tensor>{query, read});
  }
  return answer;
}

/// Hu et al. 2020, the biology networks: the mean beside the state of the node that the graph is
/// about.
Tensor mean_centre(const Tensor& states, const graphs::ReadOutRows& rows, const Parameters&) {
  if (rows.centres.rows != rows.nodes.rows)
    fail(ErrorKind::mismatch, "pooling",
         "mean-centre reads the centre of every graph, and a graph of this batch has none; ego "
         "networks have centres, for other graphs use mean");
  return ops::concat_columns(std::vector<Tensor>{ops::segment_mean(states, rows.nodes),
                                                 ops::gather_rows(states, rows.centres)});
}

const std::vector<PoolingEntry> kPoolings = {
    {"mean", "mean over the nodes of a graph", 1, nothing, plain<ops::segment_mean>},
    {"sum", "sum over the nodes of a graph", 1, nothing, plain<ops::segment_sum>},
    {"max", "elementwise maximum over the nodes of a graph", 1, nothing, plain<ops::segment_max>},
    {"mean-centre", "mean, and beside it the centre of an ego network", 2, nothing, mean_centre},
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
    if (entry.specs == nothing && entry.widths == 1) names.push_back({entry.name, entry.summary});
  return names;
}

int pooled_width(const std::string& name, int width) { return entry_by_name(name).widths * width; }

ParameterSpecs pooling_specs(const std::string& name, int width) {
  return entry_by_name(name).specs(width);
}

Tensor pool(const std::string& name, const Tensor& states, const graphs::ReadOutRows& rows,
            const Parameters& own) {
  return entry_by_name(name).apply(states, rows, own);
}

}  // namespace aufbau::nn
