#pragma once
#include <algorithm>
#include <string>
#include <vector>

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

/// Does one of them, notes of a report say, hold these words?
inline bool any_holds(const std::vector<std::string>& texts, const std::string& words) {
  return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
    return text.find(words) != std::string::npos;
  });
}

}  // namespace aufbau::testing
