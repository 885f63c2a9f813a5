#include "data/dataset.h"

#include <cmath>
#include <limits>
#include <string_view>

#include "core/error.h"
#include "core/parallel.h"
#include "core/sha256.h"

namespace aufbau::data {
namespace {

constexpr std::int64_t kHashBlock = 4096;  ///< graphs; part of what the hash means

template <class T>
void add(Sha256& hash, const T* values, std::size_t count) {
  hash.update(values, count * sizeof(T));
}

void add_number(Sha256& hash, std::int64_t value) { add(hash, &value, 1); }

void add_text(Sha256& hash, std::string_view text) {
  add_number(hash, static_cast<std::int64_t>(text.size()));
  hash.update(text);
}

void add_graph(Sha256& hash, const graphs::GraphView& graph) {
  const std::int32_t sizes[] = {graph.node_count(), graph.edge_count()};
  add(hash, sizes, 2);
  add(hash, graph.node_codes.data(), graph.node_codes.size());
  add(hash, graph.begin.data(), graph.begin.size());
  add(hash, graph.end.data(), graph.end.size());
  add(hash, graph.edge_codes.data(), graph.edge_codes.size());
}

/// Missing is missing, whatever bits the NaN has.
void add_targets(Sha256& hash, const float* targets, std::size_t count) {
  for (std::size_t t = 0; t < count; ++t) {
    const float value =
        std::isnan(targets[t]) ? std::numeric_limits<float>::quiet_NaN() : targets[t];
    add(hash, &value, 1);
  }
}

/// Blocks of graphs are hashed in parallel, then their digests in order.
std::string hash_of(const store::DatasetContent& content) {
  const auto& graphs = content.graphs;
  const auto tasks = content.target_names.size();
  const bool has_smiles = !content.molecules.smiles.empty();
  std::vector<std::string> digests(
      static_cast<std::size_t>((graphs.size() + kHashBlock - 1) / kHashBlock));
  parallel_blocks(graphs.size(), kHashBlock, [&](std::int64_t begin, std::int64_t end) {
    Sha256 hash;
    for (std::int64_t i = begin; i < end; ++i) {
      const auto row = static_cast<std::size_t>(i);
      add_graph(hash, graphs[i]);
      add_targets(hash, content.targets.data() + row * tasks, tasks);
      if (has_smiles) add_text(hash, content.molecules.smiles[row]);
    }
    digests[static_cast<std::size_t>(begin / kHashBlock)] = hash.hex();
  });
  Sha256 hash;
  add_text(hash, graphs.schema().to_json());
  add_number(hash, graphs.size());
  add_number(hash, static_cast<std::int64_t>(tasks));
  for (const auto& name : content.target_names) add_text(hash, name);
  for (const auto& digest : digests) hash.update(digest);
  return hash.hex();
}

}  // namespace

Dataset Dataset::open(const std::string& path) { return Dataset(store::read_dataset(path), path); }

Dataset::Dataset(store::DatasetContent content, std::string path)
    : content_(std::move(content)), path_(std::move(path)) {
  const auto graphs = static_cast<std::size_t>(content_.graphs.size());
  const auto& smiles = content_.molecules.smiles;
  if (content_.targets.size() != graphs * content_.target_names.size() ||
      (!smiles.empty() && smiles.size() != graphs))
    fail(ErrorKind::internal, "dataset", graphs, " graphs with ", content_.targets.size(),
         " target values for ", content_.target_names.size(), " tasks and ", smiles.size(),
         " SMILES");
  hash_ = hash_of(content_);
}

float Dataset::target(std::int64_t i, std::int64_t t) const {
  const auto tasks = static_cast<std::int64_t>(content_.target_names.size());
  if (i < 0 || i >= size() || t < 0 || t >= tasks)
    fail(ErrorKind::internal, "dataset", "target ", t, " of ", tasks, " of graph ", i, " of ",
         size(), " was asked for");
  return content_.targets[static_cast<std::size_t>(i * tasks + t)];
}

}  // namespace aufbau::data
