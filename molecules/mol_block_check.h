#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace aufbau::molecules {

/// What is wrong with the bond lines of a V2000 mol block: fields that are no integers, atoms that
/// are not there, a bond to itself or given twice. RDKit refuses all of these too, but loses memory
/// over each. Nothing for V3000 blocks, and where the counts cannot be read (RDKit says so).
std::optional<std::string> bond_line_defect(std::string_view mol_block);

}  // namespace aufbau::molecules
