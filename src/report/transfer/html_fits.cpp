#include <algorithm>
#include <cmath>

#include "graphs/gromov/distances.h"
#include "report/transfer/html_charts.h"
#include "report/transfer/html_sections.h"
#include "report/transfer/html_table.h"
#include "report/transfer/html_text.h"

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

constexpr Unit kWeight{0, 2};

/// The parts of a basis with their weights; what one of the two lists lacks stays empty.
struct WeightedPart {
  std::string name;
  std::int64_t graphs = 0;
  const GraphonCells* graphon = nullptr;
  std::string id;
  double weight = kUnknown, low = kUnknown, high = kUnknown;
};

std::vector<WeightedPart> weighted_parts(const TransferReport& report, const TransferFit& fit) {
  std::vector<WeightedPart> parts;
  for (std::size_t b = 0; b < report.bases.size(); ++b) {
    if (report.bases[b].name != fit.basis) continue;
    for (const TransferPart& part : report.bases[b].parts)
      parts.push_back({part.name, part.graphs, &part.graphon, part_id(b, parts.size())});
    break;
  }
  parts.resize(std::max(parts.size(), fit.weights.size()));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].graphon == nullptr) parts[i].name = "part " + std::to_string(i + 1);
    if (i < fit.weights.size()) parts[i].weight = fit.weights[i];
    if (i < fit.weights_low.size()) parts[i].low = fit.weights_low[i];
    if (i < fit.weights_high.size()) parts[i].high = fit.weights_high[i];
  }
  return parts;
}

std::string figure(const std::string& map, const std::string& caption, const char* style = "") {
  return "<figure" + std::string(style) + '>' + map + "<figcaption>" + caption +
         "</figcaption></figure>";
}

constexpr std::size_t kCaption = 40;  ///< characters under a picture

/// The weight from which a part is drawn: that of the eighth, and such as does not show as 0.
double least_drawn(const std::vector<WeightedPart>& parts) {
  constexpr std::size_t kMost = 8;
  std::vector<double> weights;
  for (const WeightedPart& part : parts)
    if (std::isfinite(part.weight)) weights.push_back(part.weight);
  std::ranges::sort(weights, std::greater());
  return std::max(weights.size() < kMost ? 0 : weights[kMost - 1], 0.005);
}

/// The mixture as a sum of pictures.
std::string maps(const std::vector<WeightedPart>& parts, const TransferFit& fit,
                 const TransferTarget& target, const HeatScale& heat) {
  constexpr std::size_t kMost = 8;  // where many weigh the same
  const double least = least_drawn(parts);
  std::string html;
  std::size_t shown = 0;
  for (const WeightedPart& part : parts) {
    if (part.weight < least || shown == kMost) continue;
    const GraphonCells none;
    if (shown++ > 0) html += "<span class=\"sign\" aria-hidden=\"true\">+</span>";
    html += figure(heat_use(part.graphon == nullptr ? none : *part.graphon, part.id,
                            "graphon of " + part.name),
                   "<b>" + rounded(part.weight, kWeight) + "</b> \xC3\x97 " +
                       name_html(shortened(part.name, kCaption)));
  }
  html = "<div class=\"maps\">" + html;
  if (shown > 0) html += "<span class=\"sign\" aria-hidden=\"true\">=</span>";
  html += figure(heat_map(fit.mixture, heat, "graphon of the mixture"), "the mixture");
  html += "<span class=\"sign\" aria-hidden=\"true\">\xE2\x89\x88</span>";
  html += figure(heat_map(target.graphon, heat, "graphon of the target"),
                 "<b>" + name_html(shortened(target.set.name, kCaption)) + "</b>");
  html += "</div>\n";
  if (shown < parts.size())
    html += "<p class=\"soft\">" + std::to_string(parts.size() - shown) + " of " +
            std::to_string(parts.size()) +
            " parts are not drawn, the lightest; the table has them.</p>\n";
  return html;
}

std::string weights_table(const TransferReport& report, const std::vector<WeightedPart>& parts) {
  const Axis axis(0, 1);
  Table table("Weights of the mixture", {{"part"},
                                         {"weight", Column::picture},
                                         {"", Column::numeric},
                                         {level_text(report), Column::numeric},
                                         {"graphs", Column::numeric}});
  for (const WeightedPart& part : parts) {
    Strip strip{part.weight, part.low, part.high, kUnknown, kUnknown, ""};
    strip.label = "weight " + rounded(part.weight) + ", interval " + rounded(part.low) + " to " +
                  rounded(part.high);
    table.add_row({name_html(part.name), bar_strip(axis, strip), number(part.weight, kWeight),
                   range(part.low, part.high, kWeight),
                   part.graphon == nullptr ? number(kUnknown) : count(part.graphs)});
  }
  table.add_foot({"", axis_strip(axis), "", "", ""});
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
      "Gromov-Wasserstein: "
      "bounds between which the squared distance of that name certainly lies.</p>\n";
  bool has_legend = false;
  for (const std::string& name : basis_names(report, target)) {
    const TransferFit* fit = fit_of(target, name);
    if (fit == nullptr) continue;
    const std::vector<WeightedPart> parts = weighted_parts(report, *fit);
    html += "<h4>" + escaped(basis_title(name)) + "</h4>\n" + maps(parts, *fit, target, heat);
    if (!has_legend && heat.top() > 0)
      html +=
          heat_legend(heat) +
          "<p class=\"soft\">Chance of a bond or edge between nodes of two ranks, those of many "
          "neighbours at the top and at the left; one scale for the whole page.</p>\n";
    has_legend = true;
    if (!parts.empty()) html += weights_table(report, parts);
    html += other_distances(*fit);
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
         "p\xE2\x80\x91value says "
         "that the target is different, not that the difference matters: with many graphs the "
         "smallest difference is found. Among twenty sources one p\xE2\x80\x91value below 0.05 is "
         "expected by "
         "chance.</p>\n" +
         table.html();
}

}  // namespace aufbau::report
