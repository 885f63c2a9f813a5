#pragma once
#include <iostream>
#include <string>

#include "aufbau.h"
#include "cli/option_groups.h"
#include "cli/values.h"

namespace aufbau::cli {

/// Summary of predict and embed. When the rows themselves went to standard output the summary goes
/// to standard error.
inline void print(const ApplySummary& summary, const Talk& talk) {
  const bool rows_on_stdout = summary.output == "-";
  if (rows_on_stdout && talk.quiet) return;
  std::ostream& out = rows_on_stdout ? std::cerr : std::cout;
  if (talk.json) {
    out << to_json(summary) << '\n';
    return;
  }
  out << "answered " << with_thousands(summary.answered) << " of " << with_thousands(summary.rows)
      << " rows, " << with_thousands(summary.refused) << " with a reason instead, in "
      << duration(summary.seconds) << '\n';
  if (!rows_on_stdout) out << "rows in " << summary.output << '\n';
}

}  // namespace aufbau::cli
