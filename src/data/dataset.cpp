#include "data/dataset.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string_view>

#include "core/error.h"
#include "core/parallel.h"
#include "core/text.h"

namespace aufbau::data {
namespace {

constexpr std::int64_t kHashBlock = 4096;  ///< graphs; part of what the hash means

/// Bytes on their way into the hash. Numbers take the smallest type that holds all of their kind:
/// hashing is most of the time that opening takes.
class Bytes {
 public:
  template <class Narrow, class T>
  void add(std::span<T> values) {
    for (const T value : values) {
      const auto narrow = static_cast<Narrow>(value);
      bytes_.append(reinterpret_cast<const char*>(&narrow), sizeof(narrow));
    }
  }
  void add_number(std::int64_t value) { add<std::int64_t>(std::span(&value, 1)); }
  void add_text(std::string_view text) {
    add_number(static_cast<std::int64_t>(text.size()));
    bytes_ += text;
  }
  void add_codes(std::span<const std::uint16_t> codes, bool fit_a_byte) {
    fit_a_byte ? add<std::uint8_t>(codes) : add<std::uint16_t>(codes);
  }
  void add_nodes(std::span<const std::int32_t> nodes, std::int32_t node_count) {
    node_count <= 1 << 16 ? add<std::uint16_t>(nodes) : add<std::uint32_t>(nodes);
  }
  /// Missing is missing, whatever bits the NaN has.
  void add_targets(std::span<const float> targets) {
    for (const float target : targets) {
      const float value = std::isnan(target) ? std::numeric_limits<float>::quiet_NaN() : target;
      add<float>(std::span(&value, 1));
    }
  }
  std::string sha256() const { return sha256_hex(bytes_); }

 private:
  std::string bytes_;
};

bool fit_a_byte(const std::vector<graphs::FeatureColumn>& columns) {
  return std::all_of(columns.begin(), columns.end(),
                     [](const auto& column) { return column.cardinality <= 256; });
}

/// Blocks of graphs are hashed in parallel, then their digests in order.
std::string hash_of(const store::DatasetContent& content) {
  const auto& graphs = content.graphs;
  const auto tasks = content.target_names.size();
  const bool has_centres = graphs.has_centres();
  const bool has_smiles = !content.molecules.smiles.empty();
  std::vector<std::string> digests(
      static_cast<std::size_t>((graphs.size() + kHashBlock - 1) / kHashBlock));
  const bool small_nodes = fit_a_byte(graphs.schema().node),
             small_edges = fit_a_byte(graphs.schema().edge);
  parallel_blocks(graphs.size(), kHashBlock, [&](std::int64_t begin, std::int64_t end) {
    Bytes bytes;
    for (std::int64_t i = begin; i < end; ++i) {
      const auto row = static_cast<std::size_t>(i);
      const graphs::GraphView graph = graphs[i];
      bytes.add_number(graph.node_count());
      bytes.add_number(graph.edge_count());
      bytes.add_codes(graph.node_codes, small_nodes);
      bytes.add_codes(graph.edge_codes, small_edges);
      bytes.add_nodes(graph.begin, graph.node_count());
      bytes.add_nodes(graph.end, graph.node_count());
      // Only where there are any, so that the hashes of molecules stay what they were.
      if (!graph.edge_values.empty()) bytes.add<float>(graph.edge_values);
      if (has_centres) bytes.add_number(graph.centre);
      bytes.add_targets(std::span(content.targets).subspan(row * tasks, tasks));
      if (has_smiles) bytes.add_text(content.molecules.smiles[row]);
    }
    digests[static_cast<std::size_t>(begin / kHashBlock)] = bytes.sha256();
  });
  Bytes bytes;
  bytes.add_text(graphs.schema().to_json());
  bytes.add_number(graphs.size());
  bytes.add_number(static_cast<std::int64_t>(tasks));
  for (const auto& name : content.target_names) bytes.add_text(name);
  for (const auto& digest : digests) bytes.add_text(digest);
  return bytes.sha256();
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
