#include "graphs/compact_batch.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "graphs/batch_parts.h"
#include "graphs/colours.h"

namespace aufbau::graphs {

namespace {

/// Who reads whom, without self loops.
struct NeighbourLists {
  std::vector<std::int32_t> offset, source, code;
  Neighbourhoods view() const { return {offset, source, code}; }
  /// Of the node, itself among them.
  std::int32_t degree(std::int32_t node) const {
    const auto at = static_cast<std::size_t>(node);
    return offset[at + 1] - offset[at] + 1;
  }
};

NeighbourLists neighbour_lists(std::span<const GraphView> graphs, const EdgeCodes& edges,
                               const BatchLayout& layout) {
  NeighbourLists lists;
  lists.offset.assign(static_cast<std::size_t>(layout.node_count()) + 1, 0);
  count_neighbours(graphs, layout, std::span(lists.offset).subspan(1));
  std::partial_sum(lists.offset.begin(), lists.offset.end(), lists.offset.begin());
  lists.source.resize(static_cast<std::size_t>(2 * layout.edge_count));
  lists.code.resize(lists.source.size());
  std::vector<std::int32_t> next(lists.offset.begin(), lists.offset.end() - 1);
  for_each_neighbour(
      graphs, edges, layout, [&](std::int32_t node, std::int32_t neighbour, std::int32_t code) {
        const auto at = static_cast<std::size_t>(next[static_cast<std::size_t>(node)]++);
        lists.source[at] = neighbour;
        lists.code[at] = code;
      });
  return lists;
}

/// Of the first node of each colour of `level`, the number that `colouring` gives it.
std::vector<std::int32_t> rows_of(const Colouring& level, const Colouring& colouring) {
  std::vector<std::int32_t> rows;
  rows.reserve(level.first.size());
  for (const std::int32_t node : level.first)
    rows.push_back(colouring.colour[static_cast<std::size_t>(node)]);
  return rows;
}

Tensor multiplicities(const Colouring& level) {
  Tensor counts = Tensor::zeros({level.count()}, DType::f32);
  const auto out = counts.mutable_values<float>();
  for (const std::int32_t colour : level.colour) out[static_cast<std::size_t>(colour)] += 1;
  return counts;
}

Tensor degrees(const Colouring& level, const NeighbourLists& lists) {
  Tensor degree = Tensor::empty({level.count()}, DType::i32);
  std::transform(level.first.begin(), level.first.end(),
                 degree.mutable_values<std::int32_t>().begin(),
                 [&](std::int32_t node) { return lists.degree(node); });
  return degree;
}

/// The layer from the rows of `below` to those of `level`, which `refinement` has just made of it.
Block shared_block(const Colouring& below, const Colouring& level, const Refinement& refinement,
                   const NeighbourLists& lists, const EdgeCodes& edges) {
  std::vector<std::int32_t> offset{0}, source, code;
  offset.reserve(level.first.size() + 1);
  const std::vector<std::int32_t> own = rows_of(level, below);
  for (std::size_t row = 0; row < level.first.size(); ++row) {
    source.push_back(own[row]);
    code.push_back(edges.self_loop);
    for (const std::uint64_t entry : refinement.entries(level.first[row])) {
      source.push_back(Refinement::colour_of(entry));
      code.push_back(Refinement::code_of(entry));
    }
    offset.push_back(static_cast<std::int32_t>(source.size()));
  }
  Block block;
  block.edges = make_row_map(below.count(), offset, source, code, edges.count);
  block.multiplicity = multiplicities(level);
  block.own_rows = make_gather(below.count(), own);
  block.source_degree = degrees(below, lists);
  return block;
}

/// Row i of the result is node `first` of the colour i.
Tensor codes_of_colours(const Tensor& node_codes, const Colouring& level) {
  const std::int64_t columns = node_codes.cols();
  Tensor codes = Tensor::empty({level.count(), columns}, DType::i32);
  const auto in = node_codes.values<std::int32_t>();
  auto out = codes.mutable_values<std::int32_t>().begin();
  for (const std::int32_t node : level.first)
    out = std::copy_n(in.begin() + node * columns, columns, out);
  return codes;
}

}  // namespace

GraphBatch make_compact_batch(std::span<const GraphView> graphs, const FeatureSchema& schema,
                              int layers, const RowSharing& sharing) {
  const int shared = std::min(sharing.layers, layers);
  if (shared < 1) return make_batch(graphs, schema, layers);
  BatchLayout layout = layout_of(graphs, schema);
  const EdgeCodes edges = edge_codes_of(graphs, schema);
  const NeighbourLists lists = neighbour_lists(graphs, edges, layout);
  const Tensor node_codes = node_codes_of(graphs, schema, layout);

  GraphBatch batch;
  batch.graph_count = static_cast<std::int64_t>(graphs.size());
  batch.node_count = layout.node_count();
  batch.edge_values = edges.values;
  std::vector<Colouring> levels = {initial_colours(
      node_codes.values<std::int32_t>(), node_codes.cols(), lists.view(), sharing.by_degree)};
  batch.node_codes = codes_of_colours(node_codes, levels.front());
  Refinement refinement(lists.view());
  for (int l = 0; l < shared; ++l) {
    levels.push_back(refinement.refined(levels.back()));
    batch.blocks.push_back(
        shared_block(levels[levels.size() - 2], levels.back(), refinement, lists, edges));
  }
  const Colouring& top = levels.back();
  if (shared == layers) {
    for (const Colouring& level : levels)
      batch.level_rows.push_back(make_gather(level.count(), rows_of(top, level)));
    batch.node_rows = make_gather(top.count(), top.colour);
    batch.graph_rows = read_out_map(layout, top.count(), top.colour);
    batch.centre_rows = centre_map(graphs, layout, top.count(), top.colour);
  } else {
    batch.blocks.back().spread = make_gather(top.count(), top.colour);
    const RowMap identity = make_identity(layout.node_count());
    const Block plain = plain_block(graphs, edges, layout, identity);
    batch.blocks.resize(static_cast<std::size_t>(layers), plain);
    for (int l = 0; l <= layers; ++l)
      batch.level_rows.push_back(l < shared
                                     ? make_gather(levels[static_cast<std::size_t>(l)].count(),
                                                   levels[static_cast<std::size_t>(l)].colour)
                                     : identity);
    batch.node_rows = identity;
    batch.graph_rows = read_out_map(layout, layout.node_count());
    batch.centre_rows = centre_map(graphs, layout, layout.node_count());
  }
  batch.node_offset = std::move(layout.node_offset);
  return batch;
}

}  // namespace aufbau::graphs
