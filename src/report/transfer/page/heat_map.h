#pragma once
#include <span>
#include <string>

#include "aufbau.h"

namespace aufbau::report {

/// The colours of all heat maps of a page: the ink is proportional to the value.
class HeatScale {
 public:
  void include(const GraphonCells& graphon);
  double top() const { return top_; }
  /// 0: paper, kLevels: full ink; -1 for what is not known.
  int level(double value) const;
  static constexpr int kLevels = 32;

 private:
  double top_ = 0;  ///< largest value of all
};

/// A graphon as inline SVG, the cell of row 0 and column 0 at the top left; runs of cells of equal
/// colour are one rectangle. Words instead where there is no graphon. `label` is escaped here.
std::string heat_map(const GraphonCells& graphon, const HeatScale& scale, const std::string& label);
/// The same in two parts, for a map that stands in several places of a page: what is drawn, once,
/// under an id, and each place.
std::string heat_symbol(const GraphonCells& graphon, const HeatScale& scale, const std::string& id);
std::string heat_use(const GraphonCells& graphon, const std::string& id, const std::string& label);

/// Colours and the values that they mean.
std::string heat_legend(const HeatScale& scale);

}  // namespace aufbau::report
