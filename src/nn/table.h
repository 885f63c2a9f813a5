#pragma once
#include <string>
#include <vector>

#include "core/text.h"
#include "nn/encoder.h"

namespace aufbau::nn {

/// The entry of a table by its name; Error{usage} "[where] unknown <what> ..." listing the known
/// ones.
template <class Entry>
const Entry& entry_named(const std::vector<Entry>& table, const char* where, const char* what,
                         const std::string& name) {
  std::vector<std::string> known;
  for (const Entry& entry : table) {
    if (entry.name == name) return entry;
    known.emplace_back(entry.name);
  }
  fail_unknown_name(where, what, name, known);
}

/// Names and summaries of a table, for help texts and tests.
template <class Entry>
std::vector<NamedEntry> names_of(const std::vector<Entry>& table) {
  std::vector<NamedEntry> names;
  for (const Entry& entry : table) names.push_back({entry.name, entry.summary});
  return names;
}

}  // namespace aufbau::nn
