#include "report/transfer/page/mixture.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "report/transfer/page/charts.h"
#include "report/transfer/page/sections.h"
#include "report/transfer/page/table.h"
#include "report/transfer/page/text.h"

namespace aufbau::report {
namespace {

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

std::string figure(const std::string& map, const std::string& caption) {
  return "<figure>" + map + "<figcaption>" + caption + "</figcaption></figure>";
}

constexpr std::size_t kCaption = 40;  ///< characters under a picture

/// Which parts are drawn: the heaviest, but none that shows as 0. Parts of unknown weight count as
/// heavy.
std::vector<bool> drawn_parts(const std::vector<WeightedPart>& parts) {
  constexpr std::size_t kMost = 8;
  constexpr double kLeast = 0.005;
  std::vector<std::size_t> order(parts.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) {
    return std::isfinite(parts[i].weight) ? parts[i].weight : HUGE_VAL;
  });
  std::vector<bool> drawn(parts.size(), false);
  for (std::size_t k = 0; k < std::min(order.size(), kMost); ++k)
    drawn[order[k]] = !(parts[order[k]].weight < kLeast);
  return drawn;
}

/// The mixture as a sum of pictures.
std::string maps(const std::vector<WeightedPart>& parts, const TransferFit& fit,
                 const TransferTarget& target, const HeatScale& heat) {
  const std::vector<bool> drawn = drawn_parts(parts);
  const GraphonCells none;
  std::string html;
  std::size_t shown = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!drawn[i]) continue;
    const WeightedPart& part = parts[i];
    if (shown++ > 0) html += "<span class=\"sign\" aria-hidden=\"true\">+</span>";
    html += figure(heat_use(part.graphon == nullptr ? none : *part.graphon, part.id,
                            "graphon of " + part.name),
                   "<b>" + rounded(part.weight, kWeight) + "</b> \xC3\x97 " +
                       name_html(shortened(part.name, kCaption)));
  }
  html = "<div class=\"maps\">" + html;
  // Mixture and target are to be compared, so they stay on one line.
  html += "<div class=\"maps\">";
  if (shown > 0) html += "<span class=\"sign\" aria-hidden=\"true\">=</span>";
  html += figure(heat_map(fit.mixture, heat, "graphon of the mixture"), "the mixture");
  html += "<span class=\"sign\" aria-hidden=\"true\">\xE2\x89\x88</span>";
  html += figure(heat_map(target.graphon, heat, "graphon of the target"),
                 "<b>" + name_html(shortened(target.set.name, kCaption)) + "</b>");
  html += "</div></div>\n";
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

}  // namespace

std::string mixture_html(const TransferReport& report, const TransferTarget& target,
                         const TransferFit& fit, const HeatScale& heat, bool with_legend) {
  const std::vector<WeightedPart> parts = weighted_parts(report, fit);
  std::string html = maps(parts, fit, target, heat);
  if (with_legend && heat.top() > 0)
    html += heat_legend(heat) +
            "<p class=\"soft\">Chance of a bond or edge between nodes of two ranks, those of many "
            "neighbours at the top and at the left; one scale for the whole page.</p>\n";
  return parts.empty() ? html : html + weights_table(report, parts);
}

}  // namespace aufbau::report
