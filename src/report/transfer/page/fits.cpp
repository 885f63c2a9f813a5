#include <algorithm>
#include <cmath>

#include "graphs/gromov/distances.h"
#include "report/transfer/page/charts.h"
#include "report/transfer/page/mixture.h"
#include "report/transfer/page/sections.h"
#include "report/transfer/page/table.h"
#include "report/transfer/page/text.h"

namespace aufbau::report {
namespace {

const TransferFit* fit_of(const TransferTarget& target, const std::string& basis) {
  for (const TransferFit& fit : target.fits)
    if (fit.basis == basis) return &fit;
  return nullptr;
}

/// Those of the report in its order, then any other that a fit names.
std::vector<std::string> basis_names(const TransferReport& report, const TransferTarget& target) {
  std::vector<std::string> names;
  for (const TransferBasis& basis : report.bases) names.push_back(basis.name);
  for (const TransferFit& fit : target.fits)
    if (std::ranges::find(names, fit.basis) == names.end()) names.push_back(fit.basis);
  return names;
}

std::string why_missing(const TransferReport& report, const std::string& name) {
  for (const TransferBasis& basis : report.bases)
    if (basis.name == name && !basis.missing.empty()) return basis.missing;
  return "no mixture was fitted";
}

std::string distance_table(const TransferReport& report, const TransferTarget& target) {
  std::vector<double> values, shown;
  for (const TransferFit& fit : target.fits) {
    values.insert(values.end(), {fit.plug_in, fit.unbiased, fit.uniform, fit.single});
    shown.insert(shown.end(), {fit.plug_in, fit.unbiased, fit.low, fit.high, fit.noise_floor});
  }
  const Unit unit = unit_of(values);
  const Axis axis(shown);
  Table table("Distance of the nearest mixture of each basis to " + target.set.name + unit.suffix(),
              {{"basis"},
               {"distance", Column::picture},
               {"unbiased", Column::numeric},
               {level_text(report), Column::numeric},
               {"noise<br/>floor", Column::numeric},
               {"plug-in", Column::numeric},
               {"equal<br/>weights", Column::numeric},
               {"best part<br/>alone", Column::numeric},
               {"Gromov-<br/>Wasserstein", Column::numeric}});
  for (const std::string& name : basis_names(report, target)) {
    const TransferFit* fit = fit_of(target, name);
    if (fit == nullptr) {
      table.add_reason({name_html(name)}, why_missing(report, name));
      continue;
    }
    Strip strip{fit->unbiased, fit->low, fit->high, fit->noise_floor, fit->plug_in, ""};
    strip.label = "distance " + rounded(fit->unbiased) + ", interval " + rounded(fit->low) +
                  " to " + rounded(fit->high) + ", noise floor " + rounded(fit->noise_floor);
    table.add_row({name_html(name), dot_strip(axis, strip), number(fit->unbiased, unit),
                   range(fit->low, fit->high, unit), number(fit->noise_floor, unit),
                   number(fit->plug_in, unit), number(fit->uniform, unit),
                   number(fit->single, unit), range(fit->gromov_lower, fit->gromov_upper, unit)});
  }
  table.add_foot({"", axis_strip(axis, unit), "", "", "", "", "", "", ""});
  return table.html();
}

std::string other_distances(const TransferFit& fit) {
  std::string html;
  if (!fit.distances.empty()) {
    Table table("The same mixture under other distances",
                {{"distance"}, {"value", Column::numeric}, {"what it is"}});
    for (const auto& [name, value] : fit.distances) {
      std::string summary;
      for (const graphs::GraphonDistance& known : graphs::graphon_distances())
        if (name == known.name) summary = known.summary;
      table.add_row({name_html(name), number(value), escaped(summary)});
    }
    html += table.html();
  }
  if (fit.compat) {
    std::string weights;
    for (const double weight : fit.compat->weights)
      weights += (weights.empty() ? "" : ", ") + number(weight);
    html += "<p>What the program published with W2PGNN computes: smallest loss " +
            number(fit.compat->loss) + ", distance at its weights " + number(fit.compat->distance) +
            ", weights " + (weights.empty() ? number(kUnknown) : weights) +
            ". Its loss can be negative, because its coupling is not a feasible one.</p>\n";
  }
  return html.empty() ? ""
                      : "<details><summary>Other distances</summary>\n" + html + "</details>\n";
}

}  // namespace

std::string fits_part(const TransferReport& report, const TransferTarget& target,
                      const HeatScale& heat) {
  if (target.fits.empty() && report.bases.empty()) return {};
  std::string html =
      "<h3>How near the sources come</h3>\n"
      "<p>The graphs of the sources are divided into parts, in one way for each basis. Of all "
      "mixtures of the parts the one nearest to the target is taken; the distance that remains is "
      "what no choice among these sources makes up for. Distances are squared and per cell of the "
      "graphons: smaller is nearer.</p>\n";
  html += distance_table(report, target);
  html +=
      "<p class=\"soft\">Dot and whisker: unbiased distance with its interval. Tall line: noise "
      "floor, the distance between random halves of the target; what lies to its left cannot be "
      "told from the target itself. Ring: plug-in distance, too large by chance. "
      "Gromov-Wasserstein: bounds between which the squared distance of that name certainly lies."
      "</p>\n";
  bool is_first = true;
  for (const std::string& name : basis_names(report, target)) {
    const TransferFit* fit = fit_of(target, name);
    if (fit == nullptr) continue;
    html += "<h4>" + escaped(basis_title(name)) + "</h4>\n" +
            mixture_html(report, target, *fit, heat, is_first) + other_distances(*fit);
    is_first = false;
  }
  return html;
}

std::string tests_part(const TransferReport& report, const TransferTarget& target) {
  if (target.tests.empty()) return {};
  std::vector<double> distances;
  for (const TransferTest& test : target.tests) distances.push_back(test.distance);
  const Unit unit = unit_of(distances);
  const Axis axis(distances);
  const double threshold = 1 - report.measure.level;
  Table table("Each source alone against " + target.set.name,
              {{"source"},
               {"distance" + unit.suffix(), Column::picture},
               {"", Column::numeric},
               {"p-value", Column::numeric},
               {"reads"}});
  for (const TransferTest& test : target.tests) {
    Strip strip;
    strip.value = test.distance;
    strip.label = "distance " + rounded(test.distance);
    const char* reads = !std::isfinite(test.p_value) ? "\xE2\x80\x93 not tested"
                        : test.p_value <= threshold  ? "the target is not a sample of it"
                                                     : "no difference found";
    table.add_row({name_html(test.source), dot_strip(axis, strip), number(test.distance, unit),
                   p_value(test.p_value), reads});
  }
  table.add_foot({"", axis_strip(axis, unit), "", "", ""});
  return "<h3>Could the target have been drawn from one source?</h3>\n"
         "<p>A permutation test for each source, on the shape of the graphs. A small "
         "p\xE2\x80\x91value says that the target is different, not that the difference matters: "
         "with many graphs the smallest difference is found. Among twenty sources one "
         "p\xE2\x80\x91value below 0.05 is expected by chance.</p>\n" +
         table.html();
}

}  // namespace aufbau::report
