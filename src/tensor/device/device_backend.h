#pragma once
#include <atomic>

#include "core/error.h"
#include "tensor/backend.h"
#include "tensor/device/block_cache.h"
#include "tensor/device/bodies.h"
#include "tensor/device/table.h"

namespace aufbau::device {

/// A device behind the table of a plugin: the kernels of the contract as bodies (bodies.h) that the
/// plugin runs, sums in two stages with scratch tensors on the device. Values are f32; losses and
/// means f64. Work is queued in the order of the calls and nothing waits for it but to_host, which
/// also reports ids that a kernel found out of range since the last one.
class DeviceBackend final : public Backend {
 public:
  /// The plugin has a device of that index.
  DeviceBackend(const AufbauDevices& plugin, int index);

  // --- memory.cpp
  void* allocate(std::size_t bytes) override;
  void release(void* data, std::size_t bytes) noexcept override;
  void from_host(void* to, const void* from, std::size_t bytes) override;
  void to_host(std::span<const HostCopy> copies) override;
  void copy(const Tensor& x, Tensor& out) override;
  void fill(Tensor& out, double value) override;

  // --- elementwise.cpp
  void add(const Tensor& a, const Tensor& b, Tensor& out) override;
  void multiply(const Tensor& a, const Tensor& b, Tensor& out) override;
  void scale(const Tensor& x, double factor, Tensor& out) override;
  void scale_by(const Tensor& x, const Tensor& factor, Tensor& out) override;
  void relu(const Tensor& x, Tensor& out) override;
  void relu_backward(const Tensor& gradient, const Tensor& output, Tensor& out) override;
  void leaky_relu(const Tensor& x, double slope, Tensor& out) override;
  void leaky_relu_backward(const Tensor& gradient, const Tensor& output, double slope,
                           Tensor& out) override;
  void sigmoid(const Tensor& x, Tensor& out) override;
  void sigmoid_backward(const Tensor& gradient, const Tensor& output, Tensor& out) override;
  void maximum(std::span<const Tensor> xs, Tensor& out, Tensor& winner) override;
  void maximum_backward(const Tensor& gradient, const Tensor& winner, int index,
                        Tensor& out) override;
  void copy_columns(const Tensor& from, std::int64_t from_column, Tensor& to,
                    std::int64_t to_column, std::int64_t width) override;
  bool all_finite(const Tensor& x) override;

  // --- dense.cpp
  void linear(const Tensor& x, const Tensor& weight, const Tensor& bias, bool relu,
              Tensor& out) override;
  void linear_backward(Tensor& gradient, const Tensor& output, const Tensor& x,
                       const Tensor& weight, Tensor& grad_x, Tensor& grad_weight,
                       Tensor& grad_bias) override;
  void row_dot(const Tensor& a, const Tensor& b, Tensor& out) override;
  void scale_rows(const Tensor& x, const Tensor& factor, Tensor& out) override;

  // --- rows.cpp
  void normalize_rows(const Tensor& x, double least, Tensor& out, Tensor& length) override;
  void normalize_rows_backward(const Tensor& gradient, const Tensor& output, const Tensor& length,
                               double least, Tensor& out) override;
  void head_dot(const Tensor& x, const Tensor& weight, Tensor& out) override;
  void head_dot_backward(const Tensor& gradient, const Tensor& x, const Tensor& weight,
                         Tensor& grad_x, Tensor& grad_weight) override;

  // --- embedding.cpp
  void embedding_sum(const Tensor& codes, std::span<const Tensor> tables, Tensor& out) override;
  void embedding_backward(const Tensor& codes, std::int64_t column, const Tensor& gradient,
                          Tensor& grad_table) override;

