#pragma once
#include <cstddef>
#include <cstdint>

/// What a plugin for devices gives to the program that opens it (`libaufbau_cuda.so`): memory,
/// copies, products, and the bodies of tensor/device/bodies.h compiled for the device. All work of
/// a device is done in the order of the calls; only to_host waits for it. Any thread may call. A
/// function returns null, or what went wrong, as a text that is valid until the thread's next call.
extern "C" {

struct AufbauDeviceFacts {
  char name[256];
  std::size_t memory;  ///< bytes
};

struct AufbauCopy {
  void* to;
  const void* from;
  std::size_t bytes;
};

/// c [m, n] = a b + bias, row-major float32. a is [m, k], or [k, m] when
/// a_transposed; b is [k, n], or [n, k] when b_transposed. bias [n] may be null. None of the
/// extents is 0.
struct AufbauProduct {
  const float *a, *b, *bias;
  float* c;
  std::int64_t m, n, k;
  bool a_transposed, b_transposed;
  int precision;  ///< of the factors: kAufbauFloat32, kAufbauTf32 or kAufbauBf16; sums are float32
};
enum { kAufbauFloat32 = 0, kAufbauTf32 = 1, kAufbauBf16 = 2 };

struct AufbauDevices {
  int version;                    ///< kAufbauDevicesVersion of the plugin
  int body_count;                 ///< AllBodies::kCount of the plugin
  const std::size_t* body_bytes;  ///< AllBodies::kBytes of the plugin

  /// How many devices there are. The text says why there is none.
  const char* (*count)(int* devices);
  const char* (*describe)(int device, AufbauDeviceFacts* facts);

  /// 256-byte aligned, not cleared. `*data` is null when there is no memory left.
  const char* (*allocate)(int device, std::size_t bytes, void** data);
  const char* (*release)(int device, void* data);
  /// The host's memory may be changed as soon as it returns.
  const char* (*from_host)(int device, void* to, const void* from, std::size_t bytes);
  /// All of them with one wait.
  const char* (*to_host)(int device, const AufbauCopy* copies, int count);
  const char* (*copy)(int device, void* to, const void* from, std::size_t bytes);

  /// Runs body number `body` of AllBodies, which is copied, for all (row, column); neither extent
  /// is 0.
  const char* (*launch)(int device, int body, const void* data, std::int64_t rows,
                        std::int64_t columns);
  const char* (*multiply)(int device, const AufbauProduct* product);
};

inline constexpr int kAufbauDevicesVersion = 2;
inline constexpr const char* kAufbauDevicesEntry = "aufbau_devices";
const void* aufbau_devices();  ///< an AufbauDevices
}
