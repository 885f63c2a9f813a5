#include "plugins/cuda/context.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace aufbau::cuda {

namespace {

thread_local std::string last_problem;
constexpr int kMostDevices = 64;

const char* open(Context& context) {
  if (const char* what = problem(cudaStreamCreateWithFlags(&context.stream, cudaStreamNonBlocking)))
    return what;
  if (const char* what = problem(cudaMalloc(&context.workspace, Context::kWorkspace))) return what;
  if (const char* what = context.receiving.open(context.stream)) return what;
  if (const cublasStatus_t status = cublasLtCreate(&context.products);
      status != CUBLAS_STATUS_SUCCESS)
    return problem(std::string("cuBLASLt did not start: ") + cublasLtGetStatusString(status));
  return context.sending.open(context.stream);
}

}  // namespace

const char* problem(const std::string& text) {
  last_problem = text;
  return last_problem.c_str();
}

const char* problem(cudaError_t code) {
  if (code == cudaSuccess) return nullptr;
  return problem(std::string(cudaGetErrorString(code)) + " (" + cudaGetErrorName(code) + ")");
}

const char* Staging::open(cudaStream_t stream) {
  stream_ = stream;
  for (Half& half : halves_) {
    if (const char* what = problem(cudaMallocHost(reinterpret_cast<void**>(&half.data), kHalf)))
      return what;
    if (const char* what = problem(cudaEventCreateWithFlags(&half.is_read, cudaEventDisableTiming)))
      return what;
  }
  return nullptr;
}

const char* Staging::send(void* to, const void* from, std::size_t bytes) {
  constexpr std::size_t kAlignment = 256;
  auto* target = static_cast<char*>(to);
  const auto* source = static_cast<const char*>(from);
  while (bytes > 0) {
    if (used_ == kHalf) {
      // The other half is free again when the device has passed the copies that were made of it.
      if (const char* what = problem(cudaEventRecord(halves_[current_].is_read, stream_)))
        return what;
      current_ = 1 - current_;
      used_ = 0;
      if (const char* what = problem(cudaEventSynchronize(halves_[current_].is_read))) return what;
    }
    const std::size_t piece = std::min(bytes, kHalf - used_);
    char* pinned = halves_[current_].data + used_;
    std::memcpy(pinned, source, piece);
    if (const char* what =
            problem(cudaMemcpyAsync(target, pinned, piece, cudaMemcpyHostToDevice, stream_)))
      return what;
    used_ = std::min(kHalf, (used_ + piece + kAlignment - 1) / kAlignment * kAlignment);
    target += piece, source += piece, bytes -= piece;
  }
  return nullptr;
}

const char* Receiving::open(cudaStream_t stream) {
  stream_ = stream;
  return problem(cudaMallocHost(reinterpret_cast<void**>(&pinned_), kSize));
}

const char* Receiving::finish() {
  const cudaError_t code = cudaStreamSynchronize(stream_);
  if (code == cudaSuccess)
    for (const AufbauCopy& copy : arriving_) std::memcpy(copy.to, copy.from, copy.bytes);
  arriving_.clear();
  used_ = 0;
  return problem(code);
}

const char* Receiving::receive(const AufbauCopy* copies, int count) {
  for (int i = 0; i < count; ++i) {
    for (std::size_t at = 0; at < copies[i].bytes;) {
      if (used_ == kSize)
        if (const char* what = finish()) return what;
      const std::size_t piece = std::min(copies[i].bytes - at, kSize - used_);
      char* pinned = pinned_ + used_;
      arriving_.push_back({static_cast<char*>(copies[i].to) + at, pinned, piece});
      used_ += piece;
      const cudaError_t code =
          cudaMemcpyAsync(pinned, static_cast<const char*>(copies[i].from) + at, piece,
                          cudaMemcpyDeviceToHost, stream_);
      if (code != cudaSuccess) {
        arriving_.clear();
        used_ = 0;
        return problem(code);
      }
      at += piece;
    }
  }
  return finish();
}

const char* enter(int device, Context** context) {
  static std::array<std::unique_ptr<Context>, kMostDevices> opened;
  static std::mutex mutex;
  if (const char* what = problem(cudaSetDevice(device))) return what;
  const std::lock_guard lock(mutex);
  std::unique_ptr<Context>& known = opened[static_cast<std::size_t>(device)];
  if (!known) {
    auto fresh = std::make_unique<Context>();
    if (const char* what = open(*fresh)) return what;
    known = std::move(fresh);
  }
  *context = known.get();
  return nullptr;
}

}  // namespace aufbau::cuda
