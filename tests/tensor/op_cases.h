#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "tensor/ops.h"

namespace aufbau::testing {

/// One op on given inputs. Everything the tests do with an op, they do with each of these.
struct OpCase {
  std::string name;
  std::vector<Tensor> inputs;  ///< f64; each receives a gradient
  /// Takes the inputs in either value dtype.
  std::function<Tensor(std::span<const Tensor> inputs)> apply;
  std::vector<double> expected;  ///< row-major; written out by hand, empty for sized cases
};

/// Tiny inputs with their answers.
std::vector<OpCase> written_cases();

/// The same ops on drawn inputs of any size.
struct SizedCase {
  std::string name;
  std::function<OpCase(std::int64_t rows, std::int64_t width)> make;
};
std::vector<SizedCase> sized_cases();

/// Uniform in (-1, 1); `item` chooses the draws.
Tensor drawn(Shape shape, std::uint32_t item);
std::vector<std::int32_t> drawn_ids(std::int64_t count, std::int32_t bound, std::uint32_t item);

/// Value and gradients of `apply` on `inputs` in `dtype` on a device; a tensor output is made a
/// scalar by fixed weights.
struct Evaluated {
  Tensor output;
  double loss = 0;
  std::vector<Tensor> gradients;
};
Evaluated evaluate(const OpCase& op, DType dtype, Device device = {});

}  // namespace aufbau::testing
