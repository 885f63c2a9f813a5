#include <algorithm>
#include <cmath>
#include <cstdio>

#include "aufbau.h"
#include "report/reproduce_table.h"
#include "report/transfer/report_text.h"
#include "report/transfer/study/study_table.h"

namespace aufbau {
namespace {

std::string fixed(double value, const char* format) {
  if (!std::isfinite(value)) return "-";
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string mean_and_spread(double mean, double deviation, std::size_t count) {
  const std::string text = fixed(mean, "%.4f");
  return count < 2 || text == "-" ? text : text + " +- " + fixed(deviation, "%.4f");
}

std::string p_value(double value) {
  if (!std::isfinite(value)) return "-";
  return value < 0.0001 ? "< 0.0001" : fixed(value, "%.4f");
}

/// "8,738", "12.4": whole numbers with thousands apart from 100 on.
std::string rate(double value) {
  std::string text = fixed(value, value < 100 ? "%.3g" : "%.0f");
  if (text.find_first_not_of("0123456789") != std::string::npos) return text;
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

/// "0.86", "0.0042"
std::string share(double value) { return fixed(value, value < 0.1 ? "%.2g" : "%.2f"); }

/// "312 launches and 1 wait per step"
std::string device_work(const BenchmarkRow& row) {
  return rate(row.launches) + " launches and " + rate(row.waits) +
         (row.waits == 1 ? " wait" : " waits") + " per step";
}

/// Rows of cells as a table: the first column to the left, the others to the right.
std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (c == widths.size()) widths.push_back(0);
      widths[c] = std::max(widths[c], row[c].size());
    }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string space(widths[c] - row[c].size(), ' ');
      const bool is_last = c + 1 == row.size();
      if (c == 0) {
        out += row[c] + (is_last ? "" : space);
      } else {
        out += "  " + space + row[c];
      }
    }
    out += '\n';
  }
  return out;
}

}  // namespace

std::string to_text(const Comparison& comparison) {
  std::string out = "test " + comparison.metric + " over seeds (" +
                    (comparison.higher_is_better ? "higher" : "lower") + " is better)\n";
  std::vector<std::vector<std::string>> rows = {
      {"run", "seeds", "at best validation", "at last epoch"}};
  for (const auto& row : comparison.rows)
    rows.push_back(
        {row.name, std::to_string(row.scores.size()),
         mean_and_spread(row.mean, row.standard_deviation, row.scores.size()),
         mean_and_spread(row.last_mean, row.last_standard_deviation, row.last_scores.size())});
  out += table(rows);
  if (!comparison.pairs.empty()) {
    rows = {{"difference, paired over seeds", "pairs", "mean", "p (t-test)", "p (signed-rank)"}};
    for (const auto& pair : comparison.pairs)
      rows.push_back({pair.first + " - " + pair.second, std::to_string(pair.pairs),
                      fixed(pair.mean_difference, "%+.4f"), p_value(pair.p_value),
                      p_value(pair.p_value_signed_rank)});
    out += '\n' + table(rows);
  }
  for (const auto& note : comparison.notes) out += "note: " + note + '\n';
  return out;
}

std::string to_text(const Reproduction& reproduction) {
  return report::table_markdown(reproduction);
}

std::string to_text(const TransferReport& report) { return report::report_text(report); }

std::string to_text(const TransferStudy& study) { return report::study_markdown(study); }

std::string to_text(const BenchmarkSummary& summary) {
  std::vector<std::vector<std::string>> rows = {
      {"measured", "threads", "rate", "share of it", "the fastest's"}};
  for (const auto& row : summary.rows) {
    rows.push_back(
        {row.name, std::to_string(row.threads), rate(row.rate) + ' ' + row.unit, "", ""});
    for (const auto& ceiling : row.ceilings)
      rows.push_back({"  beside " + ceiling.name, "", rate(ceiling.rate) + ' ' + row.unit,
                      fixed(ceiling.ratio, "%.3f"), fixed(ceiling.best_ratio, "%.3f")});
    if (row.launches > 0) rows.push_back({"  with", "", device_work(row), "", ""});
  }
  return summary.what + " on " + summary.machine + '\n' + table(rows);
}

std::string to_markdown(const BenchmarkSummary& summary) {
  std::string out = "| measured | threads | rate | share of what bounds it |\n|---|---|---|---|\n";
  for (const auto& row : summary.rows) {
    out += "| " + row.name + " | " + std::to_string(row.threads) + " | " + rate(row.rate) + ' ' +
           row.unit + " | ";
    for (std::size_t c = 0; c < row.ceilings.size(); ++c)
      out += (c == 0 ? "" : "; ") + share(row.ceilings[c].ratio) + " of " + row.ceilings[c].name;
    if (row.launches > 0) out += "; " + device_work(row);
    out += row.ceilings.empty() ? "is a bound |\n" : " |\n";
  }
  return out;
}

}  // namespace aufbau
