#pragma once
#include <cstdint>
#include <span>

#include "data/dataset.h"
#include "graphs/graphon/matrix.h"
#include "train/tasks.h"

namespace aufbau::report {

/// The gradient of the supervised loss of those tasks in the parameters of an encoder at its
/// initial values, averaged over fresh heads and batches of `rows`: the principal gradient of PGM
/// (Chen et al. 2024). Tasks pull at the same encoder (gin, 3 layers of width 64, without dropout,
/// its values drawn by the seed), whatever dataset they are of, as long as the schema is the same.
/// Batch statistics are those of the batch, as in training. Error{nothing_valid}: none of the rows
/// has a label.
graphs::Vector task_gradient(const data::Dataset& dataset, const train::Tasks& tasks,
                             std::span<const std::int64_t> rows, std::uint64_t seed);

}  // namespace aufbau::report
