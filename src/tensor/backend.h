#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"
#include "tensor/formulas.h"
#include "tensor/row_map.h"
#include "tensor/tensor.h"

namespace aufbau {

/// One parameter of a step of Adam; tensors of one shape.
struct AdamParameter {
  Tensor gradient, first, second, value;
  double rate;  ///< multiplies the quotient of the moments
};

/// Bytes to be copied to the host.
struct HostCopy {
  void* to;
  const void* from;
  std::size_t bytes;
};

/// What a device must be able to do. Outputs are allocated by the caller, of the right shape, and
/// never alias inputs unless said; "undefined" outputs are not computed. Values are all f32 or all
/// f64, ids i32. Shapes have been checked by the op that calls; ids of a RowMap when it was built.
/// Every kernel gives the same bits at any number of threads.
class Backend {
 public:
  virtual ~Backend() = default;

  // --- memory: 64-byte aligned, recycled, not cleared; Error{resource} when there is no more
  virtual void* allocate(std::size_t bytes) = 0;
  virtual void release(void* data, std::size_t bytes) noexcept = 0;
  virtual void from_host(void* to, const void* from, std::size_t bytes) = 0;
  /// All of them with one wait for the work that is queued.
  virtual void to_host(std::span<const HostCopy> copies) = 0;
  virtual void copy(const Tensor& x, Tensor& out) = 0;  ///< same size and dtype
  virtual void fill(Tensor& out, double value) = 0;     ///< any dtype

  // --- elementwise; out may be one of the inputs
  virtual void add(const Tensor& a, const Tensor& b, Tensor& out) = 0;
  virtual void multiply(const Tensor& a, const Tensor& b, Tensor& out) = 0;
  virtual void scale(const Tensor& x, double factor, Tensor& out) = 0;
  /// out = x * factor.  factor: f64 scalar on the device
  virtual void scale_by(const Tensor& x, const Tensor& factor, Tensor& out) = 0;
  virtual void relu(const Tensor& x, Tensor& out) = 0;
  /// out = gradient where output > 0, else 0
  virtual void relu_backward(const Tensor& gradient, const Tensor& output, Tensor& out) = 0;
  /// out = x where x > 0, else slope x
  virtual void leaky_relu(const Tensor& x, double slope, Tensor& out) = 0;
  /// out = gradient where output > 0, else slope gradient
  virtual void leaky_relu_backward(const Tensor& gradient, const Tensor& output, double slope,
                                   Tensor& out) = 0;
  /// out = 1 / (1 + exp(-x))
  virtual void sigmoid(const Tensor& x, Tensor& out) = 0;
  /// out = gradient * output * (1 - output)
  virtual void sigmoid_backward(const Tensor& gradient, const Tensor& output, Tensor& out) = 0;
  /// out = elementwise maximum, winner: i32, index of the first tensor that has it
  virtual void maximum(std::span<const Tensor> xs, Tensor& out, Tensor& winner) = 0;
  /// out = gradient where winner == index, else 0
  virtual void maximum_backward(const Tensor& gradient, const Tensor& winner, int index,
                                Tensor& out) = 0;
  /// to[:, to_column : to_column + width] = from[:, from_column : from_column + width]
  virtual void copy_columns(const Tensor& from, std::int64_t from_column, Tensor& to,
                            std::int64_t to_column, std::int64_t width) = 0;
  virtual bool all_finite(const Tensor& x) = 0;

  // --- dense
  /// out = x weight^T + bias, then ReLU if asked.  [N,I], [O,I], [O] or undefined -> [N,O]
  virtual void linear(const Tensor& x, const Tensor& weight, const Tensor& bias, bool relu,
                      Tensor& out) = 0;
  /// Gradients of `linear`. `output` (undefined without ReLU) masks `gradient`, which is
  /// overwritten by its masked self.
  virtual void linear_backward(Tensor& gradient, const Tensor& output, const Tensor& x,
                               const Tensor& weight, Tensor& grad_x, Tensor& grad_weight,
                               Tensor& grad_bias) = 0;
  /// out[i] = dot product of rows i.  [N,D], [N,D] -> [N]
  virtual void row_dot(const Tensor& a, const Tensor& b, Tensor& out) = 0;
  /// out[i] = x[i] * factor[i].  [N,D], [N] -> [N,D]
  virtual void scale_rows(const Tensor& x, const Tensor& factor, Tensor& out) = 0;
  /// length[i] = max(|x[i]|, least), out[i] = x[i] / length[i].  [N,D] -> [N,D], [N]
  virtual void normalize_rows(const Tensor& x, double least, Tensor& out, Tensor& length) = 0;
  /// out[i] = (gradient[i] - output[i] dot(output[i], gradient[i])) / length[i], without the second
  /// term where length[i] <= least
  virtual void normalize_rows_backward(const Tensor& gradient, const Tensor& output,
                                       const Tensor& length, double least, Tensor& out) = 0;
  /// out[i,h] = dot(x[i, h D : (h+1) D], weight[h]).  [N, H D], [H,D] -> [N,H]
  virtual void head_dot(const Tensor& x, const Tensor& weight, Tensor& out) = 0;
  virtual void head_dot_backward(const Tensor& gradient, const Tensor& x, const Tensor& weight,
                                 Tensor& grad_x, Tensor& grad_weight) = 0;

