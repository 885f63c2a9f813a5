#pragma once
#include <cstddef>

#include "aufbau.h"
#include "tensor/tensor.h"

namespace aufbau::device {

/// A device has no memory left. Error{resource}; the process and the device live on.
class OutOfMemory : public Error {
 public:
  OutOfMemory(const std::string& text, std::size_t asked, std::size_t in_use, std::size_t memory)
      : Error(ErrorKind::resource, text), asked(asked), in_use(in_use), memory(memory) {}
  std::size_t asked, in_use, memory;  ///< bytes; in_use: by this process, memory: of the device
};

/// Bytes of all tensors of this process on a device; 0 for the CPU.
std::size_t bytes_in_use(Device device);

}  // namespace aufbau::device
