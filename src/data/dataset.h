#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "store/dataset_file.h"

namespace aufbau::data {

/// A dataset in memory: graphs in flat arrays, targets, molecule table. Read-only after opening;
/// shared by threads.
class Dataset {
 public:
  static Dataset open(const std::string& path);
  explicit Dataset(store::DatasetContent content, std::string path = "");

  std::int64_t size() const { return content_.graphs.size(); }
  const graphs::GraphSet& graphs() const { return content_.graphs; }
  graphs::GraphView graph(std::int64_t index) const { return content_.graphs[index]; }
  const graphs::FeatureSchema& schema() const { return content_.graphs.schema(); }
  const store::MoleculeTable& molecules() const { return content_.molecules; }
  /// Of ego networks: whose they are, [size()]; else empty.
  const std::vector<std::string>& centre_names() const { return content_.centre_names; }
  const std::vector<std::string>& target_names() const { return content_.target_names; }
  /// Target t of graph i; NaN = missing.
  float target(std::int64_t i, std::int64_t t) const;
  const store::Provenance& provenance() const { return content_.provenance; }
  const std::string& path() const { return path_; }
  /// SHA-256 over graphs, targets and SMILES: the same data give the same hash whatever file they
  /// are in.
  const std::string& hash() const { return hash_; }

 private:
  store::DatasetContent content_;
  std::string path_, hash_;
};

}  // namespace aufbau::data
