#include "core/choose.h"

#include <algorithm>
#include <numeric>

namespace aufbau {

std::vector<std::int32_t> choose(std::int32_t bound, std::int32_t count, Random& random) {
  std::vector<std::int32_t> numbers(static_cast<std::size_t>(bound));
  std::iota(numbers.begin(), numbers.end(), 0);
  for (std::int32_t i = 0; i < count; ++i) {
    const auto other =
        i + static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(bound - i)));
    std::swap(numbers[static_cast<std::size_t>(i)], numbers[static_cast<std::size_t>(other)]);
  }
  numbers.resize(static_cast<std::size_t>(count));
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

}  // namespace aufbau
