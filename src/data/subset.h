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

/// Some rows of a dataset, which must outlive it.
struct DatasetRows {
  const Dataset* dataset = nullptr;
  std::vector<std::int64_t> rows;
};

/// Writes those rows, dataset after dataset and in the order given, as a dataset file: graphs,
/// molecules and targets. The file has every target of every dataset, in the order in which their
/// names are first met; what a dataset does not have is missing. Scaffolds are kept where all of
/// them have some, parts of a predefined split and centres where any has. Nothing appears at `path`
/// before all is written. Error{nothing_valid}: no dataset; Error{mismatch} as require_same_kind().
void write_rows(std::span<const DatasetRows> datasets, const std::string& path,
                const store::Provenance& provenance);

/// Error{mismatch} naming both files unless their graphs can be in one dataset: the same features,
/// and molecules in both or in none.
void require_same_kind(const Dataset& first, const Dataset& other);

/// The RDKit that rows of these datasets come from: "2022.09.3", or several, sorted, with ", "
/// between them.
std::string rdkit_versions_of(std::span<const Dataset> datasets);

/// Writes those rows of `dataset`, in the order given, as a dataset file of its own: graphs,
/// molecules, targets, and the options that `dataset` was made with. Its source is `dataset`, with
/// Dataset::hash() in place of the SHA-256 of a text.
void write_subset(const Dataset& dataset, std::span<const std::int64_t> rows,
                  const std::string& path);

}  // namespace aufbau::data
