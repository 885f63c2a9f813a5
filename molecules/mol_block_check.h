#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace aufbau::molecules {

/// What is wrong with the counts or bond lines of a V2000 mol block: fields that are no numbers,
/// atoms that are not there, a topology that there is not, a bond to itself or given twice. RDKit
/// refuses all of these too, but loses memory over each. V3000 blocks are not looked at.
std::optional<std::string> mol_block_defect(std::string_view mol_block);

}  // namespace aufbau::molecules
