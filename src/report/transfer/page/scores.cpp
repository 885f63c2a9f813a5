#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "graphs/scores/transfer_scores.h"
#include "report/transfer/page/charts.h"
#include "report/transfer/page/sections.h"
#include "report/transfer/page/table.h"
#include "report/transfer/page/text.h"

namespace aufbau::report {
namespace {

/// The values of one score, about the same features and label, of all sources.
struct ScoreRow {
  std::string score, features, label;
  bool higher_is_closer = false;
  std::map<std::string, const TransferScoreValue*> by_source;
};

std::vector<ScoreRow> rows_of(const TransferTarget& target, bool of_target_alone) {
  std::vector<ScoreRow> rows;
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> places;
  for (const TransferScoreValue& value : target.scores) {
    if (value.source.empty() != of_target_alone) continue;
    const auto [place, is_new] =
        places.try_emplace({value.score, value.features, value.target}, rows.size());
    if (is_new)
      rows.push_back({value.score, value.features, value.target, value.higher_is_closer, {}});
    rows[place->second].by_source.try_emplace(value.source, &value);
  }
  return rows;
}

/// Known scores lead to their line in the method.
std::string name_of(const ScoreRow& row) {
  std::string name = escaped(row.score);
  for (const graphs::TransferScore& known : graphs::transfer_scores())
    if (row.score == known.name) name = "<a href=\"#score-" + row.score + "\">" + name + "</a>";
  std::string about = row.features;
  if (!row.label.empty()) about += (about.empty() ? "" : ", ") + row.label;
  return about.empty() ? name : name + " <small>" + escaped(about) + "</small>";
}

std::string closer(const ScoreRow& row) {
  return row.higher_is_closer ? "\xE2\x86\x91 higher" : "\xE2\x86\x93 lower";
}

Unit unit_of_row(const ScoreRow& row) {
  std::vector<double> values;
  for (const auto& [source, value] : row.by_source)
    values.insert(values.end(), {value->value, value->itself});
  return decimals_of(values);
}

/// From 0, the farthest that the row knows, to 1, the closest.
class Closeness {
 public:
  explicit Closeness(const ScoreRow& row) : higher_is_closer_(row.higher_is_closer) {
    for (const auto& [source, value] : row.by_source)
      for (const double known : {value->value, value->itself}) {
        if (!std::isfinite(known)) continue;
        low_ = std::min(low_, known);
        high_ = std::max(high_, known);
      }
  }
  double operator()(double value) const {
    if (!std::isfinite(value)) return kUnknown;
    const double width = high_ - low_;
    const double position = width > 0 && std::isfinite(width) ? (value - low_) / width : 1;
    return higher_is_closer_ || !(width > 0) ? position : 1 - position;
  }

 private:
  bool higher_is_closer_;
  double low_ = HUGE_VAL, high_ = -HUGE_VAL;
};

/// The one reason that all sources share; empty when there is a value or another reason.
std::string shared_reason(const ScoreRow& row) {
  const std::string& reason = row.by_source.begin()->second->missing;
  for (const auto& [source, value] : row.by_source)
    if (std::isfinite(value->value) || value->missing != reason) return {};
  return reason.empty() ? "not defined for these data" : reason;
}

std::string closest_source(const ScoreRow& row) {
  std::string closest;
  double best = kUnknown;
  int known = 0;
  for (const auto& [source, value] : row.by_source) {
    if (!std::isfinite(value->value)) continue;
    ++known;
    if (row.higher_is_closer ? !(value->value <= best) : !(value->value >= best)) {
      best = value->value;
      closest = source;
    }
  }
  return known > 1 ? closest : "";
}

std::string value_cell(const ScoreRow& row, const Closeness& closeness, const std::string& source,
                       const std::string& closest) {
  const Unit unit = unit_of_row(row);
  const auto found = row.by_source.find(source);
  if (found == row.by_source.end()) return number(kUnknown) + "<small>not computed</small>";
  const TransferScoreValue& value = *found->second;
  if (!std::isfinite(value.value))
    return number(kUnknown) + "<small>" +
           escaped(value.missing.empty() ? "not defined for these data" : value.missing) +
           "</small>";
  const std::string label = rounded(value.value) + "; the target with itself " +
                            rounded(value.itself) + "; " +
                            (row.higher_is_closer ? "higher" : "lower") + " is closer";
  return closeness_strip(closeness(value.value), closeness(value.itself), label) +
         (source == closest ? "<b>" + number(value.value, unit) + "</b>"
                            : number(value.value, unit));
}

/// That of the first source where all agree, else the ends.
std::string itself_cell(const ScoreRow& row) {
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (const auto& [source, value] : row.by_source) {
    if (!std::isfinite(value->itself)) continue;
    low = std::min(low, value->itself);
    high = std::max(high, value->itself);
  }
  const Unit unit = unit_of_row(row);
  return low == high ? number(low, unit) : range(low, high, unit);
}

std::string side_by_side(const TransferReport& report, const TransferTarget& target) {
  const std::vector<ScoreRow> rows = rows_of(target, false);
  if (rows.empty()) return {};
  std::vector<std::string> sources;
  const auto add = [&](const std::string& name) {
    if (std::ranges::find(sources, name) == sources.end()) sources.push_back(name);
  };
  for (const TransferSet& source : report.sources) add(source.name);
  for (const TransferScoreValue& value : target.scores)
    if (!value.source.empty()) add(value.source);
  std::vector<Column> columns = {{"score"}, {"closer is"}};
  for (const std::string& source : sources) columns.push_back({name_html(source), Column::picture});
  columns.push_back({"target with itself", Column::numeric});
  Table table("Scores of every source", columns);
  for (const ScoreRow& row : rows) {
    if (const std::string reason = shared_reason(row); !reason.empty()) {
      table.add_reason({name_of(row), closer(row)}, reason);
      continue;
    }
    const Closeness closeness(row);
    const std::string closest = closest_source(row);
    std::vector<std::string> cells = {name_of(row), closer(row)};
    for (const std::string& source : sources)
      cells.push_back(value_cell(row, closeness, source, closest));
    cells.push_back(itself_cell(row));
    table.add_row(cells);
  }
  return "<p>Different scores look at different things, and none of them is the gain. In every "
         "strip right is closer, whichever way the score counts; the tall line is the target "
         "against itself, one half against the other: what closest looks like. The closest source "
         "is <b>bold</b>.</p>\n" +
         table.html("wide");
}

std::string of_the_target_alone(const TransferTarget& target) {
  const std::vector<ScoreRow> rows = rows_of(target, true);
  if (rows.empty()) return {};
  Table table("Scores of the target alone: how well its labels go with a representation",
              {{"score"}, {"promises more when"}, {"value", Column::numeric}});
  for (const ScoreRow& row : rows) {
    const TransferScoreValue& value = *row.by_source.begin()->second;
    if (std::isfinite(value.value)) {
      table.add_row({name_of(row), closer(row), number(value.value)});
    } else {
      table.add_reason({name_of(row), closer(row)},
                       value.missing.empty() ? "not defined for these data" : value.missing);
    }
  }
  constexpr std::size_t kShort = 12;
  if (rows.size() <= kShort) return table.html();
  return "<details><summary>" + std::to_string(rows.size()) +
         " scores of the target alone</summary>\n" + table.html() + "</details>\n";
}

}  // namespace

std::string scores_part(const TransferReport& report, const TransferTarget& target) {
  if (target.scores.empty()) return {};
  return "<h3>Every score, side by side</h3>\n" + side_by_side(report, target) +
         of_the_target_alone(target);
}

}  // namespace aufbau::report
