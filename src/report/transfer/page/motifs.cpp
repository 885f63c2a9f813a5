#include <algorithm>
#include <cmath>
#include <numbers>

#include "graphs/graphon/motifs.h"
#include "report/transfer/page/sections.h"
#include "report/transfer/page/table.h"
#include "report/transfer/page/text.h"

namespace aufbau::report {
namespace {

/// The motif with its vertices on a circle; empty for one that is not known.
std::string drawing(const std::string& name) {
  for (const graphs::Motif& motif : graphs::motifs()) {
    if (name != motif.name) continue;
    // A star has its centre in the middle: the vertex that all edges share.
    const bool is_star =
        motif.vertices > 3 && motif.edges.size() + 1 == static_cast<std::size_t>(motif.vertices) &&
        std::ranges::all_of(motif.edges,
                            [](const auto& edge) { return edge.first == 0 || edge.second == 0; });
    const auto place = [&](std::int32_t vertex, bool is_x) {
      if (is_star && vertex == 0) return 13.0;
      const int around = motif.vertices - (is_star ? 1 : 0);
      const double angle = 2 * std::numbers::pi * (vertex - (is_star ? 1 : 0)) / around +
                           (around == 4 ? std::numbers::pi / 4 : 0) - std::numbers::pi / 2;
      return 13 + 9 * (is_x ? std::cos(angle) : std::sin(angle));
    };
    std::string shapes;
    for (const auto& [u, v] : motif.edges)
      shapes += "<line x1=\"" + px(place(u, true)) + "\" y1=\"" + px(place(u, false)) + "\" x2=\"" +
                px(place(v, true)) + "\" y2=\"" + px(place(v, false)) + "\"/>";
    for (std::int32_t v = 0; v < motif.vertices; ++v)
      shapes += "<circle cx=\"" + px(place(v, true)) + "\" cy=\"" + px(place(v, false)) +
                "\" r=\"2.2\"/>";
    return "<svg class=\"motif\" viewBox=\"0 0 26 26\" aria-hidden=\"true\">" + shapes + "</svg>";
  }
  return {};
}

const MotifScope* scope_of(const TransferFit& fit, const std::string& motif) {
  for (const MotifScope& scope : fit.motifs)
    if (scope.motif == motif) return &scope;
  return nullptr;
}

/// "0.012 ± 0.004": the density of the mixture and the most by which the target's differs; in
/// brackets where that says nothing.
std::string cell(const TransferFit& fit, const std::string& motif) {
  const MotifScope* scope = scope_of(fit, motif);
  if (scope == nullptr) return number(kUnknown);
  const bool says_nothing = scope->bound >= std::max(scope->target, scope->mixture);
  const std::string text = number(scope->mixture) + " \xC2\xB1 " + number(scope->bound);
  return says_nothing ? "<span class=\"soft\">(" + text + ")</span>" : text;
}

}  // namespace

std::string motifs_part(const TransferTarget& target) {
  std::vector<const MotifScope*> rows;
  std::vector<Column> columns = {{"motif"}, {"target", Column::numeric}};
  for (const TransferFit& fit : target.fits) {
    if (fit.motifs.empty()) continue;
    columns.push_back({name_html(fit.basis), Column::numeric});
    for (const MotifScope& scope : fit.motifs)
      if (std::ranges::none_of(rows,
                               [&](const MotifScope* row) { return row->motif == scope.motif; }))
        rows.push_back(&scope);
  }
  if (rows.empty()) return {};
  Table table(
      "Densities of small patterns: target, and mixture \xC2\xB1 the most by which they differ",
      columns);
  for (const MotifScope* row : rows) {
    std::vector<std::string> cells = {drawing(row->motif) + escaped(row->motif),
                                      number(row->target)};
    for (const TransferFit& fit : target.fits)
      if (!fit.motifs.empty()) cells.push_back(cell(fit, row->motif));
    table.add_row(cells);
  }
  return "<h3>Which small patterns are guaranteed</h3>\n"
         "<p>What a model can learn of small patterns in the sources, it meets in the target as "
         "often, up to this much: the counting lemma bounds the difference of the densities by the "
         "number of edges of the pattern times the distance of the graphons. A density is the "
         "chance that nodes thrown at random are joined in that way. In brackets: the bound is as "
         "large as "
         "the density, and nothing is guaranteed.</p>\n" +
         table.html();
}

}  // namespace aufbau::report
