#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "aufbau.h"

namespace aufbau::testing {

/// The text and kind of the error that `body` must throw.
inline void expect_error(ErrorKind kind, const std::string& text,
                         const std::function<void()>& body) {
  try {
    body();
    ADD_FAILURE() << "nothing was thrown; expected: " << text;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    EXPECT_EQ(std::string(error.what()), text);
  }
}

}  // namespace aufbau::testing
