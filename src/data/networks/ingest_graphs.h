#pragma once
#include "aufbau.h"

namespace aufbau::data {

/// Edge lists and sets of graphs to X.h5 and X.rejects.csv, graphs in the order of the input, ego
/// networks in the order of their centres. One network is in memory at a time, a set of graphs
/// whole.
IngestSummary ingest_graphs(const IngestGraphsOptions& options);

}  // namespace aufbau::data
