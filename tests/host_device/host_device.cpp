// A device that is this machine's own memory and threads, as a plugin under the name of the real
// one (AUFBAU_PLUGINS names its folder): the bodies of tensor/device/bodies.h and everything that
// calls them run in the ordinary test suite. It is as strict as a device is: indices run in an
// order that differs from launch to launch, on several threads, and fresh memory holds NaN.
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <numeric>
#include <unordered_map>

#include "tensor/device/bodies.h"
#include "tensor/device/table.h"

namespace {

using aufbau::device::Index;

std::size_t number_in(const char* variable, std::size_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

const char* count(int* devices) {
  *devices = static_cast<int>(number_in("AUFBAU_HOST_DEVICES", 1));
  return *devices > 0 ? nullptr : "the driver sees no device";
}

/// Bytes that the device has.
std::size_t memory() { return number_in("AUFBAU_HOST_DEVICE_MEMORY", std::size_t{1} << 40); }

const char* describe(int, AufbauDeviceFacts* facts) {
  std::strcpy(facts->name, "the host");
  facts->memory = memory();
  return nullptr;
}

std::mutex mutex;
std::unordered_map<void*, std::size_t> sizes;
std::size_t taken = 0;

const char* allocate(int, std::size_t bytes, void** data) {
  const std::lock_guard lock(mutex);
  *data = nullptr;
  constexpr std::size_t kAlignment = 256;
  const std::size_t whole = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  if (taken + whole > memory()) return nullptr;
  *data = std::aligned_alloc(kAlignment, whole);
  std::memset(*data, 0xff, whole);
  sizes[*data] = whole;
  taken += whole;
  return nullptr;
}

const char* release(int, void* data) {
  const std::lock_guard lock(mutex);
  taken -= sizes.at(data);
  sizes.erase(data);
  std::free(data);
  return nullptr;
}

const char* copy(int, void* to, const void* from, std::size_t bytes) {
  std::memcpy(to, from, bytes);
  return nullptr;
}

const char* to_host(int, const AufbauCopy* copies, int count) {
  for (int i = 0; i < count; ++i) std::memcpy(copies[i].to, copies[i].from, copies[i].bytes);
  return nullptr;
}

/// Calls body(i) once for every i below `size`, in an order of its own for every call.
template <class Body>
void scrambled(Index size, const Body& body) {
  static std::atomic<Index> calls{0};
  const Index shift = calls++ % size;
  Index step = size * 5 / 8 + 1;
  while (std::gcd(step, size) != 1) ++step;
#pragma omp parallel for num_threads(3) if (size > 2000)
  for (Index i = 0; i < size; ++i) body((i * step + shift) % size);
}

template <class Body>
void launch_body(const void* data, Index rows, Index columns) {
  const Body body = *static_cast<const Body*>(data);
  scrambled(rows * columns, [&](Index i) { body(i / columns, i % columns); });
}

using Launch = void (*)(const void*, Index, Index);

template <class... Body>
const Launch* launches(aufbau::device::BodyList<Body...>) {
  static constexpr Launch kAll[] = {launch_body<Body>...};
  return kAll;
}

const char* launch(int, int body, const void* data, std::int64_t rows, std::int64_t columns) {
  launches(aufbau::device::AllBodies{})[body](data, rows, columns);
  return nullptr;
}

/// To the nearest number with so many bits behind the point; of two, the even one.
double rounded(float value, int precision) {
  const int dropped = precision == kAufbauTf32 ? 13 : precision == kAufbauBf16 ? 16 : 0;
  if (dropped == 0) return value;
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  bits += (1u << (dropped - 1)) - 1 + (bits >> dropped & 1);
  bits &= ~((1u << dropped) - 1);
  std::memcpy(&value, &bits, sizeof bits);
  return value;
}

const char* multiply(int, const AufbauProduct* p) {
#pragma omp parallel for num_threads(3)
  for (Index i = 0; i < p->m; ++i) {
    for (Index j = 0; j < p->n; ++j) {
      double sum = 0;
      for (Index k = 0; k < p->k; ++k)
        sum += rounded(p->a[p->a_transposed ? k * p->m + i : i * p->k + k], p->precision) *
               rounded(p->b[p->b_transposed ? j * p->k + k : k * p->n + j], p->precision);
      p->c[i * p->n + j] = static_cast<float>(sum) + (p->bias ? p->bias[j] : 0.0f);
    }
  }
  return nullptr;
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
                                      copy,
                                      to_host,
                                      copy,
                                      launch,
                                      multiply};
  return &table;
}
