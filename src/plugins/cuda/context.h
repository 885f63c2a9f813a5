#pragma once
// One device as this process uses it: a stream on which all its work is queued in order, pinned
// memory through which copies go, and cuBLASLt.
#include <cublasLt.h>
#include <cuda_runtime_api.h>

#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

#include "tensor/device/table.h"

namespace aufbau::cuda {

/// Null for success; otherwise a text that is valid until the thread's next call.
const char* problem(cudaError_t code);
const char* problem(const std::string& text);

/// Copies from the host through pinned memory, so that the caller need not wait for the device: two
/// halves, one being filled while the device still reads the other.
class Staging {
 public:
  const char* open(cudaStream_t stream);
  const char* send(void* to, const void* from, std::size_t bytes);

 private:
  static constexpr std::size_t kHalf = std::size_t{4} << 20;
  struct Half {
    char* data = nullptr;
    cudaEvent_t is_read = nullptr;
  };
  cudaStream_t stream_ = nullptr;
  Half halves_[2];
  int current_ = 0;
  std::size_t used_ = 0;
};

/// Copies to the host through pinned memory, as many of them with one wait as fit into it.
class Receiving {
 public:
  const char* open(cudaStream_t stream);
  const char* receive(const AufbauCopy* copies, int count);

 private:
  static constexpr std::size_t kSize = std::size_t{4} << 20;
  /// Waits, and hands out what has arrived.
  const char* finish();

  cudaStream_t stream_ = nullptr;
  char* pinned_ = nullptr;
  std::vector<AufbauCopy> arriving_;  ///< from pinned memory
  std::size_t used_ = 0;
};

struct Context {
  cudaStream_t stream = nullptr;
  cublasLtHandle_t products = nullptr;
  void* workspace = nullptr;  ///< of products; used by one at a time, in the order of the stream
  std::mutex mutex;           ///< held by whoever uses what follows
  Staging sending;
  Receiving receiving;

  static constexpr std::size_t kWorkspace = std::size_t{32} << 20;
};

/// Makes `device` the current one of this thread and gives its context, which is opened by the
/// first call and never closed: the driver takes everything back when the process ends.
const char* enter(int device, Context** context);

/// Runs body number `body` of AllBodies over rows x columns on the stream.
const char* launch_body(const Context& context, int body, const void* data, long long rows,
                        long long columns);

}  // namespace aufbau::cuda
