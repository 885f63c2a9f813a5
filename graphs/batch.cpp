#include "graphs/batch.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "core/error.h"
#include "graphs/batch_parts.h"

namespace aufbau::graphs {

namespace {

Tensor ids(std::int64_t count) { return Tensor::empty({count}, DType::i32); }

/// Offsets from counts: counts[i + 1] holds the count of row i before, the end of row i after.
void accumulate(std::span<std::int32_t> counts) {
  std::partial_sum(counts.begin(), counts.end(), counts.begin());
}

}  // namespace

BatchLayout layout_of(std::span<const GraphView> graphs, const FeatureSchema& schema) {
  BatchLayout layout;
  layout.node_offset.reserve(graphs.size() + 1);
  for (std::size_t g = 0; g < graphs.size(); ++g) {
    if (const std::string broken = broken_promise(graphs[g], schema); !broken.empty())
      fail(ErrorKind::internal, "make_batch", "graph ", g, " of the batch: ", broken);
    layout.node_offset.push_back(layout.node_count() + graphs[g].node_count());
    layout.edge_count += graphs[g].edge_count();
  }
  if (layout.node_count() + 2 * layout.edge_count > std::numeric_limits<std::int32_t>::max())
    fail(ErrorKind::usage, "make_batch", "a batch of ", graphs.size(), " graphs has ",
         layout.node_count(), " nodes and ", layout.edge_count,
         " edges, too many to number; use a smaller batch");
  return layout;
}

Tensor node_codes_of(std::span<const GraphView> graphs, const FeatureSchema& schema,
                     const BatchLayout& layout) {
  Tensor codes = Tensor::empty({layout.node_count(), static_cast<std::int64_t>(schema.node.size())},
                               DType::i32);
  auto out = codes.mutable_values<std::int32_t>().begin();
  for (const GraphView& graph : graphs)
    out = std::copy(graph.node_codes.begin(), graph.node_codes.end(), out);
  return codes;
}

void count_neighbours(std::span<const GraphView> graphs, const BatchLayout& layout,
                      std::span<std::int32_t> degree) {
  for (std::size_t g = 0; g < graphs.size(); ++g) {
    const auto own = degree.subspan(static_cast<std::size_t>(layout.node_offset[g]));
    for (const std::int32_t node : graphs[g].begin) ++own[static_cast<std::size_t>(node)];
    for (const std::int32_t node : graphs[g].end) ++own[static_cast<std::size_t>(node)];
  }
}

namespace {

/// Every node reads itself and its neighbours. Edges go both ways, so a node is read as often as it
/// reads: the transpose has the same offsets, and one pass over the rows in order fills it with
/// ascending rows.
RowMap neighbour_map(std::span<const GraphView> graphs, const EdgeCodes& edges,
                     const BatchLayout& layout) {
  const std::int64_t nodes = layout.node_count();
  RowMap map;
  map.rows = map.sources = nodes;
  map.entries = nodes + 2 * layout.edge_count;
  map.code_count = edges.count;
  map.offset = ids(nodes + 1);
  map.source = ids(map.entries);
  map.code = ids(map.entries);
  map.reverse_row = ids(map.entries);
  map.reverse_entry = ids(map.entries);
  const auto offset = map.offset.mutable_values<std::int32_t>();
  const auto source = map.source.mutable_values<std::int32_t>();
  const auto code = map.code.mutable_values<std::int32_t>();

  std::fill(offset.begin(), offset.end(), 1);
  offset[0] = 0;
  count_neighbours(graphs, layout, offset.subspan(1));
  accumulate(offset);

  std::vector<std::int32_t> next(offset.begin(), offset.end());
  const auto add_entry = [&](std::int32_t row, std::int32_t from, std::int32_t code_of_edge) {
    const auto entry = static_cast<std::size_t>(next[static_cast<std::size_t>(row)]++);
    source[entry] = from;
    code[entry] = code_of_edge;
  };
  for (std::int32_t node = 0; node < nodes; ++node) add_entry(node, node, edges.self_loop);
  for_each_neighbour(graphs, edges, layout, add_entry);

  map.reverse_offset = map.offset;
  const auto reverse_row = map.reverse_row.mutable_values<std::int32_t>();
  const auto reverse_entry = map.reverse_entry.mutable_values<std::int32_t>();
  std::copy(offset.begin(), offset.end(), next.begin());
  for (std::int32_t row = 0; row < nodes; ++row)
    for (std::int32_t e = offset[static_cast<std::size_t>(row)];
         e < offset[static_cast<std::size_t>(row) + 1]; ++e) {
      const auto at = static_cast<std::size_t>(
          next[static_cast<std::size_t>(source[static_cast<std::size_t>(e)])]++);
      reverse_row[at] = row;
      reverse_entry[at] = e;
    }
  return map;
}

/// Of every row, how many entries it has.
Tensor entry_counts(const RowMap& map) {
  Tensor counts = ids(map.rows);
  const auto offset = map.offset.values<std::int32_t>();
  std::adjacent_difference(offset.begin() + 1, offset.end(),
                           counts.mutable_values<std::int32_t>().begin());
  return counts;
}

}  // namespace

RowMap read_out_map(const BatchLayout& layout, std::int64_t rows,
                    std::span<const std::int32_t> row_of_node) {
  const std::vector<std::int32_t> offset(layout.node_offset.begin(), layout.node_offset.end());
  if (!row_of_node.empty()) return make_row_map(rows, offset, row_of_node);
  std::vector<std::int32_t> source(static_cast<std::size_t>(layout.node_count()));
  std::iota(source.begin(), source.end(), 0);
  return make_row_map(rows, offset, source);
}

RowMap centre_map(std::span<const GraphView> graphs, const BatchLayout& layout, std::int64_t rows,
                  std::span<const std::int32_t> row_of_node) {
  std::vector<std::int32_t> source;
  for (std::size_t g = 0; g < graphs.size(); ++g) {
    if (graphs[g].centre < 0) return {};
    const auto node = static_cast<std::int32_t>(layout.node_offset[g]) + graphs[g].centre;
    source.push_back(row_of_node.empty() ? node : row_of_node[static_cast<std::size_t>(node)]);
  }
  return make_gather(rows, source);
}

Block plain_block(std::span<const GraphView> graphs, const EdgeCodes& edges,
                  const BatchLayout& layout, const RowMap& identity) {
  Block block;
  block.edges = neighbour_map(graphs, edges, layout);
  block.own_rows = identity;
  block.source_degree = entry_counts(block.edges);
  return block;
}

namespace {

/// Moves row maps, each shared one once.
class MapMover {
 public:
  explicit MapMover(Device device) : device_(device) {}
  RowMap operator()(const RowMap& map) {
    for (const auto& [from, to] : moved_)
      if (from.source.is(map.source) && from.offset.is(map.offset)) return to;
    moved_.emplace_back(map, map.to(device_));
    return moved_.back().second;
  }

