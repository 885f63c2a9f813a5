#pragma once
#include <string>

#include "data/dataset.h"

namespace aufbau::report {

/// What people call a dataset: its file name without the ending.
std::string name_of(const data::Dataset& dataset);

}  // namespace aufbau::report
