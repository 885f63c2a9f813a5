#include "nn/encoder.h"
#include "nn/table.h"
#include "tensor/ops.h"

namespace aufbau::nn {

namespace {

struct PoolingEntry {
  const char* name;
  const char* summary;
  Tensor (*apply)(const Tensor& states, const RowMap& graph_rows);
};

/// A graph without nodes is 0 in all of them.
const std::vector<PoolingEntry> kPoolings = {
    {"mean", "mean over the nodes of a graph", ops::segment_mean},
    {"sum", "sum over the nodes of a graph", ops::segment_sum},
    {"max", "elementwise maximum over the nodes of a graph", ops::segment_max},
};

}  // namespace

std::vector<NamedEntry> pooling_names() { return names_of(kPoolings); }

Tensor pool(const std::string& name, const Tensor& states, const RowMap& graph_rows) {
  return entry_named(kPoolings, "pooling", "pooling", name).apply(states, graph_rows);
}

}  // namespace aufbau::nn
