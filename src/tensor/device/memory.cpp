#include "core/text.h"
#include "tensor/device/device_backend.h"
#include "tensor/device/out_of_memory.h"

namespace aufbau::device {

namespace {

std::string mebibytes(std::size_t bytes) {
  constexpr std::size_t kMebibyte = std::size_t{1} << 20;
  return std::to_string((bytes + kMebibyte - 1) / kMebibyte) + " MiB";
}

}  // namespace

DeviceBackend::DeviceBackend(const AufbauDevices& plugin, int index)
    : plugin_(plugin),
      device_{Device::Kind::cuda, index},
      cache_({[this](std::size_t bytes) {
                void* data = nullptr;
                require(plugin_.allocate(device_.index, bytes, &data));
                return data;
              },
              [this](void* data) { plugin_.release(device_.index, data); }}) {
  AufbauDeviceFacts facts{};
  require(plugin_.describe(index, &facts));  // a device that is too old says so here
  faults_ = static_cast<Id*>(allocate(kFaults * sizeof(Id)));
  run(Fill<Id>{0, faults_}, 1, kFaults);
}

void DeviceBackend::require(const char* problem) const {
  if (problem != nullptr) fail(ErrorKind::resource, name_of(device_), problem);
}

const void* DeviceBackend::checked(const Tensor& x, std::size_t width, bool is_id) const {
  if (!x) return nullptr;
  const bool is_integer = x.dtype() == DType::i32 || x.dtype() == DType::i64;
  if (size_of(x.dtype()) != width || is_integer != is_id)
    fail(ErrorKind::internal, "cuda", "a kernel got ", name_of(x.dtype()),
         "; values on a device are f32, losses and means f64, ids i32");
  if (x.device() != device_)
    fail(ErrorKind::internal, "cuda", "a kernel of device ", device_.index,
         " got a tensor that is elsewhere");
  return x.raw();
}

Tensor DeviceBackend::scratch(Shape shape, DType dtype) const {
  return Tensor::empty(std::move(shape), dtype, device_);
}

void* DeviceBackend::allocate(std::size_t bytes) {
  void* data = cache_.allocate(bytes);
  if (data != nullptr) return data;
  const std::size_t in_use = cache_.in_use();
  AufbauDeviceFacts facts{};
  require(plugin_.describe(device_.index, &facts));
  throw OutOfMemory("[" + name_of(device_) + "] out of memory: " + mebibytes(bytes) +
                        " more were asked for; " + mebibytes(in_use) + " of " +
                        mebibytes(facts.memory) + " are in use by this process",
                    bytes, in_use, facts.memory);
}

void DeviceBackend::release(void* data, std::size_t) noexcept { cache_.release(data); }

void DeviceBackend::from_host(void* to, const void* from, std::size_t bytes) {
  if (bytes > 0) require(plugin_.from_host(device_.index, to, from, bytes));
}

void DeviceBackend::to_host(std::span<const HostCopy> copies) {
  Id raised[kFaults];
  std::vector<AufbauCopy> all = {{raised, faults_, sizeof raised}};
  for (const HostCopy& copy : copies)
    if (copy.bytes > 0) all.push_back({copy.to, copy.from, copy.bytes});
  ++waits_;
  require(plugin_.to_host(device_.index, all.data(), static_cast<int>(all.size())));
  const bool has_code = raised[code_fault] != 0, has_target = raised[target_fault] != 0;
  if (!has_code && !has_target) return;
  run(Fill<Id>{0, faults_}, 1, kFaults);
  fail(ErrorKind::internal, has_code ? "embedding_sum" : "cross_entropy",
       has_code ? "a code is in no row of its table" : "a target is no class of the logits",
       "; with --device cpu the message says which");
}

void DeviceBackend::copy(const Tensor& x, Tensor& out) {
  const std::size_t bytes = static_cast<std::size_t>(x.size()) * size_of(x.dtype());
  if (bytes > 0) require(plugin_.copy(device_.index, out.mutable_raw(), x.raw(), bytes));
}

void DeviceBackend::fill(Tensor& out, double value) {
  switch (out.dtype()) {
    case DType::f32:
      return run(Fill<float>{static_cast<float>(value), this->out(out)}, 1, out.size());
    case DType::f64:
      return run(Fill<double>{value, this->out<double>(out)}, 1, out.size());
    case DType::i32:
      return run(Fill<Id>{static_cast<Id>(value), this->out<Id>(out)}, 1, out.size());
    case DType::i64:
      return run(Fill<Index>{static_cast<Index>(value), this->out<Index>(out)}, 1, out.size());
  }
}

}  // namespace aufbau::device
