#include "report/ceiling.h"

#include <omp.h>

#include <algorithm>

#include "core/parallel.h"
#include "report/measurements.h"
#include "tensor/cpu/dnnl.h"

namespace aufbau::report {
namespace {

/// oneDNN takes its threads from OpenMP.
class OpenMpThreads {
 public:
  explicit OpenMpThreads(int threads) : before_(omp_get_max_threads()) {
    omp_set_num_threads(threads);
  }
  ~OpenMpThreads() { omp_set_num_threads(before_); }
  OpenMpThreads(const OpenMpThreads&) = delete;
  OpenMpThreads& operator=(const OpenMpThreads&) = delete;

 private:
  int before_;
};

}  // namespace

double product_seconds(const std::vector<LayerProduct>& products, bool with_gradients) {
  std::int64_t most_x = 0, most_weight = 0, most_y = 0;
  for (const LayerProduct& p : products) {
    most_x = std::max(most_x, p.rows * p.in);
    most_weight = std::max(most_weight, p.in * p.out);
    most_y = std::max(most_y, p.rows * p.out);
  }
  const auto numbers = [](std::int64_t count) {
    return std::vector<float>(static_cast<std::size_t>(count), 1e-3f);
  };
  const std::vector<float> x = numbers(most_x), weight = numbers(most_weight);
  // Results have arrays of their own: fed back, they would shrink to numbers too small to be fast.
  std::vector<float> y = numbers(most_y), grad_x = x, grad_weight = weight;
  const OpenMpThreads threads(thread_count());
  return seconds_of([&] {
    for (const LayerProduct& p : products) {
      if (p.rows == 0) continue;
      cpu::gemm(false, true, p.rows, p.out, p.in, x.data(), p.in, weight.data(), p.in, 0, y.data(),
                p.out);
      if (with_gradients && p.x_gradient)
        cpu::gemm(false, false, p.rows, p.in, p.out, y.data(), p.out, weight.data(), p.in, 0,
                  grad_x.data(), p.in);
      if (with_gradients && p.weight_gradient)
        cpu::gemm(true, false, p.out, p.in, p.rows, y.data(), p.out, x.data(), p.in, 0,
                  grad_weight.data(), p.in);
    }
  });
}

}  // namespace aufbau::report
