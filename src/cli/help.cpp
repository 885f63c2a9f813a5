#include "cli/help.h"

#include <algorithm>
#include <sstream>

namespace aufbau::cli {
namespace {

constexpr std::size_t kHelpColumn = 32, kLineWidth = 100;

/// `left` in the left column, `right` wrapped in the right one.
void write_row(std::ostringstream& out, const std::string& left, const std::string& right) {
  out << "  " << left;
  std::size_t column = left.size() + 2;
  if (column + 2 > kHelpColumn) {
    out << '\n';
    column = 0;
  }
  out << std::string(kHelpColumn - column, ' ');
  column = kHelpColumn;
  std::istringstream words(right);
  bool first = true;
  for (std::string word; words >> word; first = false) {
    if (!first && column + 1 + word.size() > kLineWidth) {
      out << '\n' << std::string(kHelpColumn, ' ');
      column = kHelpColumn;
    } else if (!first) {
      out << ' ';
      ++column;
    }
    out << word;
    column += word.size();
  }
  out << '\n';
}

std::string left_side(const HelpEntry& entry) {
  if (entry.is_positional) return entry.placeholder;
  std::string names = entry.names;
  const auto comma = names.find(',');
  if (comma != std::string::npos) names.insert(comma + 1, " ");
  return (entry.names.starts_with("--") ? "    " : "") + names +
         (entry.placeholder.empty() ? "" : " " + entry.placeholder);
}

}  // namespace

std::string render_help(const std::string& command, const std::string& summary,
                        const std::vector<HelpEntry>& entries) {
  std::ostringstream out;
  out << "aufbau " << command;
  for (const auto& entry : entries) {
    if (entry.is_positional) {
      out << (entry.is_required ? " " : " [") << entry.placeholder
          << (entry.is_required ? "" : "]");
    } else if (entry.is_required) {
      out << ' ' << entry.names.substr(0, entry.names.find(',')) << ' ' << entry.placeholder;
    }
  }
  out << " [options]\n" << summary << "\n";

  std::vector<std::string> groups;
  for (const auto& entry : entries)
    if (std::find(groups.begin(), groups.end(), entry.group) == groups.end())
      groups.push_back(entry.group);
  for (const auto& group : groups) {
    out << '\n' << group << ":\n";
    for (const auto& entry : entries) {
      if (entry.group != group) continue;
      std::string right = entry.help;
      if (!entry.standard.empty()) right += " [" + entry.standard + "]";
      write_row(out, left_side(entry), right);
      for (const auto& choice : entry.entries)
        write_row(out, "      " + (choice.name.empty() ? "(not given)" : choice.name),
                  "  " + choice.summary);
    }
  }
  return out.str();
}

}  // namespace aufbau::cli
