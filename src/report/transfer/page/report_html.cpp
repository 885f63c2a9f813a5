#include "report/transfer/page/report_html.h"

#include "report/transfer/basis.h"
#include "report/transfer/page/frame.h"
#include "report/transfer/page/sections.h"
#include "report/transfer/page/text.h"

namespace aufbau::report {
namespace {

HeatScale shared_scale(const TransferReport& report) {
  HeatScale scale;
  for (const TransferBasis& basis : report.bases)
    for (const TransferPart& part : basis.parts) scale.include(part.graphon);
  for (const TransferTarget& target : report.targets) {
    scale.include(target.graphon);
    for (const TransferFit& fit : target.fits) scale.include(fit.mixture);
  }
  return scale;
}

/// The graphons of the bases are the same for every target: they are drawn once.
std::string part_symbols(const TransferReport& report, const HeatScale& heat) {
  std::string symbols;
  for (std::size_t b = 0; b < report.bases.size(); ++b)
    for (std::size_t p = 0; p < report.bases[b].parts.size(); ++p)
      symbols += heat_symbol(report.bases[b].parts[p].graphon, heat, part_id(b, p));
  return symbols.empty() ? "" : "<svg class=\"defs\" aria-hidden=\"true\">" + symbols + "</svg>\n";
}

/// "2 sources": the number in words of its own, without markup.
std::string how_many(std::size_t number, const std::string& thing) {
  return std::to_string(number) + ' ' + thing + (number == 1 ? "" : "s");
}

std::string named_or_counted(const std::vector<std::string>& names, const std::string& thing) {
  return names.empty() || names.size() > 4 ? how_many(names.size(), thing) : joined(names);
}

std::string opening(const TransferReport& report) {
  std::vector<std::string> sources, targets;
  for (const TransferSet& source : report.sources) sources.push_back(source.name);
  for (const TransferTarget& target : report.targets) targets.push_back(target.set.name);
  return "<h1>Will pretraining transfer?</h1>\n<p class=\"lead\">From " +
         escaped(named_or_counted(sources, "source")) + " to " +
         escaped(named_or_counted(targets, "target")) + ".</p>\n";
}

/// "2,039 molecules of 24.1 ± 10.3 atoms".
std::string about(const TransferSet& set) {
  return count(set.graphs) + (set.molecules ? " molecules of " : " graphs of ") +
         mean_and_deviation(set.mean_nodes, set.deviation_nodes) +
         (set.molecules ? " atoms" : " nodes") + "; mean degree " +
         mean_and_deviation(set.mean_degree, set.deviation_degree);
}

std::string target_section(const TransferReport& report, std::size_t index, const HeatScale& heat) {
  const TransferTarget& target = report.targets[index];
  return "<section id=\"" + target_id(index) + "\">\n<h2>" + name_html(target.set.name) +
         " in detail</h2>\n<p class=\"soft\">" + about(target.set) + ".</p>\n" +
         fits_part(report, target, heat) + tests_part(report, target) +
         scores_part(report, target) + coverage_part(target) + molecules_part(target) +
         probe_part(target) + motifs_part(target) + "</section>\n";
}

}  // namespace

std::string target_id(std::size_t target) { return "target-" + std::to_string(target + 1); }

std::string part_id(std::size_t basis, std::size_t part) {
  return "graphon-" + std::to_string(basis + 1) + '-' + std::to_string(part + 1);
}

std::string basis_title(const std::string& name) {
  for (const BasisEntry& entry : kBases)
    if (name == entry.name) return name + ": " + entry.summary;
  return name;
}

std::string level_text(const TransferReport& report) {
  return tick_label(100 * report.measure.level) + "\xE2\x80\xAF% interval";
}

std::string report_html(const TransferReport& report) {
  const HeatScale heat = shared_scale(report);
  std::string body = part_symbols(report, heat) + opening(report) + answer_section(report);
  for (std::size_t i = 0; i < report.targets.size(); ++i) body += target_section(report, i, heat);
  body += method_section() + settings_section(report);
  return page("Will pretraining transfer? Aufbau report", body);
}

}  // namespace aufbau::report
