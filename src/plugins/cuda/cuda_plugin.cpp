// The table of tensor/device/table.h for NVIDIA devices.
#include <algorithm>
#include <cstring>
#include <exception>

#include "plugins/cuda/context.h"
#include "plugins/cuda/products.h"
#include "tensor/device/bodies.h"
#include "tensor/device/table.h"

namespace {

using namespace aufbau::cuda;

/// body(context) with the device's context; nothing is thrown across the table.
template <class Body>
const char* on(int device, const Body& body) noexcept {
  try {
    Context* context = nullptr;
    if (const char* what = enter(device, &context)) return what;
    return body(*context);
  } catch (const std::exception&) {
    return "the host has no memory left";
  }
}

const char* count(int* devices) {
  *devices = 0;
  switch (const cudaError_t code = cudaGetDeviceCount(devices)) {
    case cudaSuccess:
      return *devices > 0 ? nullptr : "the driver sees no device";
    case cudaErrorNoDevice:
      return "the driver sees no device";
    case cudaErrorInsufficientDriver:
      return "there is no NVIDIA driver, or it is older than this plugin";
    default:
      return problem(code);
  }
}

const char* describe(int device, AufbauDeviceFacts* facts) {
  constexpr int kLeastMajor = 8;  // what bodies.cu is compiled for
  cudaDeviceProp properties;
  if (const char* what = problem(cudaGetDeviceProperties(&properties, device))) return what;
  if (properties.major < kLeastMajor)
    return "its compute capability is below 8.0 (the Ampere generation)";
  std::strncpy(facts->name, properties.name, sizeof facts->name - 1);
  facts->name[sizeof facts->name - 1] = '\0';
  facts->memory = properties.totalGlobalMem;
  return nullptr;
}

const char* allocate(int device, std::size_t bytes, void** data) {
  return on(device, [&](Context&) -> const char* {
    *data = nullptr;
    const cudaError_t code = cudaMalloc(data, bytes);
    if (code != cudaErrorMemoryAllocation) return problem(code);
    cudaGetLastError();  // it is not to be met again by who asks next
    *data = nullptr;
    return nullptr;
  });
}

const char* release(int device, void* data) {
  return on(device, [&](Context&) { return problem(cudaFree(data)); });
}

const char* from_host(int device, void* to, const void* from, std::size_t bytes) {
  return on(device, [&](Context& context) {
    const std::lock_guard lock(context.mutex);
    return context.sending.send(to, from, bytes);
  });
}

const char* to_host(int device, const AufbauCopy* copies, int count) {
  return on(device, [&](Context& context) -> const char* {
    const std::lock_guard lock(context.mutex);
    return context.receiving.receive(copies, count);
  });
}

const char* copy(int device, void* to, const void* from, std::size_t bytes) {
  return on(device, [&](Context& context) {
    return problem(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, context.stream));
  });
}

const char* launch(int device, int body, const void* data, std::int64_t rows,
                   std::int64_t columns) {
  return on(device,
            [&](Context& context) { return launch_body(context, body, data, rows, columns); });
}

const char* multiply_on(int device, const AufbauProduct* product) {
  return on(device, [&](Context& context) { return multiply(context, *product); });
}

}  // namespace

__attribute__((visibility("default"))) const void* aufbau_devices() {
  using aufbau::device::AllBodies;
  static const AufbauDevices table = {kAufbauDevicesVersion,
                                      AllBodies::kCount,
                                      AllBodies::kBytes,
                                      count,
                                      describe,
                                      allocate,
                                      release,
                                      from_host,
                                      to_host,
                                      copy,
                                      launch,
                                      multiply_on};
  return &table;
}