  // --- tables
  /// out[i] = sum over c of tables[c][codes[i,c]].  [N,C], C of [K_c,D] -> [N,D]
  virtual void embedding_sum(const Tensor& codes, std::span<const Tensor> tables, Tensor& out) = 0;
  /// grad_table[k] = sum over rows i with codes[i,column] == k of gradient[i]
  virtual void embedding_backward(const Tensor& codes, std::int64_t column, const Tensor& gradient,
                                  Tensor& grad_table) = 0;

  // --- rows and segments
  /// out[r] = sum over e in [offset[r], offset[r+1]) of x[index[e]]; forward with (offset, source)
  /// of a RowMap, backward with (reverse_offset, reverse_row)
  virtual void segment_sum(const Tensor& x, const Tensor& offset, const Tensor& index,
                           Tensor& out) = 0;
  /// out[r] = x[r] / max(1, entries of r); out may be x
  virtual void divide_by_count(const Tensor& x, const Tensor& offset, Tensor& out) = 0;
  /// out[r] = sum over entries of x[source] + edge_table[code]
  virtual void aggregate(const Tensor& x, const Tensor& edge_table, const RowMap& map,
                         Tensor& out) = 0;
  /// out = relu(m weight1^T + bias1) weight2^T + bias2, then ReLU if asked, m being what
  /// `aggregate` gives.  [S,D], [K,D], [H,D], [H], [O,H], [O] -> [N,O]
  virtual void aggregate_perceptron(const Tensor& x, const Tensor& edge_table, const RowMap& map,
                                    const Tensor& weight1, const Tensor& bias1,
                                    const Tensor& weight2, const Tensor& bias2, bool relu,
                                    Tensor& out) = 0;
  /// grad_x[s] = sum of gradient[row] over readers of s; grad_table[k] = sum of gradient[row] over
  /// entries of code k
  virtual void aggregate_backward(const Tensor& gradient, const RowMap& map, Tensor& grad_x,
                                  Tensor& grad_table) = 0;
  /// out[r] = 1/H sum over heads and entries of weight[e,h] (x[source, head] + edge_table[code,
  /// head]); edge_table may be undefined.  [S, H D], [K, H D], [E,H] -> [N,D]
  virtual void weighted_aggregate(const Tensor& x, const Tensor& edge_table, const Tensor& weight,
                                  const RowMap& map, Tensor& out) = 0;
  /// gradient: [N,D]. grad_weight[e,h] = 1/H dot(gradient[row], x[source, head] + edge_table[code,
  /// head]); `weight` is read for the other two only.
  virtual void weighted_aggregate_backward(const Tensor& gradient, const Tensor& x,
                                           const Tensor& edge_table, const Tensor& weight,
                                           const RowMap& map, Tensor& grad_x, Tensor& grad_table,
                                           Tensor& grad_weight) = 0;
  /// out[e] = per_row[row] + per_source[source] + per_code[code]; the first and last may be
  /// undefined.  [N,H], [S,H], [K,H] -> [E,H]
  virtual void entry_sum(const Tensor& per_row, const Tensor& per_source, const Tensor& per_code,
                         const RowMap& map, Tensor& out) = 0;
  virtual void entry_sum_backward(const Tensor& gradient, const RowMap& map, Tensor& grad_row,
                                  Tensor& grad_source, Tensor& grad_code) = 0;
  /// out[e] = 1 / sqrt(entries of row * source_degree[source]).  i32 [S] -> [E,1]
  virtual void symmetric_weights(const RowMap& map, const Tensor& source_degree, Tensor& out) = 0;
  /// winner: i32 [N,D], the first entry that has the maximum, -1 for a row without entries
  virtual void segment_max(const Tensor& x, const RowMap& map, Tensor& out, Tensor& winner) = 0;
  virtual void segment_max_backward(const Tensor& gradient, const Tensor& winner, const RowMap& map,
                                    Tensor& out) = 0;
  /// Softmax over the entries of each row, per column.  [E,H] -> [E,H]
  virtual void segment_softmax(const Tensor& scores, const RowMap& map, Tensor& out) = 0;
  virtual void segment_softmax_backward(const Tensor& gradient, const Tensor& output,
                                        const RowMap& map, Tensor& out) = 0;