 private:
  Device device_;
  std::vector<std::pair<RowMap, RowMap>> moved_;
};

}  // namespace

GraphBatch GraphBatch::to(Device device) const {
  MapMover moved(device);
  GraphBatch batch;
  batch.graph_count = graph_count;
  batch.node_count = node_count;
  batch.node_codes = node_codes.to(device);
  for (const Block& block : blocks)
    batch.blocks.push_back({moved(block.edges),
                            block.multiplicity ? block.multiplicity.to(device) : Tensor(),
                            moved(block.own_rows), block.source_degree.to(device),
                            block.spread.rows > 0 ? moved(block.spread) : RowMap()});
  batch.node_rows = moved(node_rows);
  batch.graph_rows = moved(graph_rows);
  if (centre_rows.rows > 0) batch.centre_rows = moved(centre_rows);
  if (edge_values) batch.edge_values = edge_values.to(device);
  for (const RowMap& map : level_rows) batch.level_rows.push_back(moved(map));
  batch.node_offset = node_offset;
  return batch;
}

GraphBatch make_batch(std::span<const GraphView> graphs, const FeatureSchema& schema, int layers) {
  if (layers < 0) fail(ErrorKind::internal, "make_batch", layers, " layers");
  BatchLayout layout = layout_of(graphs, schema);
  GraphBatch batch;
  batch.graph_count = static_cast<std::int64_t>(graphs.size());
  batch.node_count = layout.node_count();
  batch.node_codes = node_codes_of(graphs, schema, layout);
  batch.node_rows = make_identity(layout.node_count());
  const EdgeCodes edges = edge_codes_of(graphs, schema);
  batch.edge_values = edges.values;
  const Block block = plain_block(graphs, edges, layout, batch.node_rows);
  batch.blocks.assign(static_cast<std::size_t>(layers), block);
  batch.graph_rows = read_out_map(layout, layout.node_count());
  batch.centre_rows = centre_map(graphs, layout, layout.node_count());
  batch.level_rows.assign(static_cast<std::size_t>(layers) + 1, batch.node_rows);
  batch.node_offset = std::move(layout.node_offset);
  return batch;
}

}  // namespace aufbau::graphs
