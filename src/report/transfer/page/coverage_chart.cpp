#include "report/transfer/page/coverage_chart.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "report/transfer/page/charts.h"
#include "report/transfer/page/text.h"

namespace aufbau::report {
namespace {

constexpr double kWidth = 360, kHeight = 236, kLeft = 38, kRight = 10, kTop = 8, kBottom = 34;

struct Point {
  double threshold = 0, share = 0;
};

std::vector<Point> points_of(const TransferCoverage& coverage) {
  std::vector<Point> points;
  const std::size_t count = std::min(coverage.thresholds.size(), coverage.shares.size());
  for (std::size_t i = 0; i < count; ++i)
    if (std::isfinite(coverage.thresholds[i]) && std::isfinite(coverage.shares[i]))
      points.push_back({coverage.thresholds[i], coverage.shares[i]});
  std::ranges::sort(points, {}, &Point::threshold);
  return points;
}

double mean_share(const std::vector<Point>& points) {
  double sum = 0;
  for (const Point& point : points) sum += point.share;
  return points.empty() ? -1 : sum / static_cast<double>(points.size());
}

/// Where the curve falls through a level: the place of its name.
Point crossing(const std::vector<Point>& points, double level) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i].share > level) continue;
    if (i == 0) return points[0];
    const Point &before = points[i - 1], &after = points[i];
    const double part = (before.share - level) / (before.share - after.share);
    return {before.threshold + part * (after.threshold - before.threshold), level};
  }
  return points.back();
}

class Chart {
 public:
  explicit Chart(Axis thresholds) : thresholds_(thresholds) {}

  double x(double threshold) const {
    return kLeft + thresholds_.position(threshold) * (kWidth - kLeft - kRight);
  }
  double y(double share) const {
    return kTop + (1 - std::clamp(share, 0.0, 1.0)) * (kHeight - kTop - kBottom);
  }

  std::string frame() const {
    std::string shapes;
    for (const double share : {0.0, 0.25, 0.5, 0.75, 1.0}) {
      shapes += line(share == 0 ? "axis" : "grid", x(thresholds_.low()), y(share),
                     x(thresholds_.high()), y(share));
      shapes += text(kLeft - 5, y(share) + 4, "end", tick_label(100 * share) + "%");
    }
    for (const double tick : thresholds_.ticks()) {
      shapes += line("axis", x(tick), y(0), x(tick), y(0) + 4);
      shapes += text(x(tick), y(0) + 16, "middle", tick_label(tick));
    }
    return shapes + text((kLeft + kWidth - kRight) / 2, kHeight - 4, "middle",
                         "similarity to the nearest source molecule, at least");
  }

  std::string curve(const std::vector<Point>& points, const std::string& kind) const {
    std::string path;
    for (const Point& point : points)
      path += (path.empty() ? "M" : "L") + px(x(point.threshold)) + ' ' + px(y(point.share));
    return "<path class=\"curve " + kind + "\" d=\"" + path + "\"/>";
  }

  /// Above the curve for the upper half of the curves, below it for the others, where the picture
  /// is empty.
  std::string name(const std::vector<Point>& points, double level, bool above,
                   const std::string& words) const {
    const Point at = crossing(points, level);
    const double guessed_width = 6.3 * static_cast<double>(words.size());
    const double right = x(at.threshold) + 7, left = x(at.threshold) - 7;
    const bool to_the_right = above ? right + guessed_width < kWidth : left - guessed_width < kLeft;
    return text(to_the_right ? right : left, y(at.share) + 4, to_the_right ? "start" : "end",
                escaped(words), "name");
  }

 private:
  static std::string line(const char* kind, double x1, double y1, double x2, double y2) {
    return "<line class=\"" + std::string(kind) + "\" x1=\"" + px(x1) + "\" y1=\"" + px(y1) +
           "\" x2=\"" + px(x2) + "\" y2=\"" + px(y2) + "\"/>";
  }
  static std::string text(double x, double y, const char* anchor, const std::string& words,
                          const char* kind = "tick") {
    return "<text class=\"" + std::string(kind) + "\" x=\"" + px(x) + "\" y=\"" + px(y) +
           "\" text-anchor=\"" + anchor + "\">" + words + "</text>";
  }

  Axis thresholds_;
};

}  // namespace

std::string coverage_chart(std::span<const TransferCoverage> coverage) {
  std::vector<std::vector<Point>> curves;
  double low = 1, high = 0;
  for (const TransferCoverage& one : coverage) {
    curves.push_back(points_of(one));
    if (curves.back().empty()) continue;
    low = std::min(low, curves.back().front().threshold);
    high = std::max(high, curves.back().back().threshold);
  }
  if (!(high > low)) return {};
  std::vector<std::size_t> order(curves.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater(),
                           [&](std::size_t i) { return mean_share(curves[i]); });
  while (curves[order.back()].empty()) order.pop_back();

  const Chart chart(Axis(low, high));
  const std::size_t named = std::min(order.size(), kNamedCurves);
  std::string shapes = chart.frame(), names;
  for (std::size_t k = named; k < order.size(); ++k)
    shapes += chart.curve(curves[order[k]], "other");
  for (std::size_t k = 0; k < named; ++k) {
    const std::vector<Point>& points = curves[order[k]];
    shapes += chart.curve(points, "dash" + std::to_string(k));
    const double level = 0.82 - 0.7 * (static_cast<double>(k) + 0.5) / static_cast<double>(named);
    names += chart.name(points, level, 2 * k < named, shortened(coverage[order[k]].source, 22));
  }
  return "<svg class=\"chart\" viewBox=\"0 0 " + px(kWidth) + ' ' + px(kHeight) +
         "\" role=\"img\" aria-label=\"Share of the target's molecules against similarity, a curve "
         "for each source; the numbers are in the table below\">" +
         shapes + names + "</svg>";
}

}  // namespace aufbau::report
