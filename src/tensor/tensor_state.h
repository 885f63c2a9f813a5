#pragma once
// The inside of a Tensor; for tensor.cpp and autograd.cpp only.
#include "tensor/backend.h"
#include "tensor/tensor.h"

namespace aufbau {

/// Owned bytes on a device.
class Storage {
 public:
  Storage(Device device, std::size_t bytes)
      : device_(device), bytes_(bytes), data_(backend_for(device).allocate(bytes)) {}
  ~Storage() { backend_for(device_).release(data_, bytes_); }
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  Device device() const { return device_; }
  void* data() const { return data_; }

 private:
  Device device_;
  std::size_t bytes_;
  void* data_;
};

struct Tensor::State {
  Shape shape;
  std::int64_t size = 0;
  DType dtype = DType::f32;
  std::shared_ptr<Storage> storage;  ///< shared by reshaped and detached tensors
  bool requires_grad = false;
  bool spent = false;  ///< was a recorded output; its record went with a backward
  Tensor grad;
  std::shared_ptr<GradNode> node;
};

}  // namespace aufbau
