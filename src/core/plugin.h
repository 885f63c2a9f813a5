#pragma once
#include <string>

namespace aufbau {

/// Opens `libaufbau_<name>.so`, a part of the program that is loaded only when it is asked for, so
/// that everything else starts without what it links, and calls its function `entry`, which returns
/// a table of functions. The library stays open until the process ends. It is looked for in the
/// folder that the environment variable AUFBAU_PLUGINS names, or else beside the library or program
/// this code is part of; nowhere else. Error{resource} with `remedy` when it is not there or cannot
/// be loaded.
const void* load_plugin(const std::string& name, const char* entry, const std::string& remedy);

}  // namespace aufbau
