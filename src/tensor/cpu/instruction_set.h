#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "tensor/cpu/loops.h"

namespace aufbau::cpu {

/// The inner loops for this machine.
template <class T>
const Loops<T>& loops();
template <>
const Loops<float>& loops<float>();
template <>
const Loops<double>& loops<double>();

/// Whether products in f32 run on the tile unit (amx.h): with the set "amx".
bool has_tiles();

/// Those of this machine, best first: "amx" (the loops of "avx512"), "avx512", "avx2", "baseline".
std::vector<std::string> instruction_sets();
/// The one in use; the best unless a test has chosen another for the whole process.
std::string instruction_set();
void use_instruction_set(std::string_view name);

}  // namespace aufbau::cpu
