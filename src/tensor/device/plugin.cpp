#include "tensor/device/plugin.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <mutex>

#include "core/error.h"
#include "core/plugin.h"
#include "tensor/device/bodies.h"
#include "tensor/device/device_backend.h"
#include "tensor/device/launches.h"
#include "tensor/device/out_of_memory.h"

namespace aufbau::device {

namespace {

constexpr const char* kRemedy =
    "the CUDA toolkit (12 or later) builds it, and it needs cuBLAS of that toolkit; or use "
    "--device "
    "cpu";
constexpr const char* kInstallDriver =
    "; install the NVIDIA driver and see that nvidia-smi lists a device, or use --device cpu";
constexpr int kMostDevices = 64;

/// Is there what the CUDA runtime looks for first? Without it the plugin and cuBLAS, which take 190
/// MiB when they are loaded, are left alone. Whoever names a folder of plugins means the one there.
bool may_have_device() {
  return std::getenv("AUFBAU_PLUGINS") != nullptr ||
         dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL) != nullptr;
}

const AufbauDevices& plugin() {
  static const AufbauDevices* const table = [] {
    if (!may_have_device())
      fail(ErrorKind::resource, "cuda", "there is no NVIDIA driver", kInstallDriver);
    const auto* found =
        static_cast<const AufbauDevices*>(load_plugin("cuda", kAufbauDevicesEntry, kRemedy));
    const bool is_ours =
        found->version == kAufbauDevicesVersion && found->body_count == AllBodies::kCount &&
        std::equal(AllBodies::kBytes, AllBodies::kBytes + AllBodies::kCount, found->body_bytes);
    if (!is_ours)
      fail(ErrorKind::resource, "cuda", "libaufbau_cuda.so is of another build of this program; ",
           kRemedy);
    return found;
  }();
  return *table;
}

int count_devices() {
  int count = 0;
  if (const char* problem = plugin().count(&count))
    fail(ErrorKind::resource, "cuda", problem, kInstallDriver);
  return std::min(count, kMostDevices);
}

DeviceBackend& open(int index) {
  const int count = count_devices();
  if (index < 0 || index >= count)
    fail(ErrorKind::resource, "cuda", "there is no device cuda:", index, "; this machine has ",
         count, count == 1 ? " device, cuda:0" : " devices, from cuda:0");
  // Never closed: tensors may outlive everything that could own it.
  return *new DeviceBackend(plugin(), index);
}

DeviceBackend& opened_backend(int index) {
  static std::array<std::atomic<DeviceBackend*>, kMostDevices> opened{};
  static std::mutex mutex;
  const bool may_be = index >= 0 && index < kMostDevices;
  if (may_be)
    if (DeviceBackend* known = opened[static_cast<std::size_t>(index)].load()) return *known;
  const std::lock_guard lock(mutex);
  if (may_be)
    if (DeviceBackend* known = opened[static_cast<std::size_t>(index)].load()) return *known;
  DeviceBackend& fresh = open(index);
  opened[static_cast<std::size_t>(index)] = &fresh;
  return fresh;
}

}  // namespace

Backend& backend(int index) { return opened_backend(index); }

std::size_t bytes_in_use(Device device) {
  return device.kind == Device::Kind::cpu ? 0 : opened_backend(device.index).in_use();
}

std::uint64_t launches(Device device) {
  return device.kind == Device::Kind::cpu ? 0 : opened_backend(device.index).launches();
}

std::uint64_t waits(Device device) {
  return device.kind == Device::Kind::cpu ? 0 : opened_backend(device.index).waits();
}

std::vector<std::string> names() {
  std::vector<std::string> found;
  try {
    for (int index = 0; index < count_devices(); ++index) {
      AufbauDeviceFacts facts{};
      if (plugin().describe(index, &facts) == nullptr) found.emplace_back(facts.name);
    }
  } catch (const Error& missing) {
    if (missing.kind() != ErrorKind::resource) throw;
  }
  return found;
}

}  // namespace aufbau::device
