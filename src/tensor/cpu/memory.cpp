#include <cstring>

#include "tensor/cpu/backend_cpu.h"
#include "tensor/cpu/blocks.h"
#include "tensor/cpu/recycler.h"

namespace aufbau::cpu {

Backend& backend() {
  static CpuBackend instance;
  return instance;
}

void* CpuBackend::allocate(std::size_t bytes) { return cpu::allocate(bytes); }
void CpuBackend::release(void* data, std::size_t bytes) noexcept { cpu::release(data, bytes); }

void CpuBackend::from_host(void* to, const void* from, std::size_t bytes) {
  std::memcpy(to, from, bytes);
}
void CpuBackend::to_host(std::span<const HostCopy> copies) {
  for (const HostCopy& copy : copies) std::memcpy(copy.to, copy.from, copy.bytes);
}

void CpuBackend::copy(const Tensor& x, Tensor& out) {
  const auto width = static_cast<std::int64_t>(size_of(x.dtype()));
  const auto* from = static_cast<const char*>(x.raw());
  auto* to = static_cast<char*>(out.mutable_raw());
  parallel_blocks(x.size(), kBlockElements, [&](std::int64_t begin, std::int64_t end) {
    std::memcpy(to + begin * width, from + begin * width, (end - begin) * width);
  });
}

void CpuBackend::fill(Tensor& out, double value) {
  const auto fill_as = [&]<class T>(T same) {
    T* to = write<T>(out);
    parallel_blocks(out.size(), kBlockElements, [&](std::int64_t begin, std::int64_t end) {
      std::fill(to + begin, to + end, same);
    });
  };
  switch (out.dtype()) {
    case DType::f32:
      return fill_as(static_cast<float>(value));
    case DType::f64:
      return fill_as(value);
    case DType::i32:
      return fill_as(static_cast<std::int32_t>(value));
    case DType::i64:
      return fill_as(static_cast<std::int64_t>(value));
  }
}

}  // namespace aufbau::cpu
