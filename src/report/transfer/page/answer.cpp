#include <algorithm>
#include <array>
#include <cmath>

#include "report/transfer/page/sections.h"
#include "report/transfer/page/table.h"
#include "report/transfer/page/text.h"

namespace aufbau::report {
namespace {

struct AnswerWord {
  const char* answer;
  const char* words;
  const char* mark;  ///< a circle: full, half, empty
};
constexpr Unit kPoints{0, 2};

constexpr std::array<AnswerWord, 3> kWords = {{{"promising", "Promising", "\xE2\x97\x8F"},
                                               {"uncertain", "Uncertain", "\xE2\x97\x90"},
                                               {"unpromising", "Not promising", "\xE2\x97\x8B"}}};

std::string answer_word(const std::string& answer) {
  for (const AnswerWord& known : kWords)
    if (answer == known.answer)
      return "<span class=\"" + answer + "\"><span aria-hidden=\"true\">" + known.mark +
             "</span> " + known.words + "</span>";
  return answer.empty() ? "<span class=\"unknown\">\xE2\x80\x93 no answer</span>" : escaped(answer);
}

std::string expected_gain(const TransferVerdict& verdict) {
  if (!std::isfinite(verdict.gain)) return {};
  return signed_number(verdict.gain, kPoints) + " points (" +
         signed_number(verdict.gain_low, kPoints) + " to " +
         signed_number(verdict.gain_high, kPoints) + ")";
}

std::string verdict_block(const TransferReport& report, std::size_t index, bool is_only) {
  const TransferTarget& target = report.targets[index];
  const TransferVerdict& verdict = target.verdict;
  std::string html = "<div class=\"verdict\">\n";
  html +=
      "<h3>" +
      (is_only ? name_html(target.set.name)
               : "<a href=\"#" + target_id(index) + "\">" + name_html(target.set.name) + "</a>") +
      "</h3>\n<p class=\"word\">" + answer_word(verdict.answer) + "</p>\n";
  for (const std::string& line : verdict.lines)
    html += "<p class=\"line\">" + escaped(line) + "</p>\n";
  std::string basis;
  if (!verdict.sources.empty())
    basis += "Sources, best first: " + escaped(joined(verdict.sources)) +
             (verdict.score.empty() ? "" : ", ordered by " + escaped(verdict.score)) + ". ";
  if (const std::string gain = expected_gain(verdict); !gain.empty())
    basis += "Expected gain of the best over training from scratch: " + gain +
             ", from the study of real trainings.";
  if (!basis.empty()) html += "<p class=\"soft\">" + basis + "</p>\n";
  if (!target.notes.empty()) {
    html += "<div class=\"notes\"><p>What these data do not allow to conclude:</p><ul>\n";
    for (const std::string& note : target.notes) html += "<li>" + escaped(note) + "</li>\n";
    html += "</ul></div>\n";
  }
  return html + "</div>\n";
}

/// The fit of the smallest distance; null when none is known.
const TransferFit* nearest_fit(const TransferTarget& target) {
  const TransferFit* nearest = nullptr;
  for (const TransferFit& fit : target.fits)
    if (std::isfinite(fit.unbiased) && (nearest == nullptr || fit.unbiased < nearest->unbiased))
      nearest = &fit;
  return nearest;
}

std::string best_sources(const TransferVerdict& verdict) {
  constexpr std::size_t kShown = 2;
  std::vector<std::string> names = verdict.sources;
  if (names.size() > kShown) names.resize(kShown);
  if (const std::size_t others = verdict.sources.size() - names.size(); others > 0)
    names.push_back(std::to_string(others) + " more");
  return joined(names);
}

std::string overview(const TransferReport& report) {
  std::vector<double> distances;
  for (const TransferTarget& target : report.targets)
    if (const TransferFit* fit = nearest_fit(target)) distances.push_back(fit->unbiased);
  const Unit unit = unit_of(distances);
  Table table("All targets at a glance; distances" + unit.suffix(),
              {{"target"},
               {"answer"},
               {"best sources"},
               {"nearest basis"},
               {"distance", Column::numeric},
               {"noise<br/>floor", Column::numeric},
               {"expected gain,<br/>points", Column::numeric}});
  for (std::size_t i = 0; i < report.targets.size(); ++i) {
    const TransferTarget& target = report.targets[i];
    const TransferFit* fit = nearest_fit(target);
    table.add_row({"<a href=\"#" + target_id(i) + "\">" + name_html(target.set.name) + "</a>",
                   answer_word(target.verdict.answer), escaped(best_sources(target.verdict)),
                   fit == nullptr ? number(kUnknown) : escaped(fit->basis),
                   number(fit == nullptr ? kUnknown : fit->unbiased, unit),
                   number(fit == nullptr ? kUnknown : fit->noise_floor, unit),
                   signed_number(target.verdict.gain, kPoints)});
  }
  return table.html();
}

}  // namespace

std::string answer_section(const TransferReport& report) {
  std::string html = "<section id=\"answer\">\n<h2>The answer</h2>\n";
  if (report.targets.empty()) html += "<p>The report has no target.</p>\n";
  if (report.targets.size() > 1) html += overview(report);
  for (std::size_t i = 0; i < report.targets.size(); ++i)
    html += verdict_block(report, i, report.targets.size() == 1);
  return html + "</section>\n";
}

}  // namespace aufbau::report
