#pragma once
#include <span>

#include "core/random.h"
#include "tensor/row_map.h"
#include "tensor/tensor.h"

/// Every operation a model may call. Letters: see tensor.h. Values are f32 or f64 throughout one
/// call; losses are f64 scalars accumulated in double. A wrong shape or dtype is Error{internal}
/// naming the op, the argument and both shapes.
namespace aufbau::ops {

// --- elementwise
Tensor add(const Tensor& a, const Tensor& b);  ///< same shape
Tensor scale(const Tensor& x, double factor);  ///< any shape, also loss scalars
Tensor relu(const Tensor& x);
Tensor sigmoid(const Tensor& x);             ///< 1 / (1 + exp(-x))
Tensor maximum(std::span<const Tensor> xs);  ///< elementwise; a tie sends the gradient to the first
Tensor concat_columns(std::span<const Tensor> xs);  ///< [N,D1], [N,D2], ... -> [N, D1+D2+...]
Tensor columns(const Tensor& x, std::int64_t first, std::int64_t count);  ///< [N,D] -> [N,count]
/// x where x > 0, else slope x.  slope > 0
Tensor leaky_relu(const Tensor& x, double slope);

// --- dense
enum class Activation { none, relu };
/// activation(x weight^T + bias).  x: [N,I], weight: [O,I], bias: [O] or undefined -> [N,O]
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias,
              Activation activation = Activation::none);
/// Dot product of matching rows.  a, b: [N,D] -> [N]
Tensor row_dot(const Tensor& a, const Tensor& b);
/// out[i] = x[i] / max(|x[i]|, 1e-12), Euclidean length.  [N,D] -> [N,D]
Tensor normalize_rows(const Tensor& x);
/// Each head's part of a row with that head's weights: out[i,h] = dot(x[i, h D : (h+1) D],
/// weight[h]).  x: [N, H D], weight: [H,D] -> [N,H]
Tensor head_dot(const Tensor& x, const Tensor& weight);

// --- tables
/// out[i] = sum over c of tables[c][codes[i,c]].  codes: i32 [N,C], tables: C of [K_c,D] -> [N,D]
Tensor embedding_sum(const Tensor& codes, std::span<const Tensor> tables);

// --- rows and segments; a row without entries is 0
/// out[r] = x[source of r]; every row of `map` must have one entry.  x: [S,D] -> [N,D]
Tensor gather_rows(const Tensor& x, const RowMap& map);
/// out[r] = sum over entries e of r of x[source_e] + edge_table[code_e].  x: [S,D], edge_table:
/// [K,D] -> [N,D]. Fused: no array of one row per entry is made, forward or backward.
Tensor aggregate(const Tensor& x, const Tensor& edge_table, const RowMap& map);
/// Two layers of it where no gradient is wanted: with m = aggregate(x, edge_table, map),
/// activation(relu(m weight1^T + bias1) weight2^T + bias2). The bits of `aggregate` and two calls
/// of `linear`, but what is between is never stored as a whole. Error{internal} while something is
/// recorded. x: [S,D], edge_table: [K,D], weight1: [H,D], weight2: [O,H] -> [N,O]
Tensor aggregate_perceptron(const Tensor& x, const Tensor& edge_table, const RowMap& map,
                            const Tensor& weight1, const Tensor& bias1, const Tensor& weight2,
                            const Tensor& bias2, Activation activation = Activation::none);
/// The same with a weight per entry and head, mean over the heads: out[r] = 1/H sum over heads h
/// and entries e of r of weight[e,h] (x[source_e, h D : (h+1) D] + edge_table[code_e, h D : (h+1)
/// D]). x: [S, H D], edge_table: [K, H D] or undefined, weight: [E,H] -> [N,D]. Fused likewise.
Tensor weighted_aggregate(const Tensor& x, const Tensor& edge_table, const Tensor& weight,
                          const RowMap& map);
/// out[e] = per_row[row_e] + per_source[source_e] + per_code[code_e].  per_row: [N,H] or undefined,
/// per_source: [S,H], per_code: [K,H] or undefined -> [E,H]
Tensor entry_sum(const Tensor& per_row, const Tensor& per_source, const Tensor& per_code,
                 const RowMap& map);
