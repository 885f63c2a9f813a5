#include "tensor/cpu/backend_cpu.h"
#include "tensor/cpu/blocks.h"

namespace aufbau::cpu {

void CpuBackend::adam(const AdamStep& step, const Tensor& gradient, Tensor& first, Tensor& second,
                      Tensor& p) {
  constexpr std::int64_t kBlock = 16384;
  with_values(p, [&]<class T>() {
    const formulas::Adam<T> of(step);
    const T* g = read<T>(gradient);
    T *m = write<T>(first), *v = write<T>(second), *values = write<T>(p);
    parallel_blocks(p.size(), kBlock, [&](std::int64_t begin, std::int64_t end) {
      loops<T>().adam(of, g + begin, m + begin, v + begin, values + begin, end - begin);
    });
  });
}

}  // namespace aufbau::cpu
