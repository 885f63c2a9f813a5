#pragma once
#include <string>

#include "aufbau.h"

namespace aufbau::cli {

/// Throws Error{usage} as "[where] what".
[[noreturn]] inline void fail_usage(const std::string& where, const std::string& what) {
  throw Error(ErrorKind::usage, "[" + where + "] " + what);
}

/// "; did you mean 'x'? " when a known name is near, else "; ".
inline std::string meant(const std::string& name, const std::vector<std::string>& known) {
  const std::string near = suggest(name, known);
  return near.empty() ? "; " : "; did you mean '" + near + "'? ";
}

/// The exit code that stands for an error (README, "Exit codes").
int exit_code(ErrorKind kind);

}  // namespace aufbau::cli
