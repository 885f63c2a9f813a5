#pragma once
#include "graphs/gromov/network.h"

namespace aufbau::graphs {

/// The points in descending order of their row averages, equal ones in their own order.
MeasureNetwork degree_sorted(const MeasureNetwork& network);

/// a - b on the common refinement of their blocks, both degree sorted first: points of the result
/// are the intervals that the ends of both networks' blocks cut, at most n + m - 1.
MeasureNetwork aligned_difference(const MeasureNetwork& a, const MeasureNetwork& b);

/// sum |D_st| w_s w_t of the aligned difference D with weights w.
double aligned_l1(const MeasureNetwork& a, const MeasureNetwork& b);
/// sqrt of sum D_st^2 w_s w_t.
double aligned_l2(const MeasureNetwork& a, const MeasureNetwork& b);

}  // namespace aufbau::graphs
