#pragma once
#include <sstream>
#include <string>
#include <string_view>

#include "aufbau.h"  // Error and ErrorKind: declared in the public header so that there is one exception type

namespace aufbau {

/// Throws `Error(kind, "[where] parts...")`. Say what was expected, what came, and what to do.
template <class... Parts>
[[noreturn]] void fail(ErrorKind kind, std::string_view where, const Parts&... parts) {
  std::ostringstream text;
  text << '[' << where << "] ";
  (text << ... << parts);
  throw Error(kind, text.str());
}

}  // namespace aufbau
