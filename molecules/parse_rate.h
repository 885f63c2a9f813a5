#pragma once
#include <string>
#include <vector>

namespace aufbau::molecules {

/// Molecules per second that RDKit alone parses and sanitises (SmilesToMol with its default
/// options) on thread_count() threads: the ceiling that ingest is measured against. Bad ones count
/// as well.
double rdkit_parse_rate(const std::vector<std::string>& smiles);

}  // namespace aufbau::molecules
