#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "molecules/drawing.h"
#include "report/transfer/page/coverage_chart.h"
#include "report/transfer/page/sections.h"
#include "report/transfer/page/table.h"
#include "report/transfer/page/text.h"

namespace aufbau::report {
namespace {

/// Words instead of what cannot be read or drawn.
std::string drawing(const std::string& smiles) {
  constexpr int kWidth = 220, kHeight = 150;
  constexpr std::int64_t kMostAtoms = 150;  // more cannot be seen in so small a picture
  try {
    const molecules::ParseResult parsed = molecules::parse_smiles(smiles);
    if (const auto* refusal = std::get_if<molecules::Refusal>(&parsed))
      return "<span>not drawn: " + escaped(refusal->reason) + "</span>";
    const auto& molecule = std::get<molecules::Molecule>(parsed);
    if (molecule.atom_count() > kMostAtoms)
      return "<span>not drawn: " + std::to_string(molecule.atom_count()) + " atoms</span>";
    const std::string svg = draw_svg(molecule, kWidth, kHeight);
    return "<svg role=\"img\" aria-label=\"structure of " + escaped(smiles) + "\"" + svg.substr(4);
  } catch (const Error& error) {
    return "<span>not drawn: " + escaped(error.what()) + "</span>";
  }
}

std::string pair_figure(const NearestMolecule& pair) {
  return "<figure class=\"pair\"><div class=\"two\"><div><span>target</span>" +
         drawing(pair.smiles) + "</div><div><span>nearest in " + name_html(pair.source) +
         "</span>" + drawing(pair.nearest) + "</div></div><figcaption>similarity <b>" +
         number(pair.similarity) + "</b><code>" + escaped(pair.smiles) + "</code><code>" +
         escaped(pair.nearest) + "</code></figcaption></figure>\n";
}

std::string pair_figures(const std::string& title, const std::vector<NearestMolecule>& pairs) {
  constexpr std::size_t kShown = 12;
  if (pairs.empty()) return {};
  std::string html = "<h4>" + title + "</h4>\n<div class=\"pairs\">\n";
  for (std::size_t i = 0; i < std::min(pairs.size(), kShown); ++i) html += pair_figure(pairs[i]);
  html += "</div>\n";
  if (pairs.size() > kShown)
    html += "<p class=\"soft\">The first " + std::to_string(kShown) + " of " +
            std::to_string(pairs.size()) + "; all are in report.json.</p>\n";
  return html;
}

std::string share_at(const TransferCoverage& coverage, double threshold) {
  const std::size_t count = std::min(coverage.thresholds.size(), coverage.shares.size());
  for (std::size_t i = 0; i < count; ++i)
    if (coverage.thresholds[i] == threshold) return percent(coverage.shares[i]);
  return number(kUnknown);
}

std::string coverage_table(const std::vector<TransferCoverage>& coverage) {
  std::vector<double> thresholds;
  for (const TransferCoverage& one : coverage)
    for (const double threshold : one.thresholds)
      if (std::isfinite(threshold)) thresholds.push_back(threshold);
  std::ranges::sort(thresholds);
  thresholds.erase(std::ranges::unique(thresholds).begin(), thresholds.end());
  std::vector<Column> columns = {{"source"}};
  for (const double threshold : thresholds)
    columns.push_back({"\xE2\x89\xA5 " + tick_label(threshold), Column::numeric});
  Table table("Share of the target's molecules with a source molecule at least so similar",
              columns);
  for (const TransferCoverage& one : coverage) {
    std::vector<std::string> cells = {name_html(one.source)};
    for (const double threshold : thresholds) cells.push_back(share_at(one, threshold));
    table.add_row(cells);
  }
  return "<details><summary>The numbers of the curves</summary>\n" + table.html("wide") +
         "</details>\n";
}

}  // namespace

std::string coverage_part(const TransferTarget& target) {
  if (target.coverage.empty()) return {};
  return "<h3>How much of the target the sources cover</h3>\n"
         "<p>Share of the target's molecules that have a molecule of the source at least so "
         "similar "
         "(Tanimoto similarity of ECFP4 fingerprints: 1 is the same fingerprint, and two drug-like "
         "molecules taken at random are usually below 0.2).</p>\n" +
         coverage_chart(target.coverage) +
         (target.coverage.size() > kNamedCurves
              ? "<p class=\"soft\">The " + std::to_string(kNamedCurves) +
                    " highest curves have names; the others are thin.</p>\n"
              : "") +
         coverage_table(target.coverage);
}

std::string molecules_part(const TransferTarget& target) {
  if (target.nearest.empty() && target.farthest.empty()) return {};
  return "<h3>Molecules near to the sources, and far from them</h3>\n" +
         pair_figures("Nearest to any source", target.nearest) +
         pair_figures("Farthest from every source", target.farthest);
}

}  // namespace aufbau::report
