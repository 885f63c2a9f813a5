#include "tensor/backend.h"

#include "core/error.h"
#include "core/text.h"
#include "tensor/cpu/backend_cpu.h"
#include "tensor/device/plugin.h"

namespace aufbau {

Backend& backend_for(Device device) {
  if (device.kind == Device::Kind::cpu) return cpu::backend();
  return device::backend(device.index);
}

Device parse_device(std::string_view text) {
  if (text == "cpu") return {};
  if (text == "auto") return device::names().empty() ? Device{} : Device{Device::Kind::cuda, 0};
  Device device{Device::Kind::cuda, 0};
  bool known = text == "cuda";
  if (text.starts_with("cuda:")) {
    const auto index = parse_integer(text.substr(5));
    known = index && *index >= 0 && *index < 1024;
    if (known) device.index = static_cast<int>(*index);
  }
  if (!known)
    fail(ErrorKind::usage, "device", "unknown device '", text, "'; known: auto, cpu, cuda, cuda:i");
  backend_for(device);
  return device;
}

std::string name_of(Device device) {
  return device.kind == Device::Kind::cpu ? "cpu" : "cuda:" + std::to_string(device.index);
}

}  // namespace aufbau
