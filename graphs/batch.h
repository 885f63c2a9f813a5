#pragma once
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "graphs/graph.h"
#include "tensor/row_map.h"

namespace aufbau::graphs {

/// One message-passing layer of a batch: which rows of the level below each row of this level reads
/// (itself first through the self loop, then its neighbours in edge order), with the edge code of
/// each entry.
struct Block {
  RowMap edges;          ///< codes: FeatureSchema::edge_code, or rows of GraphBatch::edge_values
  Tensor multiplicity;   ///< f32 [rows]: how many nodes a row stands for; undefined: one each
  RowMap own_rows;       ///< row -> the row of the level below that stands for the same node
  Tensor source_degree;  ///< i32 [rows below]: neighbours of the node, itself among them
  /// Node -> its row, where rows are shared up to here and not beyond: what follows has a row per
  /// node. No rows otherwise.
  RowMap spread = {};
};

/// What read-outs read of the last level.
struct ReadOutRows {
  RowMap nodes;    ///< graph -> rows, one entry per node
  RowMap centres;  ///< graph -> row of its centre; no rows unless every graph has one
  ReadOutRows(RowMap all, RowMap centre = {}) : nodes(std::move(all)), centres(std::move(centre)) {}
};

/// A disjoint union of graphs as one block per layer (message-flow graphs, as in DGL). Level 0
/// holds the rows of the input embedding, level l the rows after layer l. In a plain batch every
/// level has one row per node; when rows are shared (identical neighbourhoods, compact_batch.h) it
/// has fewer. Models cannot tell, and need not.
struct GraphBatch {
  std::int64_t graph_count = 0, node_count = 0;
  Tensor node_codes;  ///< i32 [rows of level 0, node columns]
  /// f32 [edge codes, FeatureSchema::edge_value_width()] under a schema with real-valued edges: the
  /// distinct edges of the batch, the self loop first. Undefined under other schemas.
  Tensor edge_values;
  std::vector<Block> blocks;  ///< one per layer
  RowMap node_rows;           ///< node of the batch -> its row of the last level
  RowMap graph_rows;          ///< graph -> rows of the last level, one entry per node (read-outs)
  RowMap centre_rows;         ///< graph -> row of its centre; no rows unless every graph has one
  std::vector<RowMap> level_rows;         ///< [layers + 1]: row of the last level -> row of level l
  std::vector<std::int64_t> node_offset;  ///< [G + 1]: first node of each graph, host side

  ReadOutRows read_out() const { return {graph_rows, centre_rows}; }
  GraphBatch to(Device device) const;
};

/// Plain batch of `layers` blocks; nodes in the order of the graphs. Graphs without nodes are
/// allowed and pool to zero.
GraphBatch make_batch(std::span<const GraphView> graphs, const FeatureSchema& schema, int layers);

}  // namespace aufbau::graphs
