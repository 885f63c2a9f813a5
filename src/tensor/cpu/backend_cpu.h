#pragma once
#include "tensor/backend.h"

namespace aufbau::cpu {

/// The CPU: products in f32 on tiles (amx.h) or through oneDNN (dnnl.cpp), fixed blocks of rows
/// over OpenMP threads, and inside a block the loops of loops.cpp in the best instruction set of
/// this machine. Each family of kernels has its own file, named below.
class CpuBackend final : public Backend {
 public:
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
  void aggregate_perceptron(const Tensor& x, const Tensor& edge_table, const RowMap& map,
                            const Tensor& weight1, const Tensor& bias1, const Tensor& weight2,
                            const Tensor& bias2, bool relu, Tensor& out) override;
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

  // --- batch_norm.cpp, dropout.cpp
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
};

Backend& backend();

}  // namespace aufbau::cpu
