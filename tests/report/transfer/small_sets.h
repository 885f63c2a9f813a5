#pragma once
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "data/ingest.h"
#include "data/networks/ingest_graphs.h"
#include "testing/files.h"

namespace aufbau::report {

/// Datasets for probes, made once: first.h5 and second.h5 without labels; polar.h5 (two classes),
/// whose first 20 molecules are every third one of first.h5; area.h5 (a number); networks.h5 and
/// more-networks.h5 with labels.
class SmallSets {
 public:
  SmallSets() {
    const auto all = molecules();
    std::string first = "smiles\n", second = "smiles\n", polar = "smiles,polar\n",
                area = "smiles,area\n";
    for (std::size_t i = 0; i < 60; ++i) {
      const std::size_t own = i % 3 == 0 ? i / 3 : 60 + i;  // 0..19 are in polar.h5, too
      first += all[own].first + '\n';
      polar += all[i].first + (all[i].second > 40 ? ",1\n" : ",0\n");
      if (i < 30) second += all[120 + i].first + '\n';
      area += all[200 + i].first + ',' + std::to_string(all[200 + i].second) + '\n';
    }
    ingest("first", first, {});
    ingest("second", second, {});
    ingest("polar", polar, {"polar"});
    ingest("area", area, {"area"});
    ingest_networks("networks", 24);
    ingest_networks("more-networks", 40);
  }

  std::string path(const std::string& name) const { return folder_.path(name); }

 private:
  /// SMILES and polar surface areas of 300 molecules.
  static std::vector<std::pair<std::string, double>> molecules() {
    std::istringstream lines(
        testing::read_text(testing::test_file("../examples/data/nci_tpsa.csv")));
    std::vector<std::pair<std::string, double>> rows;
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line))
      rows.emplace_back(line.substr(0, line.find(',')), std::stod(line.substr(line.find(',') + 1)));
    return rows;
  }

  void ingest(const std::string& name, const std::string& text,
              const std::vector<std::string>& targets) const {
    IngestOptions options;
    options.inputs = {folder_.write(name + ".csv", text)};
    options.output = path(name + ".h5");
    options.target_columns = targets;
    options.no_targets = targets.empty();
    options.scaffolds = true;
    data::ingest(options);
  }

  /// Rings and stars of growing size in the layout of the TU collections as W2PGNN ships them:
  /// which of them a graph is, is its label.
  void ingest_networks(const std::string& name, int count) const {
    std::string text = std::to_string(count) + '\n';
    for (int g = 0; g < count; ++g) {
      const int nodes = 4 + g / 2;
      text += std::to_string(nodes) + ' ' + std::to_string(g % 2) + '\n';
      for (int v = 0; v < nodes; ++v) {
        std::vector<int> neighbours;
        if (g % 2 == 0) neighbours = {(v + 1) % nodes, (v + nodes - 1) % nodes};
        if (g % 2 == 1 && v > 0) neighbours = {0};
        if (g % 2 == 1 && v == 0)
          for (int leaf = 1; leaf < nodes; ++leaf) neighbours.push_back(leaf);
        text += "0 " + std::to_string(neighbours.size());
        for (const int neighbour : neighbours) text += ' ' + std::to_string(neighbour);
        text += '\n';
      }
    }
    IngestGraphsOptions options;
    options.inputs = {folder_.write(name + ".txt", text)};
    options.output = path(name + ".h5");
    data::ingest_graphs(options);
  }

  testing::TemporaryFolder folder_;
};

/// Small and quick; two epochs of pretraining and two seeds.
inline ProbeOptions small_probe() {
  ProbeOptions options;
  options.encoder.layers = 2;
  options.encoder.width = 8;
  options.molecules = 30;
  options.pretrain_epochs = 2;
  options.finetune_epochs = 2;
  options.seeds = {0, 1};
  return options;
}

}  // namespace aufbau::report
