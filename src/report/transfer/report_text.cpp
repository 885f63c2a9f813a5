#include "report/transfer/report_text.h"

#include <algorithm>
#include <cmath>

#include "report/words.h"

namespace aufbau::report {
namespace {

std::string p_value(double value) { return value < 0.001 ? "< 0.001" : in_words(value); }

/// A name or sentence of the user on one line: control characters could drive a terminal.
std::string shown(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return text;
}

using Rows = std::vector<std::vector<std::string>>;

/// The first column to the left, the others to the right.
std::string table(const Rows& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) {
      widths.resize(std::max(widths.size(), c + 1));
      widths[c] = std::max(widths[c], row[c].size());
    }
  std::string out;
  for (const auto& row : rows) {
    out += "  " + row[0];
    std::size_t room = widths[0] - row[0].size();
    for (std::size_t c = 1; c < row.size(); ++c) {
      out += std::string(room + 2 + widths[c] - row[c].size(), ' ') + row[c];
      room = 0;
    }
    out += '\n';
  }
  return out;
}

std::string weights(const TransferReport& report, const TransferFit& fit) {
  std::string text;
  const auto basis = std::ranges::find(report.bases, fit.basis, &TransferBasis::name);
  for (std::size_t i = 0; i < fit.weights.size(); ++i) {
    const bool is_named = basis != report.bases.end() && i < basis->parts.size();
    text += (i == 0 ? "" : ", ") + in_words(fit.weights[i]) + ' ' +
            (is_named ? shown(basis->parts[i].name) : "part " + std::to_string(i + 1));
  }
  return text.empty() ? "-" : text;
}

std::string distances(const TransferReport& report, const TransferTarget& target) {
  std::string out;
  Rows rows = {{"nearest mixture", "distance", "from", "to", "noise floor"}};
  for (const TransferFit& fit : target.fits)
    rows.push_back({shown(fit.basis), in_words(fit.unbiased), in_words(fit.low), in_words(fit.high),
                    in_words(fit.noise_floor)});
  if (rows.size() > 1) out += '\n' + table(rows);
  for (const TransferFit& fit : target.fits)
    out += "  weights of " + shown(fit.basis) + ": " + weights(report, fit) + '\n';
  for (const TransferBasis& basis : report.bases)
    if (!basis.missing.empty())
      out += "  " + shown(basis.name) + " is missing: " + shown(basis.missing) + '\n';
  return out;
}

std::string title_of(const TransferScoreValue& score) {
  std::string title = score.score;
  for (const std::string* about : {&score.features, &score.target})
    if (!about->empty()) title += ", " + *about;
  return shown(title);
}

/// Sources down would be too wide for the many scores; so scores down, sources across.
std::string sources(const TransferReport& report, const TransferTarget& target) {
  std::vector<std::string> names;
  for (const TransferSet& source : report.sources) names.push_back(source.name);
  Rows rows = {{"source"}};
  for (const std::string& name : names) rows[0].push_back(shown(name));
  rows[0].push_back("itself");
  rows[0].push_back("closer is");

  const auto add = [&](const std::string& title, const auto& value_of, double itself,
                       const std::string& direction) {
    std::vector<std::string> row = {title};
    for (const std::string& name : names) row.push_back(value_of(name));
    row.push_back(in_words(itself));
    row.push_back(direction);
    rows.push_back(row);
  };
  const auto test_of = [&](const std::string& name) {
    const auto found = std::ranges::find(target.tests, name, &TransferTest::source);
    return found == target.tests.end() ? TransferTest{} : *found;
  };
  if (!target.tests.empty()) {
    add(
        "distance", [&](const auto& name) { return in_words(test_of(name).distance); }, kUnknown,
        "lower");
    add(
        "p-value", [&](const auto& name) { return p_value(test_of(name).p_value); }, kUnknown,
        "higher");
  }
  std::vector<std::string> done;
  for (const TransferScoreValue& score : target.scores) {
    if (score.source.empty()) continue;
    const std::string title = title_of(score);
    if (std::ranges::find(done, title) != done.end()) continue;
    done.push_back(title);
    const auto is_same = [&](const TransferScoreValue& other, const std::string& source) {
      return other.source == source && other.score == score.score &&
             other.features == score.features && other.target == score.target;
    };
    add(
        title,
        [&](const std::string& name) {
          for (const TransferScoreValue& other : target.scores)
            if (is_same(other, name)) return in_words(other.value);
          return std::string("-");
        },
        score.itself, score.higher_is_closer ? "higher" : "lower");
  }
  return rows.size() > 1 ? '\n' + table(rows) : "";
}

std::string of_the_target_alone(const TransferTarget& target) {
  Rows rows = {{"score of the target alone", "value", "promises more when"}};
  for (const TransferScoreValue& score : target.scores) {
    if (!score.source.empty()) continue;
    rows.push_back(
        {title_of(score), in_words(score.value), score.higher_is_closer ? "higher" : "lower"});
  }
  return rows.size() > 1 ? '\n' + table(rows) : "";
}

std::string probes(const TransferTarget& target) {
  Rows rows = {{"measured by training", "gain", "standard error", "p"}};
  for (const ProbeGain& probe : target.probe)
    rows.push_back({shown(probe.source), in_words(probe.gain), in_words(probe.standard_error),
                    p_value(probe.p_value)});
  return rows.size() > 1 ? '\n' + table(rows) : "";
}

}  // namespace

std::string report_text(const TransferReport& report) {
  std::string out;
  for (const TransferTarget& target : report.targets) {
    out += (out.empty() ? "" : "\n") + shown(target.set.name) + ": " +
           (target.verdict.answer.empty() ? "no answer" : shown(target.verdict.answer)) + '\n';
    for (const std::string& line : target.verdict.lines) out += "  " + shown(line) + '\n';
    out += distances(report, target) + sources(report, target) + of_the_target_alone(target) +
           probes(target);
    for (const std::string& note : target.notes) out += "note: " + shown(note) + '\n';
  }
  return out;
}

}  // namespace aufbau::report
