#pragma once
#include "aufbau.h"

namespace aufbau::testing {

/// BBBP from ZINC and ChEMBL as it could be: molecules, three bases, a study, a probe.
TransferReport molecule_report();
/// Airports from two networks: no molecules, one basis missing, no labels.
TransferReport network_report();
/// Every text is markup or damaged UTF-8, every number NaN, lists of different lengths.
TransferReport hostile_report();
/// 20 sources and 8 targets.
TransferReport large_report();

}  // namespace aufbau::testing
