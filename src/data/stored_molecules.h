#pragma once
#include <cstdint>
#include <functional>
#include <span>

#include "data/dataset.h"
#include "molecules/molecule.h"

namespace aufbau::data {

/// Parses the stored SMILES of those rows again, in parallel: `take(i, molecule)` gets that of
/// rows[i], from several threads at once. The molecules have passed the limits of their ingestion,
/// whatever those were, so there are none here. A SMILES that this RDKit refuses (the file is of
/// another version) is passed over. Error{mismatch}: the dataset has no molecules.
void for_each_molecule(
    const Dataset& dataset, std::span<const std::int64_t> rows,
    const std::function<void(std::int64_t i, const molecules::Molecule& molecule)>& take);

}  // namespace aufbau::data
