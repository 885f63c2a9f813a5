#include <cmath>

#include "tensor/cpu/backend_cpu.h"
#include "tensor/cpu/blocks.h"

namespace aufbau::cpu {

void CpuBackend::dropout(const Tensor& x, double p, const RandomKey& key, Tensor& out) {
  // Counter and key as in core/random.h: draw d comes from counter (purpose | stream, epoch, item,
  // d / 4), lane d % 4.
  const std::uint32_t counter[] = {static_cast<std::uint32_t>(key.purpose) | key.stream << 16,
                                   key.epoch, key.item};
  const std::uint32_t seed[] = {static_cast<std::uint32_t>(key.seed),
                                static_cast<std::uint32_t>(key.seed >> 32)};
  // draw * 2^-32 < p, in integers
  const auto limit = static_cast<std::uint32_t>(std::ceil(p * 0x1p32) - 1);
  static_assert(kBlockElements % 4 == 0);
  with_values(x, [&]<class T>() {
    const T factor = static_cast<T>(1 / (1 - p));
    parallel_blocks(x.size(), kBlockElements, [&](std::int64_t begin, std::int64_t end) {
      loops<T>().dropout(read<T>(x) + begin, counter, seed, limit, factor, begin / 4, end - begin,
                         write<T>(out) + begin);
    });
  });
}

}  // namespace aufbau::cpu
