#pragma once
#include <string>

#include "core/error.h"

namespace aufbau::testing {

/// The Error that `action` throws; one that says so when it throws none.
template <class Action>
Error error_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorKind::internal, "nothing was thrown");
}

inline bool says(const Error& error, const std::string& words) {
  return std::string(error.what()).find(words) != std::string::npos;
}

}  // namespace aufbau::testing
