#pragma once
#include <gtest/gtest.h>

#include <cstdlib>

#include "tensor/device/plugin.h"

namespace aufbau::testing {

inline constexpr Device kDevice{Device::Kind::cuda, 0};

/// A test on kDevice. AUFBAU_PLUGINS chooses what that is: the host's own threads
/// (tests/host_device) in the ordinary suite, or the real plugin; without a device it is skipped.
class DeviceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!device::names().empty()) return;
    ASSERT_EQ(std::getenv("AUFBAU_HOST_DEVICE"), nullptr) << "the device of the tests is not there";
    GTEST_SKIP() << "this machine has no device";
  }
};

}  // namespace aufbau::testing