  // --- recurrence
  /// [N, 4D], [N,D] -> [N, 2D]: ops::lstm_step
  virtual void lstm_step(const Tensor& gates, const Tensor& cell, Tensor& out) = 0;
  /// `output` is what lstm_step gave
  virtual void lstm_step_backward(const Tensor& gradient, const Tensor& gates, const Tensor& cell,
                                  const Tensor& output, Tensor& grad_gates, Tensor& grad_cell) = 0;

  // --- normalisation and noise
  /// Weighted batch statistics: mean f64 [D], inverse_deviation [D]; running ones moved by
  /// `momentum` if defined.
  virtual void batch_moments(const Tensor& x, const Tensor& multiplicity, double eps,
                             double momentum, Tensor& mean, Tensor& inverse_deviation,
                             Tensor& running_mean, Tensor& running_var) = 0;
  /// out = (x - mean) * inverse_deviation * weight + bias, then ReLU if asked; mean: f64, or as x
  virtual void normalize(const Tensor& x, const Tensor& mean, const Tensor& inverse_deviation,
                         const Tensor& weight, const Tensor& bias, bool relu, Tensor& out) = 0;
  /// Gradients through `normalize`, and through the batch moments if `through_moments`. grad_x may
  /// be gradient.
  virtual void normalize_backward(const Tensor& gradient, const Tensor& x,
                                  const Tensor& multiplicity, const Tensor& mean,
                                  const Tensor& inverse_deviation, const Tensor& weight,
                                  const Tensor& bias, bool relu, bool through_moments,
                                  Tensor& grad_x, Tensor& grad_weight, Tensor& grad_bias) = 0;
  /// out = 1 / sqrt(variance + eps)
  virtual void inverse_deviation(const Tensor& variance, double eps, Tensor& out) = 0;
  /// out[i] = uniform draw i of key < p ? 0 : x[i] / (1 - p); its own gradient
  virtual void dropout(const Tensor& x, double p, const RandomKey& key, Tensor& out) = 0;

  // --- optimizer
  /// sums: f64 [xs.size()], sum of the squares of each tensor
  virtual void square_sums(std::span<const Tensor> xs, Tensor& sums) = 0;
  /// For each parameter g = clip gradient + decay value; first, second: running means of g and g^2;
  /// value -= rate first / (sqrt(second) / root + eps)
  virtual void adam(const AdamStep& step, std::span<AdamParameter> parameters) = 0;

  // --- measures
  /// count: f64 scalar, number of rows whose largest logit, the first of equals, is the target
  virtual void count_correct(const Tensor& logits, const Tensor& targets, Tensor& count) = 0;

  // --- losses: `loss` f64 scalar, `slope` = d loss / d logits (undefined: not wanted)
  virtual void bce_with_logits(const Tensor& logits, const Tensor& targets, const Tensor& mask,
                               Tensor& loss, Tensor& slope) = 0;
  virtual void cross_entropy(const Tensor& logits, const Tensor& targets, Tensor& loss,
                             Tensor& slope) = 0;
  virtual void mean_squared_error(const Tensor& x, const Tensor& targets, const Tensor& mask,
                                  Tensor& loss, Tensor& slope) = 0;
  virtual void weighted_sum(const Tensor& x, const Tensor& weight, Tensor& loss) = 0;
};

/// The backend of a device. Error{resource} when this machine does not have it.
Backend& backend_for(Device device);
/// "auto" (cuda:0 where there is one, else the CPU), "cpu", "cuda" or "cuda:i". Error{usage} for
/// other text, Error{resource} for a device that is not there: never a silent fallback.
Device parse_device(std::string_view text);
/// "cpu" or "cuda:i"
std::string name_of(Device device);

}  // namespace aufbau
