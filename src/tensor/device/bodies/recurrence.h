#pragma once
// Index (row, d), d below the width of a cell.
#include "tensor/device/bodies/index.h"
#include "tensor/formulas.h"

namespace aufbau::device {

struct LstmStep {
  const float *gates, *cell;
  Index D;
  float* out;
  AUFBAU_BODY void operator()(Index row, Index d) const {
    const formulas::LstmGates<float> gate(gates + row * 4 * D, d, D);
    const float next = gate.next_cell(cell[row * D + d]);
    out[row * 2 * D + d] = gate.out * std::tanh(next);
    out[row * 2 * D + D + d] = next;
  }
};

/// grad_gates and grad_cell may be null
struct LstmStepBackward {
  const float *gradient, *gates, *cell, *output;
  Index D;
  float *grad_gates, *grad_cell;
  AUFBAU_BODY void operator()(Index row, Index d) const {
    const formulas::LstmGates<float> gate(gates + row * 4 * D, d, D);
    const float* slope = gradient + row * 2 * D;
    const formulas::LstmSlopes<float> of(gate, cell[row * D + d], output[row * 2 * D + D + d],
                                         slope[d], slope[D + d]);
    if (grad_cell) grad_cell[row * D + d] = of.cell;
    if (!grad_gates) return;
    float* to = grad_gates + row * 4 * D;
    to[d] = of.in, to[D + d] = of.forget, to[2 * D + d] = of.candidate, to[3 * D + d] = of.out;
  }
};

}  // namespace aufbau::device
