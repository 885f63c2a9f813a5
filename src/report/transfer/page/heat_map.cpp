#include "report/transfer/page/heat_map.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "report/transfer/page/text.h"

namespace aufbau::report {
namespace {

bool is_drawable(const GraphonCells& graphon) {
  const auto side = static_cast<std::size_t>(std::max(graphon.side, 0));
  return side > 0 && graphon.values.size() == side * side;
}

std::string opacity(int level) {
  if (level >= HeatScale::kLevels) return "1";
  return '.' + std::to_string(1000 + 1000 * level / HeatScale::kLevels).substr(1);
}

/// One path for each level that occurs.
std::string shapes_of(const GraphonCells& graphon, const HeatScale& scale) {
  std::array<std::string, HeatScale::kLevels + 1> paths;
  std::string unknown;
  const int side = graphon.side;
  const auto level = [&](int row, int column) {
    return scale.level(
        graphon.values[static_cast<std::size_t>(row) * static_cast<std::size_t>(side) +
                       static_cast<std::size_t>(column)]);
  };
  for (int row = 0; row < side; ++row)
    for (int begin = 0, end = 0; begin < side; begin = end) {
      const int shown = level(row, begin);
      while (end < side && level(row, end) == shown) ++end;
      if (shown == 0) continue;
      const std::string length = std::to_string(end - begin);
      (shown < 0 ? unknown : paths[static_cast<std::size_t>(shown)]) +=
          'M' + std::to_string(begin) + ' ' + std::to_string(row) + 'h' + length + "v1h-" + length +
          'z';
    }
  std::string shapes;
  for (int i = 1; i <= HeatScale::kLevels; ++i)
    if (const std::string& path = paths[static_cast<std::size_t>(i)]; !path.empty())
      shapes += "<path class=\"heat\" fill-opacity=\"" + opacity(i) + "\" d=\"" + path + "\"/>";
  if (!unknown.empty()) shapes += "<path class=\"hole\" d=\"" + unknown + "\"/>";
  return shapes;
}

std::string view_box(const GraphonCells& graphon) {
  const std::string side = std::to_string(graphon.side);
  return "viewBox=\"0 0 " + side + ' ' + side + '"';
}

std::string framed(const GraphonCells& graphon, const std::string& label,
                   const std::string& shapes) {
  if (!is_drawable(graphon))
    return "<span class=\"map none\" role=\"img\" aria-label=\"" + escaped(label) +
           ": not known\">not known</span>";
  return "<svg class=\"map\" " + view_box(graphon) + " role=\"img\" aria-label=\"" +
         escaped(label) + "\" shape-rendering=\"crispEdges\">" + shapes + "</svg>";
}

}  // namespace

void HeatScale::include(const GraphonCells& graphon) {
  for (const double value : graphon.values)
    if (std::isfinite(value)) top_ = std::max(top_, value);
}

int HeatScale::level(double value) const {
  if (!std::isfinite(value)) return -1;
  if (value <= 0 || top_ <= 0) return 0;
  // What is there at all leaves a trace.
  return std::max(1, static_cast<int>(std::lround(kLevels * std::min(1.0, value / top_))));
}

std::string heat_map(const GraphonCells& graphon, const HeatScale& scale,
                     const std::string& label) {
  return framed(graphon, label, is_drawable(graphon) ? shapes_of(graphon, scale) : "");
}

std::string heat_symbol(const GraphonCells& graphon, const HeatScale& scale,
                        const std::string& id) {
  if (!is_drawable(graphon)) return {};
  return "<symbol id=\"" + id + "\" " + view_box(graphon) + '>' + shapes_of(graphon, scale) +
         "</symbol>";
}

std::string heat_use(const GraphonCells& graphon, const std::string& id, const std::string& label) {
  return framed(graphon, label, "<use href=\"#" + id + "\"/>");
}

std::string heat_legend(const HeatScale& scale) {
  constexpr int kSteps = 16;
  constexpr double kWidth = 224, kBar = 10;
  std::string shapes, numbers;
  const Unit unit = decimals_of(std::array{scale.top()});
  for (int i = 0; i < kSteps; ++i)
    shapes += "<rect class=\"heat\" fill-opacity=\"" + opacity(2 * (i + 1)) + "\" x=\"" +
              std::to_string(12 * i + 16) + "\" y=\"1\" width=\"12\" height=\"" + px(kBar) + "\"/>";
  for (const double share : {0.0, 0.5, 1.0})
    numbers += "<text class=\"tick\" x=\"" + px(16 + 192 * share) +
               "\" y=\"24\" text-anchor=\"middle\">" + tick_label(share * scale.top(), unit) +
               "</text>";
  return "<svg class=\"legend\" viewBox=\"0 0 " + px(kWidth) +
         " 28\" role=\"img\" aria-label=\"Colours: from 0, no ink, to " + rounded(scale.top()) +
         ", full ink\">" + shapes + numbers + "</svg>";
}

}  // namespace aufbau::report
