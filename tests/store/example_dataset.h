#pragma once
#include <limits>
#include <string>
#include <vector>

#include "store/dataset_file.h"

namespace aufbau::testing {

/// A schema of two node and two edge columns, one of them too wide for a byte.
inline graphs::FeatureSchema example_schema() {
  return {"example",
          1,
          {{"element", 120, {{"mask", 119}}}, {"tag", 300, {}}},
          {{"type", 6, {}}, {"direction", 3, {}}}};
}

/// Ring of `nodes` nodes (a chain below three), codes that differ from node to node.
inline graphs::Graph example_graph(int nodes) {
  graphs::Graph graph;
  graph.node_columns = 2;
  graph.edge_columns = 2;
  for (int i = 0; i < nodes; ++i) {
    graph.node_codes.push_back(static_cast<std::uint16_t>(i * 7 % 120));
    graph.node_codes.push_back(static_cast<std::uint16_t>(i * 41 % 300));
  }
  const int edges = nodes < 3 ? nodes - 1 : nodes;
  for (int i = 0; i < edges; ++i) {
    graph.begin.push_back(i);
    graph.end.push_back((i + 1) % nodes);
    graph.edge_codes.push_back(static_cast<std::uint16_t>(i % 6));
    graph.edge_codes.push_back(static_cast<std::uint16_t>(i % 3));
  }
  return graph;
}

inline store::MoleculeRecord example_molecule(int i) {
  store::MoleculeRecord molecule;
  molecule.smiles = std::string(static_cast<std::size_t>(i % 4 + 1), 'C');
  molecule.id = i % 3 ? "id " + std::to_string(i) : "";
  molecule.line = i + 2;
  molecule.scaffold = i % 5 == 0 ? "" : "ring@" + std::to_string(i % 5);
  molecule.scaffold_achiral = i % 5 == 0 ? "" : "ring" + std::to_string(i % 2);
  molecule.part = static_cast<std::int8_t>(i % 4 - 1);
  return molecule;
}

inline std::vector<float> example_targets(int i) {
  return {static_cast<float>(i) / 3, i % 2 ? std::numeric_limits<float>::quiet_NaN() : 1.0f};
}

inline store::Provenance example_provenance() {
  return {"0.1.0",
          "2022.09.3",
          {{"a.csv", std::string(64, 'a')}, {"b.sdf", std::string(64, 'b')}},
          "{\"schema\":\"example\"}",
          "{\"rows\":3}"};
}

/// `count` graphs of 1 to 12 nodes with everything a dataset can hold.
inline void write_example(const std::string& path, int count) {
  store::DatasetWriter writer(path, example_schema(), {"activity", "toxic, \"oral\""}, true, true);
  for (int i = 0; i < count; ++i)
    writer.append(example_graph(i % 12 + 1).view(), example_molecule(i), example_targets(i));
  writer.finish(example_provenance());
}

}  // namespace aufbau::testing
