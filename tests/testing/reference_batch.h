#pragma once
#include <string>
#include <vector>

#include "graphs/batch.h"
#include "testing/reference.h"

namespace aufbau::testing {

/// The feature columns the known answers are written in (Hu et al. 2020): element, chirality; bond
/// type, direction.
graphs::FeatureSchema reference_schema();

/// The graphs of a `batch/` group (x, edge_index, edge_attr, node_offset), in order. Columns 2b and
/// 2b + 1 of edge_index must be the two directions of one bond with equal attributes; throws
/// Error{input} when they are not.
std::vector<graphs::Graph> reference_graphs(const ReferenceFile& file, const std::string& path);

std::vector<graphs::GraphView> views_of(const std::vector<graphs::Graph>& graphs);

/// The same as a plain batch of `layers` blocks; its node numbers are the rows of `x`.
graphs::GraphBatch reference_batch(const ReferenceFile& file, const std::string& path, int layers);

}  // namespace aufbau::testing
