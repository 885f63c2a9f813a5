#pragma once
#include <cstddef>
#include <span>
#include <string>

#include "aufbau.h"

namespace aufbau::report {

inline constexpr std::size_t kNamedCurves = 6;  ///< as many dashes as the style sheet has

/// Shares against thresholds as curves, each in a dash of its own with its name on it. Of many
/// sources those with the highest shares have names; the others are thin. Inline SVG.
std::string coverage_chart(std::span<const TransferCoverage> coverage);

}  // namespace aufbau::report
