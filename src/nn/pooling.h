#pragma once
#include <string>
#include <vector>

#include "nn/encoder.h"

namespace aufbau::nn {

// Read-outs: the states of the nodes of a graph become one vector. The table is in pooling.cpp.

std::vector<NamedEntry> pooling_names();
/// Width of the vectors for states of `width` numbers. Error{usage} for an unknown name, here and
/// below.
int pooled_width(const std::string& name, int width);
/// The tensors a read-out learns, in state-dict order: `gate_nn.*` of attention, `lstm.*_l0` of
/// set2set, none of the others.
ParameterSpecs pooling_specs(const std::string& name, int width);
/// Pools a batch: states [rows of last level, D] -> [G, pooled_width]. `own` are the tensors of
/// pooling_specs. A graph without nodes becomes 0; of set2set the half that was read is 0.
/// Error{mismatch}: mean-centre, and a graph has no centre.
Tensor pool(const std::string& name, const Tensor& states, const graphs::ReadOutRows& rows,
            const Parameters& own = {});
/// Names of the read-outs that learn nothing and keep the width.
std::vector<NamedEntry> plain_pooling_names();

}  // namespace aufbau::nn
