#pragma once
#include <iostream>
#include <string>
#include <vector>

#include "cli/values.h"

namespace aufbau::cli {

/// One line per entry behind `label`, and how many more there are.
inline void print_list(const std::string& label, const std::vector<std::string>& entries) {
  constexpr std::size_t kShown = 8;
  for (std::size_t i = 0; i < entries.size() && i < kShown; ++i)
    std::cout << label << ' ' << entries[i] << '\n';
  if (entries.size() > kShown)
    std::cout << label << ' ' << with_thousands(static_cast<std::int64_t>(entries.size() - kShown))
              << " more; --json lists them all\n";
}

}  // namespace aufbau::cli
