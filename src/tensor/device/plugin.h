#pragma once
#include <string>
#include <vector>

#include "tensor/backend.h"
#include "tensor/device/table.h"

namespace aufbau::device {

/// The device of that index. Error{resource} that says what is missing: the plugin, the driver, or
/// a device.
Backend& backend(int index);

/// Names of the devices there are; none when anything is missing.
std::vector<std::string> names();

}  // namespace aufbau::device