  // --- aggregate.cpp
  void aggregate(const Tensor& x, const Tensor& edge_table, const RowMap& map,
                 Tensor& out) override;
  void aggregate_perceptron(const Tensor& x, const Tensor& edge_table, const RowMap& map,
                            const Tensor& weight1, const Tensor& bias1, const Tensor& weight2,
                            const Tensor& bias2, bool relu, Tensor& out) override;
  void aggregate_backward(const Tensor& gradient, const RowMap& map, Tensor& grad_x,
                          Tensor& grad_table) override;
  // --- weighted_aggregate.cpp
  void weighted_aggregate(const Tensor& x, const Tensor& edge_table, const Tensor& weight,
                          const RowMap& map, Tensor& out) override;
  void weighted_aggregate_backward(const Tensor& gradient, const Tensor& x,
                                   const Tensor& edge_table, const Tensor& weight,
                                   const RowMap& map, Tensor& grad_x, Tensor& grad_table,
                                   Tensor& grad_weight) override;
  void entry_sum(const Tensor& per_row, const Tensor& per_source, const Tensor& per_code,
                 const RowMap& map, Tensor& out) override;
  void entry_sum_backward(const Tensor& gradient, const RowMap& map, Tensor& grad_row,
                          Tensor& grad_source, Tensor& grad_code) override;
  void symmetric_weights(const RowMap& map, const Tensor& source_degree, Tensor& out) override;

  // --- segment.cpp
  void segment_sum(const Tensor& x, const Tensor& offset, const Tensor& index,
                   Tensor& out) override;
  void divide_by_count(const Tensor& x, const Tensor& offset, Tensor& out) override;
  void segment_max(const Tensor& x, const RowMap& map, Tensor& out, Tensor& winner) override;
  void segment_max_backward(const Tensor& gradient, const Tensor& winner, const RowMap& map,
                            Tensor& out) override;
  void segment_softmax(const Tensor& scores, const RowMap& map, Tensor& out) override;
  void segment_softmax_backward(const Tensor& gradient, const Tensor& output, const RowMap& map,
                                Tensor& out) override;

  // --- recurrence.cpp
  void lstm_step(const Tensor& gates, const Tensor& cell, Tensor& out) override;
  void lstm_step_backward(const Tensor& gradient, const Tensor& gates, const Tensor& cell,
                          const Tensor& output, Tensor& grad_gates, Tensor& grad_cell) override;

  // --- batch_norm.cpp; dropout: elementwise.cpp
  void batch_moments(const Tensor& x, const Tensor& multiplicity, double eps, double momentum,
                     Tensor& mean, Tensor& inverse_deviation, Tensor& running_mean,
                     Tensor& running_var) override;
  void normalize(const Tensor& x, const Tensor& mean, const Tensor& inverse_deviation,
                 const Tensor& weight, const Tensor& bias, bool relu, Tensor& out) override;
  void normalize_backward(const Tensor& gradient, const Tensor& x, const Tensor& multiplicity,
                          const Tensor& mean, const Tensor& inverse_deviation, const Tensor& weight,
                          const Tensor& bias, bool relu, bool through_moments, Tensor& grad_x,
                          Tensor& grad_weight, Tensor& grad_bias) override;
  void inverse_deviation(const Tensor& variance, double eps, Tensor& out) override;
  void dropout(const Tensor& x, double p, const RandomKey& key, Tensor& out) override;

  // --- optimizer.cpp
  void square_sums(std::span<const Tensor> xs, Tensor& sums) override;
  void adam(const AdamStep& step, std::span<AdamParameter> parameters) override;

  // --- losses.cpp
  void count_correct(const Tensor& logits, const Tensor& targets, Tensor& count) override;
  void bce_with_logits(const Tensor& logits, const Tensor& targets, const Tensor& mask,
                       Tensor& loss, Tensor& slope) override;
  void cross_entropy(const Tensor& logits, const Tensor& targets, Tensor& loss,
                     Tensor& slope) override;
  void mean_squared_error(const Tensor& x, const Tensor& targets, const Tensor& mask, Tensor& loss,
                          Tensor& slope) override;
  void weighted_sum(const Tensor& x, const Tensor& weight, Tensor& loss) override;

  /// Bytes of all tensors here.
  std::size_t in_use() const { return cache_.in_use(); }
  /// Bodies and products so far.
  std::uint64_t launches() const { return launches_; }
  /// Calls of to_host so far.
  std::uint64_t waits() const { return waits_; }

 private:
  /// Ids that no kernel should have met.
  enum Fault { code_fault, target_fault, kFaults };