/// out[e] = dot(rows[row_e], x[source_e]).  rows: [N,D], x: [S,D] -> [E,1]
Tensor entry_dot(const Tensor& rows, const Tensor& x, const RowMap& map);
/// The weight of each entry in a symmetrically normalised sum (Kipf and Welling 2017, equation 8):
/// 1 / sqrt(degree of the row * source_degree[source_e]), the degree of a row being its number of
/// entries. source_degree: i32 [S] -> [E,1] in `dtype`; no gradient.
Tensor symmetric_weights(const RowMap& map, const Tensor& source_degree, DType dtype);
Tensor divide_by_count(const Tensor& x, const RowMap& map);  ///< x[r] / max(1, entries of r)
Tensor segment_sum(const Tensor& x, const RowMap& map);      ///< [S,D] -> [N,D]
Tensor segment_mean(const Tensor& x, const RowMap& map);
Tensor segment_max(const Tensor& x,
                   const RowMap& map);  ///< a tie sends the gradient to the first entry
/// Softmax of per-entry scores within each row (maximum subtracted, denominator + 1e-16).  scores:
/// [E,H] -> [E,H]
Tensor segment_softmax(const Tensor& scores, const RowMap& map);

// --- recurrence
/// One step of an LSTM (Hochreiter and Schmidhuber 1997, with forget gates) from the sums that
/// enter its gates i, f, g, o, side by side in this order:
///     c' = sigmoid(f) c + sigmoid(i) tanh(g),  h' = sigmoid(o) tanh(c')
/// gates: [N, 4D], cell: [N,D] -> [N, 2D], h' and c' side by side
Tensor lstm_step(const Tensor& gates, const Tensor& cell);

// --- normalisation and noise
struct BatchNormState {
  Tensor weight, bias;               ///< [D], parameters
  Tensor running_mean, running_var;  ///< [D], buffers
  double eps = 1e-5, momentum = 0.1;
};
/// Training: batch statistics in which row i counts `multiplicity[i]` times (undefined: once), and
/// an update of the running ones (unbiased variance) unless the total count is below 2. Evaluation:
/// running statistics. Then `activation`. x: [N,D], multiplicity: f32/f64 [N] -> [N,D].  Ioffe and
/// Szegedy 2015, algorithm 1.
Tensor batch_norm(const Tensor& x, BatchNormState& state, const Tensor& multiplicity, bool training,
                  Activation activation = Activation::none);
/// The linear map that does what linear(x, weight, bias) and then batch_norm in evaluation do.
/// weight: [D,I], bias: [D]; no gradient.
struct LinearMap {
  Tensor weight, bias;
};
LinearMap fold_batch_norm(const Tensor& weight, const Tensor& bias, const BatchNormState& state);
/// Zeroes elements with probability p and scales the others by 1 / (1 - p); element i of the
/// row-major array uses draw i of `key`. p == 0 returns x.
Tensor dropout(const Tensor& x, double p, const RandomKey& key);

// --- measures (no gradient)
/// Number of rows whose largest logit, the first of equals, is the target, as f64 scalar.  logits:
/// [N,K], K > 0, targets: i32 [N]
Tensor count_correct(const Tensor& logits, const Tensor& targets);

// --- losses (f64 scalars; a mean over nothing is 0 with zero gradient)
/// Mean of -[t log s(x) + (1-t) log(1-s(x))] over entries with mask != 0.  logits, targets, mask:
/// same shape, value dtype of `logits`; mask undefined: all.
Tensor bce_with_logits(const Tensor& logits, const Tensor& targets, const Tensor& mask = {});
/// Mean over rows of -log softmax(logits)[target].  logits: [N,K], targets: i32 [N]
Tensor cross_entropy(const Tensor& logits, const Tensor& targets);
/// Mean of (x - t)^2 over entries with mask != 0.
Tensor mean_squared_error(const Tensor& x, const Tensor& targets, const Tensor& mask = {});
/// sum over all elements of x * weight, as f64 scalar (reference tests and probes).
Tensor weighted_sum(const Tensor& x, const Tensor& weight);

}  // namespace aufbau::ops
