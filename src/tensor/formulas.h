#pragma once
// Formulas per element that the CPU and devices share.
#include <cmath>

#include "core/body.h"

namespace aufbau {

/// The numbers of a step of Adam (train/optimizer.h) that all parameters share.
struct AdamStep {
  double beta1, beta2, eps, decay;
  double clip;  ///< multiplies every gradient
  double root;  ///< divides the root of the second moment
};

}  // namespace aufbau

namespace aufbau::formulas {

/// 1 / (1 + exp(-x)). The exponential may overflow to infinity: 1 / infinity is the right answer.
template <class T>
AUFBAU_BODY T sigmoid(T x) {
  return T{1} / (T{1} + std::exp(-x));
}

/// A loss at one point, and its derivative there.
struct Point {
  double loss, slope;
};

/// -[t log s(x) + (1 - t) log(1 - s(x))] = max(x, 0) - x t + log(1 + exp(-|x|)), which never
/// overflows.
struct BinaryCrossEntropy {
  AUFBAU_BODY Point operator()(double x, double t) const {
    const double tail = std::exp(-std::fabs(x));
    const double share = (x >= 0 ? 1 : tail) / (1 + tail);
    return {(x < 0 ? 0 : x) - x * t + std::log1p(tail), share - t};
  }
};

/// (x - t)^2
struct SquaredError {
  AUFBAU_BODY Point operator()(double x, double t) const {
    return {(x - t) * (x - t), 2 * (x - t)};
  }
};

/// What the gates of one unit of an LSTM let through: column d of the sums i, f, g, o, which lie
/// side by side, D columns each.
template <class T>
struct LstmGates {
  T in, forget, candidate, out;
  AUFBAU_BODY LstmGates(const T* row, std::int64_t d, std::int64_t D)
      : in(sigmoid(row[d])),
        forget(sigmoid(row[D + d])),
        candidate(std::tanh(row[2 * D + d])),
        out(sigmoid(row[3 * D + d])) {}
  AUFBAU_BODY T next_cell(T cell) const { return forget * cell + in * candidate; }
};

/// Gradients of one unit of an LSTM step.
template <class T>
struct LstmSlopes {
  T in, forget, candidate, out, cell;
  /// From those of the new hidden state and of the new cell.
  AUFBAU_BODY LstmSlopes(const LstmGates<T>& gate, T cell_before, T next_cell, T hidden_slope,
                         T next_slope) {
    const T squashed = std::tanh(next_cell);
    // Of the new cell: directly, and through the new hidden state.
    const T slope = next_slope + hidden_slope * gate.out * (1 - squashed * squashed);
    in = slope * gate.candidate * gate.in * (1 - gate.in);
    forget = slope * cell_before * gate.forget * (1 - gate.forget);
    candidate = slope * gate.in * (1 - gate.candidate * gate.candidate);
    out = hidden_slope * squashed * gate.out * (1 - gate.out);
    cell = slope * gate.forget;
  }
};

/// One element of a step of Adam (Kingma and Ba 2015, algorithm 1).
template <class T>
struct Adam {
  T beta1, rest1, beta2, rest2;  ///< rest = 1 - beta
  T eps, decay, clip, root;
  T rate;  ///< multiplies the quotient of the moments

  Adam(const AdamStep& numbers, double rate_of_parameter)
      : beta1(static_cast<T>(numbers.beta1)),
        rest1(static_cast<T>(1 - numbers.beta1)),
        beta2(static_cast<T>(numbers.beta2)),
        rest2(static_cast<T>(1 - numbers.beta2)),
        eps(static_cast<T>(numbers.eps)),
        decay(static_cast<T>(numbers.decay)),
        clip(static_cast<T>(numbers.clip)),
        root(static_cast<T>(numbers.root)),
        rate(static_cast<T>(rate_of_parameter)) {}
  AUFBAU_BODY void move(T gradient, T& first, T& second, T& p) const {
    const T g = gradient * clip + decay * p;
    first = beta1 * first + rest1 * g;
    second = beta2 * second + rest2 * (g * g);
    p -= rate * (first / (std::sqrt(second) / root + eps));
  }
};

}  // namespace aufbau::formulas
