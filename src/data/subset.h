#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/dataset.h"

namespace aufbau::data {

/// Row i * size / count for i = 0..count-1: `count` rows of a dataset of `size`, evenly apart, so
/// that a file in some order is met in all its parts. All of them when count >= size.
std::vector<std::int64_t> evenly_spaced_rows(std::int64_t size, std::int64_t count);

/// Writes those rows of `dataset`, in the order given, as a dataset file of its own: graphs,
/// molecules, targets, and the options that `dataset` was made with. Its source is `dataset`, with
/// Dataset::hash() in place of the SHA-256 of a text.
void write_subset(const Dataset& dataset, std::span<const std::int64_t> rows,
                  const std::string& path);

}  // namespace aufbau::data
