#include "objectives/toy_data.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "testing/reference_batch.h"

namespace aufbau::objectives {

namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

enum BondCode : std::uint16_t { single = 0, twofold = 1, threefold = 2, aromatic = 3 };

struct Bond {
  std::int32_t begin, end;
  BondCode type = single;
};

std::uint16_t element_code(char symbol) {
  switch (symbol) {
    case 'C':
      return 5;
    case 'N':
      return 6;
    case 'O':
      return 7;
    case 'F':
      return 8;
    default:
      return 15;  // S
  }
}

graphs::Graph molecule(const std::string& atoms, const std::vector<Bond>& bonds) {
  graphs::Graph graph;
  graph.node_columns = graph.edge_columns = 2;
  for (const char symbol : atoms) {
    graph.node_codes.push_back(element_code(symbol));
    graph.node_codes.push_back(0);
  }
  for (const Bond& bond : bonds) {
    graph.begin.push_back(bond.begin);
    graph.end.push_back(bond.end);
    graph.edge_codes.push_back(bond.type);
    graph.edge_codes.push_back(0);
  }
  return graph;
}

std::vector<Bond> chain_bonds(std::int32_t length) {
  std::vector<Bond> bonds;
  for (std::int32_t i = 1; i < length; ++i) bonds.push_back({i - 1, i});
  return bonds;
}

}  // namespace

graphs::Graph chain(std::int32_t length) {
  return molecule(std::string(static_cast<std::size_t>(length), 'C'), chain_bonds(length));
}

data::Dataset dataset_of(const std::vector<graphs::Graph>& graphs) {
  store::DatasetContent content;
  content.graphs = graphs::GraphSet(testing::reference_schema());
  for (const graphs::Graph& graph : graphs) content.graphs.append(graph.view());
  return data::Dataset(std::move(content));
}

data::Dataset toy_molecules() {
  const std::vector<Bond> benzene = {{0, 1, aromatic}, {1, 2, aromatic}, {2, 3, aromatic},
                                     {3, 4, aromatic}, {4, 5, aromatic}, {5, 0, aromatic}};
  const auto with_ring = [&](std::vector<Bond> more) {
    more.insert(more.begin(), benzene.begin(), benzene.end());
    return more;
  };
  const std::vector<graphs::Graph> graphs = {
      molecule("CCCCO", {{0, 1}, {1, 2}, {2, 3}, {3, 4}}),             // butanol
      molecule("CCCCCCO", with_ring({{5, 6}})),                        // phenol
      molecule("COCOC", {{0, 1}, {1, 2}, {2, 3}, {3, 4}}),             // dimethoxymethane
      molecule("NCCCCC", benzene),                                     // pyridine
      molecule("CCCCN", {{0, 1}, {1, 2}, {2, 3}, {3, 4, threefold}}),  // butyronitrile
      molecule("CCCCCCF", with_ring({{5, 6}})),                        // fluorobenzene
      molecule("CCOCO", {{0, 1}, {1, 2}, {2, 3}, {3, 4, twofold}}),    // ethyl formate
      molecule("CCCCCCSC", with_ring({{5, 6}, {6, 7}})),               // thioanisole
  };
  store::DatasetContent content;
  content.graphs = graphs::GraphSet(testing::reference_schema());
  content.target_names = {"oxygen", "ring", "atoms"};
  const std::vector<float> oxygen = {1, 1, kMissing, 0, 0, 0, 1, kMissing};
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    graphs::GraphView graph = graphs[i].view();
    graph.centre = 0;
    content.graphs.append(graph);
    const auto atoms = static_cast<float>(graphs[i].view().node_count());
    content.targets.insert(content.targets.end(),
                           {oxygen[i], i % 2 == 0 ? 0.f : 1.f, i == 2 ? kMissing : atoms});
  }
  return data::Dataset(std::move(content));
}

data::Dataset toy_mixtures() {
  std::vector<graphs::Graph> graphs;
  for (const char* atoms : {"CNOFS", "OCNSF", "SFCON", "NSCFO", "FNCO", "SOCF"})
    graphs.push_back(molecule(atoms, chain_bonds(static_cast<std::int32_t>(std::strlen(atoms)))));
  graphs.push_back(molecule("CNOS", {{0, 1}, {1, 2}, {2, 3}, {3, 0}}));
  graphs.push_back(molecule("CNOFS", {{0, 1}, {0, 2}, {0, 3}, {0, 4}}));
  return dataset_of(graphs);
}

ObjectiveConfig toy_config(DType dtype) {
  ObjectiveConfig config;
  config.encoder.layers = 2;
  config.encoder.width = 24;
  config.encoder.schema = testing::reference_schema();
  config.encoder.dtype = dtype;
  config.encoder.share_rows = false;
  config.seed = 7;
  config.mask_bonds = true;
  config.context_size = 2;
  config.target_columns = {0, 1, 2};
  config.task_types = {"classification", "classification", "regression"};
  config.target_mean = {0, 0, 6};
  config.target_deviation = {1, 1, 1.5};
  return config;
}

std::vector<std::int64_t> all_rows(const data::Dataset& dataset) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(dataset.size()));
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

ToyTraining::ToyTraining(const std::string& objective, const ObjectiveConfig& config)
    : encoder_(nn::make_encoder(config.encoder, config.seed)),
      objective_(make_stage(parse_stages(objective).front(), config)),
      parameters_(nn::with_prefix("gnn.", encoder_->parameters())) {
  for (const nn::Parameter& parameter : objective_->parameters()) parameters_.push_back(parameter);
  for (const nn::Parameter& parameter : parameters_) {
    first_moment_.emplace_back(static_cast<std::size_t>(parameter.tensor.size()));
    second_moment_.emplace_back(static_cast<std::size_t>(parameter.tensor.size()));
  }
}

LossResult ToyTraining::gradients(const Prepared& prepared) {
  for (nn::Parameter& parameter : parameters_) parameter.tensor.set_grad({});
  nn::ForwardContext context;
  context.training = true;
  context.seed = 5;
  context.step = static_cast<std::uint32_t>(steps_);
  LossResult result = objective_->loss(*encoder_, prepared, context);
  backward(result.loss);
  return result;
}

LossResult ToyTraining::step(const Prepared& prepared, double learning_rate) {
  const LossResult result = gradients(prepared);
  ++steps_;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    Tensor& tensor = parameters_[i].tensor;
    if (!parameters_[i].trained || !tensor.grad()) continue;
    const std::vector<double> gradient = tensor.grad().to_doubles();
    const auto values = tensor.mutable_values<double>();
    for (std::size_t j = 0; j < gradient.size(); ++j) {
      double& m = first_moment_[i][j];
      double& v = second_moment_[i][j];
      m = 0.9 * m + 0.1 * gradient[j];
      v = 0.999 * v + 0.001 * gradient[j] * gradient[j];
      values[j] -= learning_rate * m / (1 - std::pow(0.9, steps_)) /
                   (std::sqrt(v / (1 - std::pow(0.999, steps_))) + 1e-8);
    }
  }
  return result;
}

}  // namespace aufbau::objectives
