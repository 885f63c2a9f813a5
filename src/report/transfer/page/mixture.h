#pragma once
#include <string>

#include "aufbau.h"
#include "report/transfer/page/heat_map.h"

namespace aufbau::report {

/// A mixture as an equation of heat maps, the parts and their weights to the left, the target to
/// the right; then the weights with their intervals as a table.
std::string mixture_html(const TransferReport& report, const TransferTarget& target,
                         const TransferFit& fit, const HeatScale& heat, bool with_legend);

}  // namespace aufbau::report
