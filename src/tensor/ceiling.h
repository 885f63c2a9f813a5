#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "tensor/tensor.h"

namespace aufbau {

/// One matrix product c[m, n] = op(a)[m, k] op(b)[k, n] in f32.
struct GemmShape {
  bool transpose_a, transpose_b;
  std::int64_t m, n, k;
  bool operator==(const GemmShape&) const = default;
};

/// The products of a training step of `linear` on [rows, in] -> [rows, out]: forward, weight
/// gradient, and input gradient if asked.
std::vector<GemmShape> linear_products(std::int64_t rows, std::int64_t in, std::int64_t out,
                                       bool input_gradient = true);

/// What this machine can do at best on thread_count() threads, measured now: the ceilings that the
/// benchmarks compare with.

/// Seconds for all products, one after another in this order, each by whichever way through oneDNN
/// was fastest for it: threads of oneDNN or row blocks on ours, operands as they are, transposed,
/// or brought into the order of oneDNN beforehand (not counted). As in a step, the left operand was
/// just written and the others are long out of the caches.
double gemm_seconds(std::span<const GemmShape> shapes);
/// The same on a device: all of them queued one after another at product_precision(), the best of
/// several times.
double gemm_seconds(std::span<const GemmShape> shapes, Device device);
/// Bytes read plus bytes written per second by a copy larger than the caches, best of several.
double copy_bandwidth(Device device = {});
/// Multiplications plus additions per second in registers, f32, best of several.
double fma_peak();

}  // namespace aufbau
