#pragma once
#include <string>
#include <vector>

#include "aufbau.h"

namespace aufbau::cli {

/// What the help text says about one option.
struct HelpEntry {
  std::string names, group, placeholder, help;
  std::string standard;            ///< default as text; empty: none worth showing
  std::vector<NameEntry> entries;  ///< names to choose from
  bool is_positional = false, is_required = false, is_number_list = false;
};

/// Usage line, summary, options by group with their defaults, then the tables of names.
std::string render_help(const std::string& command, const std::string& summary,
                        const std::vector<HelpEntry>& entries);

}  // namespace aufbau::cli