  /// Error{resource} with what the plugin says.
  void require(const char* problem) const;
  template <class Body>
  void run(const Body& body, Index rows, Index columns) const {
    if (rows == 0 || columns == 0) return;
    ++launches_;
    require(plugin_.launch(device_.index, AllBodies::number_of<Body>(), &body, rows, columns));
  }

  /// Elements of a tensor of this device; null for an undefined one. Error{internal} for another
  /// device or type.
  template <class T = float>
  const T* in(const Tensor& x) const {
    return static_cast<const T*>(checked(x, sizeof(T), std::is_integral_v<T>));
  }
  template <class T = float>
  T* out(Tensor& x) const {
    return const_cast<T*>(in<T>(x));
  }
  const Id* ids(const Tensor& x) const { return in<Id>(x); }
  const void* checked(const Tensor& x, std::size_t width, bool is_id) const;
  Tensor scratch(Shape shape, DType dtype = DType::f64) const;

  /// c = a b + bias at product_precision(); any extent may be 0.
  void product(const AufbauProduct& product) const;
  /// out[row] = sum of partial[row, :count]
  template <class T>
  void fold(const double* partial, Index rows, Index count, T* out) const;
  /// out[0] = sum of a[i] b[i]; b null: of a
  void dot(const float* a, const float* b, Index size, double* out) const;
  /// out[d] = sum over rows of x[row, d] factor[row, d / width]; factor null: of x
  void sum_columns(const float* x, const float* factor, Index rows, Index D, Index width,
                   float* out) const;
  /// The two stages of a table's gradient: `part` gets its block, blocks and partial tables.
  template <class Part>
  void sum_tables(Part part, Tensor& table) const;
  /// The entries in the memory of the device.
  template <class Entry>
  Tensor table_of(const std::vector<Entry>& entries);
  Lines lines(const Tensor& mean, const Tensor& inverse_deviation, const Tensor& weight,
              const Tensor& bias) const;
  template <class Formula>
  void masked_loss(const Tensor& x, const Tensor& targets, const Tensor& mask, Tensor& loss,
                   Tensor& slope) const;

  const AufbauDevices& plugin_;
  Device device_;
  BlockCache cache_;
  mutable std::atomic<std::uint64_t> launches_ = 0;
  std::atomic<std::uint64_t> waits_ = 0;
  Id* faults_ = nullptr;  ///< [kFaults] on the device
};

/// Rows of one partial sum: at most 256 of them, each long enough to be worth its memory.
inline Index rows_per_block(Index rows) {
  constexpr Index kLeast = 32, kMostBlocks = 256;
  const Index even = (rows + kMostBlocks - 1) / kMostBlocks;
  return even < kLeast ? kLeast : even;
}
inline Index blocks_of(Index rows, Index block) { return (rows + block - 1) / block; }

/// Lanes of a sum along a row.
inline Index lanes_of(Index columns) {
  constexpr Index kMost = 32;
  return columns < 1 ? 1 : smaller(columns, kMost);
}

template <class T>
void DeviceBackend::fold(const double* partial, Index rows, Index count, T* out) const {
  constexpr Index kLanes = 64;
  if (count <= kLanes) return run(Fold<T>{partial, count, 1, out}, rows, 1);
  Tensor lanes = scratch({rows, kLanes});
  run(Fold<double>{partial, count, kLanes, this->out<double>(lanes)}, rows, kLanes);
  run(Fold<T>{in<double>(lanes), kLanes, 1, out}, rows, 1);
}

template <class Part>
void DeviceBackend::sum_tables(Part part, Tensor& table) const {
  constexpr Index kMostFloats = Index{1} << 24;
  const Index size = table.size(), tables = size == 0 ? 1 : kMostFloats / size;
  const Index least = blocks_of(part.rows, tables < 1 ? 1 : tables);
  part.block = rows_per_block(part.rows);
  if (part.block < least) part.block = least;
  const Index blocks = blocks_of(part.rows, part.block);
  part.K = table.rows(), part.D = table.cols();
  Tensor partial = scratch({blocks, size}, DType::f32);
  part.partial = out(partial);
  run(part, blocks, part.D);
  run(TableJoin{in(partial), blocks, size, out(table)}, 1, size);
}

}  // namespace aufbau::device
