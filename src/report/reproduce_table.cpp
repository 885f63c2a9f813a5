#include "report/reproduce_table.h"

#include <cmath>

#include "core/json_object.h"
#include "core/text.h"
#include "report/reproduce_protocol.h"
#include "report/words.h"

namespace aufbau::report {
namespace {

/// "68.8 +- 0.8"; one score has no spread.
std::string score(double mean, double deviation, std::size_t seeds) {
  const std::string text = formatted(mean, "%.1f");
  return text == "-" || seeds < 2 ? text : text + " +- " + formatted(deviation, "%.1f");
}

std::string gain(const ReproducedCell& cell) {
  std::string text = formatted(cell.gain, "%+.1f");
  if (text == "-") return text;
  const std::string p = cell.p_value < 0.001 ? "< 0.001" : formatted(cell.p_value, "%.3f");
  return p == "-" ? text : text + " (p " + p + ')';
}

std::string title_of(const std::string& set) {
  for (const BenchmarkSet& entry : kBenchmarkSets)
    if (set == entry.name) return entry.title;
  return set;
}

/// One line of the table: the three columns that say what it is, then a cell for each set.
template <class CellText>
std::string line(const std::string& graph_level, const std::string& node_level, const char* what,
                 const ReproducedRow& row, const CellText& text, const std::string& average) {
  std::string out = "|";
  const auto add = [&](const std::string& column) {
    out += (column.empty() ? " " : ' ' + column + ' ') + '|';
  };
  add(graph_level);
  add(node_level);
  add(what);
  for (const ReproducedCell& cell : row.cells) add(text(cell));
  add(average);
  return out + '\n';
}

std::string best_epoch(const ReproducedCell& cell) {
  return score(cell.mean, cell.standard_deviation, cell.scores.size());
}

std::string last_epoch(const ReproducedCell& cell) {
  return score(cell.last_mean, cell.last_standard_deviation, cell.last_scores.size());
}

std::string lines_of(const ReproducedRow& row) {
  const auto published = [](const ReproducedCell& cell) {
    return score(cell.published, cell.published_deviation, 10);
  };
  std::string out = line(row.graph_level, row.node_level, "published", row, published,
                         formatted(row.published_average, "%.1f"));
  out += line("", "", "ours, best validation", row, best_epoch, formatted(row.average, "%.1f"));
  out += line("", "", "ours, last epoch", row, last_epoch, formatted(row.last_average, "%.1f"));
  if (row.strategy != "none") out += line("", "", "gain", row, gain, "");
  return out;
}

std::string numbers_joined(const std::vector<std::uint64_t>& values) {
  std::string text;
  for (const std::uint64_t value : values)
    text += (text.empty() ? "" : ", ") + std::to_string(value);
  return text;
}

/// Empty where there is no number, as missing labels are.
std::string csv(double value) { return std::isfinite(value) ? format_number(value) : ""; }

void add_csv(const ReproducedRow& row, std::string& out) {
  for (const ReproducedCell& cell : row.cells) {
    out += row.strategy + ',' + row.graph_level + ',' + row.node_level + ',' + cell.set;
    for (const double value :
         {cell.published, cell.published_deviation, cell.mean, cell.standard_deviation,
          cell.last_mean, cell.last_standard_deviation})
      out += ',' + csv(value);
    out += ',' + std::to_string(cell.scores.size());
    for (const double value : {cell.gain, cell.p_value, cell.p_value_signed_rank})
      out += ',' + csv(value);
    out += '\n';
  }
}

/// JSON has no NaN: what is not defined is null.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json numbers(const std::vector<double>& values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(number(value));
  return list;
}

Json json_of(const ReproducedRow& row) {
  Json cells = Json::array();
  for (const ReproducedCell& cell : row.cells)
    cells.push_back({{"set", cell.set},
                     {"published", number(cell.published)},
                     {"published_deviation", number(cell.published_deviation)},
                     {"scores", numbers(cell.scores)},
                     {"last_scores", numbers(cell.last_scores)},
                     {"mean", number(cell.mean)},
                     {"standard_deviation", number(cell.standard_deviation)},
                     {"last_mean", number(cell.last_mean)},
                     {"last_standard_deviation", number(cell.last_standard_deviation)},
                     {"gain", number(cell.gain)},
                     {"p_value", number(cell.p_value)},
                     {"p_value_signed_rank", number(cell.p_value_signed_rank)}});
  return {{"strategy", row.strategy},
          {"graph_level", row.graph_level},
          {"node_level", row.node_level},
          {"cells", cells},
          {"published_average", number(row.published_average)},
          {"average", number(row.average)},
          {"last_average", number(row.last_average)}};
}

}  // namespace

std::string table_markdown(const Reproduction& table) {
  std::string out = "# Hu et al. 2020, Table 1, computed again\n\n";
  out += "Test ROC-AUC in percent on the scaffold split, mean +- standard deviation over " +
         std::to_string(table.seeds.size()) + (table.seeds.size() == 1 ? " seed (" : " seeds (") +
         numbers_joined(table.seeds) +
         "), beside the published numbers over ten. Budget: " + table.budget + ". Made by\n\n    " +
         table.command + "\n\n";
  std::string header = "| graph level | node level | ROC-AUC |", rule = "|---|---|---|";
  for (const std::string& set : table.sets) {
    header += ' ' + title_of(set) + " |";
    rule += "---|";
  }
  out += header + " average |\n" + rule + "---|\n";
  for (const ReproducedRow& row : table.rows) out += lines_of(row);
  const ReproducedRow& last = table.fingerprints;
  out += line(last.strategy, "", "ours", last, best_epoch, formatted(last.average, "%.1f"));
  out += line("", "", "gain", last, gain, "");
  out += '\n';
  for (const std::string& note : table.notes) out += "- " + note + '\n';
  return out;
}

std::string table_csv(const Reproduction& table) {
  std::string out =
      "strategy,graph_level,node_level,set,published,published_deviation,mean,standard_deviation,"
      "last_mean,last_standard_deviation,seeds,gain,p_value,p_value_signed_rank\n";
  for (const ReproducedRow& row : table.rows) add_csv(row, out);
  add_csv(table.fingerprints, out);
  return out;
}

std::string table_json(const Reproduction& table) {
  Json rows = Json::array();
  for (const ReproducedRow& row : table.rows) rows.push_back(json_of(row));
  const Json json = {{"protocol", table.protocol}, {"budget", table.budget},
                     {"command", table.command},   {"sets", table.sets},
                     {"seeds", table.seeds},       {"rows", rows},
                     {"notes", table.notes},       {"fingerprints", json_of(table.fingerprints)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace aufbau::report
