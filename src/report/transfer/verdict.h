#pragma once
#include <string>
#include <vector>

#include "aufbau.h"

namespace aufbau::report {

/// The share of the target's graphon that a distance leaves unexplained: distance / mean of its
/// squared cells. 0: the mixture is the target; 1: as far as no edges at all.
double unexplained(const TransferTarget& target, double distance);

/// A target is near when the interval of its unexplained share ends below the first, far when it
/// begins above the second.
inline constexpr double kNear = 0.05, kFar = 0.25;

/// The answer in three lines. By the gains that were measured where there are any (`probe`), else
/// by what the study's most trusted score predicts, else by structure alone, which then says so.
TransferVerdict verdict_of(const TransferTarget& target, const TransferStudy* study);

}  // namespace aufbau::report
