#include "report/transfer/page/charts.h"

#include <algorithm>
#include <cmath>

namespace aufbau::report {
namespace {

constexpr double kWidth = 180, kHeight = 22, kMargin = 9, kMiddle = kHeight / 2;

double x_of(const Axis& axis, double value) {
  return kMargin + axis.position(value) * (kWidth - 2 * kMargin);
}

std::string line(const char* kind, double x1, double y1, double x2, double y2) {
  return "<line class=\"" + std::string(kind) + "\" x1=\"" + px(x1) + "\" y1=\"" + px(y1) +
         "\" x2=\"" + px(x2) + "\" y2=\"" + px(y2) + "\"/>";
}

std::string framed(const Axis& axis, const std::string& label, const std::string& shapes) {
  std::string grid;
  for (const double tick : axis.ticks())
    grid += line(tick == 0 ? "zero" : "grid", x_of(axis, tick), 0, x_of(axis, tick), kHeight);
  return "<svg class=\"strip\" viewBox=\"0 0 " + px(kWidth) + ' ' + px(kHeight) +
         "\" role=\"img\" aria-label=\"" + escaped(label) + "\">" + grid + shapes + "</svg>";
}

std::string whisker(const Axis& axis, const Strip& strip) {
  if (!std::isfinite(strip.low) || !std::isfinite(strip.high)) return {};
  const double low = x_of(axis, strip.low), high = x_of(axis, strip.high);
  return line("whisker", low, kMiddle, high, kMiddle) +
         line("whisker", low, kMiddle - 4, low, kMiddle + 4) +
         line("whisker", high, kMiddle - 4, high, kMiddle + 4);
}

std::string dot(const char* kind, double x, double radius) {
  return "<circle class=\"" + std::string(kind) + "\" cx=\"" + px(x) + "\" cy=\"" + px(kMiddle) +
         "\" r=\"" + px(radius) + "\"/>";
}

std::string marks(const Axis& axis, const Strip& strip) {
  std::string shapes;
  if (std::isfinite(strip.tick))
    shapes += line("mark", x_of(axis, strip.tick), 1, x_of(axis, strip.tick), kHeight - 1);
  if (std::isfinite(strip.hollow)) shapes += dot("ring", x_of(axis, strip.hollow), 3.5);
  return shapes;
}

}  // namespace

Axis::Axis(std::span<const double> values) {
  double low = 0, high = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  *this = Axis(low, high);
}

Axis::Axis(double low, double high) {
  if (!(high > low) || !std::isfinite(high - low)) return;
  const double rough = (high - low) / 3, power = std::pow(10.0, std::floor(std::log10(rough)));
  if (!(power > 1e-300)) return;  // too near to the smallest number to be divided
  for (const double factor : {1.0, 2.0, 5.0, 10.0})
    if (step_ = factor * power; step_ >= rough) break;
  low_ = std::floor(low / step_) * step_;
  high_ = std::ceil(high / step_) * step_;
}

double Axis::position(double value) const {
  return std::clamp((value - low_) / (high_ - low_), 0.0, 1.0);
}

std::vector<double> Axis::ticks() const {
  std::vector<double> ticks;
  const long first = std::lround(low_ / step_), last = std::lround(high_ / step_);
  for (long i = first; i <= last; ++i) ticks.push_back(static_cast<double>(i) * step_);
  return ticks;
}

std::string bar_strip(const Axis& axis, const Strip& strip) {
  std::string shapes;
  if (std::isfinite(strip.value)) {
    const double zero = x_of(axis, 0), end = x_of(axis, strip.value);
    shapes += "<rect class=\"bar\" x=\"" + px(std::min(zero, end)) + "\" y=\"" + px(kMiddle - 5) +
              "\" width=\"" + px(std::abs(end - zero)) + "\" height=\"10\"/>";
  }
  return framed(axis, strip.label, shapes + whisker(axis, strip) + marks(axis, strip));
}

std::string dot_strip(const Axis& axis, const Strip& strip) {
  std::string shapes = marks(axis, strip) + whisker(axis, strip);
  if (std::isfinite(strip.value)) shapes += dot("dot", x_of(axis, strip.value), 4);
  return framed(axis, strip.label, shapes);
}

std::string closeness_strip(double value, double itself, const std::string& label) {
  constexpr double kSmallWidth = 92, kSmallHeight = 16, kEdge = 6;
  const auto x = [&](double share) { return kEdge + share * (kSmallWidth - 2 * kEdge); };
  std::string shapes = line("grid", kEdge, kSmallHeight / 2, kSmallWidth - kEdge, kSmallHeight / 2);
  if (std::isfinite(itself)) shapes += line("mark", x(itself), 1, x(itself), kSmallHeight - 1);
  if (std::isfinite(value))
    shapes += "<circle class=\"dot\" cx=\"" + px(x(value)) + "\" cy=\"8\" r=\"3.6\"/>";
  return "<svg class=\"strip small\" viewBox=\"0 0 92 16\" role=\"img\" aria-label=\"" +
         escaped(label) + "\">" + shapes + "</svg>";
}

std::string axis_strip(const Axis& axis, Unit unit) {
  std::string shapes = line("axis", kMargin, 0.5, kWidth - kMargin, 0.5);
  std::vector<double> ticks = axis.ticks();
  for (const double tick : ticks) shapes += line("axis", x_of(axis, tick), 0, x_of(axis, tick), 5);
  // Numbers need room: both ends and what stands well apart from them.
  if (ticks.size() > 4) ticks = {ticks.front(), ticks[ticks.size() / 2], ticks.back()};
  for (const double tick : ticks)
    shapes += "<text x=\"" + px(x_of(axis, tick)) + "\" y=\"17\" text-anchor=\"" +
              (tick == axis.low()    ? "start"
               : tick == axis.high() ? "end"
                                     : "middle") +
              "\">" + tick_label(tick, unit) + "</text>";
  return "<svg class=\"strip\" viewBox=\"0 0 " + px(kWidth) + ' ' + px(kHeight) +
         "\" aria-hidden=\"true\">" + shapes + "</svg>";
}

}  // namespace aufbau::report
