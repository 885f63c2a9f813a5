#include "molecules/mol_block_check.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/text.h"

namespace aufbau::molecules {

namespace {

constexpr std::size_t kWidth = 3;  // of every field of a counts or bond line

std::string_view next_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

std::string_view field(std::string_view line, std::size_t begin) {
  return begin < line.size() ? trim(line.substr(begin, kWidth)) : std::string_view();
}

// Digits only: RDKit takes a sign for an error in some fields.
std::optional<long long> number(std::string_view text) {
  if (text.find_first_not_of("0123456789") != text.npos) return std::nullopt;
  return parse_integer(text);
}

}  // namespace

std::optional<std::string> mol_block_defect(std::string_view mol_block) {
  for (int header = 0; header < 3; ++header) next_line(mol_block);
  const std::string_view counts = next_line(mol_block);
  constexpr std::size_t kVersion = 34;  // column where RDKit looks for it, and nowhere else
  if (counts.size() > kVersion && counts.substr(kVersion).starts_with("V3000")) return std::nullopt;
  const auto atoms = number(field(counts, 0)), bonds = number(field(counts, kWidth));
  if (!atoms || !bonds) return "the counts line does not say how many atoms and bonds there are";
  for (long long i = 0; i < *atoms && !mol_block.empty(); ++i) next_line(mol_block);

  constexpr std::size_t kTopology = 15;
  constexpr long long kMostTopology = 2;
  // atoms, type; stereo, topology, reaction
  constexpr std::size_t kFields[] = {0, 3, 6, 9, kTopology, 18};
  std::set<std::pair<long long, long long>> known;
  for (long long i = 1; i <= *bonds && !mol_block.empty(); ++i) {
    const std::string_view line = next_line(mol_block);
    const std::string where = "bond line " + std::to_string(i);
    for (const std::size_t begin : kFields) {
      const std::string_view text = field(line, begin);
      const bool may_lack = begin > kFields[2];
      if (!(may_lack && text.empty()) && !number(text))
        return where + ": '" + std::string(text) + "' is not a number";
    }
    if (const auto topology = number(field(line, kTopology)); topology && *topology > kMostTopology)
      return where + ": topology " + std::to_string(*topology) + " is none of 0, 1 and 2";
    const long long from = *number(field(line, 0)), to = *number(field(line, kWidth));
    if (std::min(from, to) < 1 || std::max(from, to) > *atoms)
      return where + ": atoms " + std::to_string(from) + " and " + std::to_string(to) +
             " are not both among 1 to " + std::to_string(*atoms);
    if (from == to) return where + ": a bond from atom " + std::to_string(from) + " to itself";
    if (!known.insert(std::minmax(from, to)).second)
      return where + ": the bond between atoms " + std::to_string(from) + " and " +
             std::to_string(to) + " is there already";
  }
  return std::nullopt;
}

}  // namespace aufbau::molecules
