#pragma once
// Small pictures that stand in the cells of a table, beside the numbers they show. All are inline
// SVG whose colours come from the style sheet of the page.
#include <span>
#include <string>
#include <vector>

#include "aufbau.h"
#include "report/transfer/page/text.h"

namespace aufbau::report {

/// The line of numbers that the rows of a table share. Ends are round numbers.
class Axis {
 public:
  /// Around all values that are known; 0 is on it. Of none: from 0 to 1.
  explicit Axis(std::span<const double> values);
  Axis(double low, double high);

  double low() const { return low_; }
  double high() const { return high_; }
  double position(double value) const;  ///< 0 at the low end, 1 at the high one, never beyond
  std::vector<double> ticks() const;    ///< round numbers, both ends among them

 private:
  double low_ = 0, high_ = 1, step_ = 0.25;
};

/// A picture in a row: `value` with its interval; what is not known is left out. Label: what a
/// screen reader says, escaped here.
struct Strip {
  double value = kUnknown, low = kUnknown, high = kUnknown;
  double tick = kUnknown;    ///< drawn as a tall line across: noise floor, 0, the target itself
  double hollow = kUnknown;  ///< a second value, as a ring
  std::string label;
};
std::string bar_strip(const Axis& axis, const Strip& strip);  ///< from 0
std::string dot_strip(const Axis& axis, const Strip& strip);
/// Where a score stands between the farthest and the closest that its row knows, both from 0 (far)
/// to 1 (close); `itself`: that of the target against itself.
std::string closeness_strip(double value, double itself, const std::string& label);
/// Ticks with their numbers: the foot of a column of strips.
std::string axis_strip(const Axis& axis, Unit unit = {});

}  // namespace aufbau::report
