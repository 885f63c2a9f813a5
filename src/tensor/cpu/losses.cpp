#include <algorithm>
#include <cmath>

#include "tensor/cpu/backend_cpu.h"
#include "tensor/cpu/blocks.h"
#include "tensor/formulas.h"

namespace aufbau::cpu {

namespace {

struct Sum {
  double total = 0, count = 0;
};

/// Sums body(begin, end) -> Sum over fixed blocks, in block order.
template <class Body>
Sum sum_blocks(std::int64_t rows, std::int64_t block, const Body& body) {
  std::vector<Sum> parts(static_cast<std::size_t>((rows + block - 1) / block));
  parallel_blocks(rows, block, [&](std::int64_t begin, std::int64_t end) {
    parts[begin / block] = body(begin, end);
  });
  Sum sum;
  for (const Sum& part : parts) sum.total += part.total, sum.count += part.count;
  return sum;
}

constexpr std::int64_t kLossElements = 4096;

/// Rows of a block of logits of K > 0 classes.
std::int64_t rows_of_classes(std::int64_t K) {
  return std::max<std::int64_t>(1, kLossElements / K);
}

/// Mean of point(x, t) over the entries that the mask keeps; slopes divided by the count.
template <class Of>
void masked_mean(const Tensor& x, const Tensor& targets, const Tensor& mask, Tensor& loss,
                 Tensor& slope, const Of& point) {
  with_values(x, [&]<class T>() {
    const T* kept = read<T>(mask);
    T* slopes = write<T>(slope);
    const Sum sum = sum_blocks(x.size(), kLossElements, [&](std::int64_t begin, std::int64_t end) {
      Sum part;
      for (std::int64_t i = begin; i < end; ++i) {
        if (kept && kept[i] == 0) {
          if (slopes) slopes[i] = 0;
          continue;
        }
        const formulas::Point at = point(read<T>(x)[i], read<T>(targets)[i]);
        part.total += at.loss, part.count += 1;
        if (slopes) slopes[i] = static_cast<T>(at.slope);
      }
      return part;
    });
    const double share = sum.count > 0 ? 1 / sum.count : 0;
    *write<double>(loss) = sum.total * share;
    if (slopes) backend().scale(slope, share, slope);
  });
}

}  // namespace

void CpuBackend::bce_with_logits(const Tensor& logits, const Tensor& targets, const Tensor& mask,
                                 Tensor& loss, Tensor& slope) {
  masked_mean(logits, targets, mask, loss, slope, formulas::BinaryCrossEntropy{});
}

void CpuBackend::mean_squared_error(const Tensor& x, const Tensor& targets, const Tensor& mask,
                                    Tensor& loss, Tensor& slope) {
  masked_mean(x, targets, mask, loss, slope, formulas::SquaredError{});
}

void CpuBackend::cross_entropy(const Tensor& logits, const Tensor& targets, Tensor& loss,
                               Tensor& slope) {
  with_values(logits, [&]<class T>() {
    const std::int64_t rows = logits.rows(), K = logits.cols();
    const double share = rows > 0 ? 1 / static_cast<double>(rows) : 0;
    T* slopes = write<T>(slope);
    const Sum sum = sum_blocks(rows, rows_of_classes(K), [&](std::int64_t begin, std::int64_t end) {
      Sum part;
      for (std::int64_t r = begin; r < end; ++r) {
        const T* x = read<T>(logits) + r * K;
        const std::int32_t target = ids(targets)[r];
        if (target < 0 || target >= K)
          fail(ErrorKind::internal, "cross_entropy", "target ", target, " in row ", r,
               "; expected 0 to ", K - 1);
        double largest = x[0];
        for (std::int64_t k = 1; k < K; ++k) largest = std::max<double>(largest, x[k]);
        double exponentials = 0;
        for (std::int64_t k = 0; k < K; ++k) exponentials += std::exp(x[k] - largest);
        part.total += std::log(exponentials) + largest - x[target];
        if (!slopes) continue;
        for (std::int64_t k = 0; k < K; ++k)
          slopes[r * K + k] = static_cast<T>(
              share * (std::exp(x[k] - largest) / exponentials - (k == target ? 1 : 0)));
      }
      return part;
    });
    *write<double>(loss) = sum.total * share;
  });
}

void CpuBackend::count_correct(const Tensor& logits, const Tensor& targets, Tensor& count) {
  with_values(logits, [&]<class T>() {
    const std::int64_t rows = logits.rows(), K = logits.cols();
    const Sum sum = sum_blocks(rows, rows_of_classes(K), [&](std::int64_t begin, std::int64_t end) {
      Sum part;
      for (std::int64_t r = begin; r < end; ++r) {
        const T* x = read<T>(logits) + r * K;
        part.count += std::max_element(x, x + K) - x == ids(targets)[r];
      }
      return part;
    });
    *write<double>(count) = sum.count;
  });
}

void CpuBackend::weighted_sum(const Tensor& x, const Tensor& weight, Tensor& loss) {
  with_values(x, [&]<class T>() {
    const Sum sum = sum_blocks(x.size(), kLossElements, [&](std::int64_t begin, std::int64_t end) {
      Sum part;
      for (std::int64_t i = begin; i < end; ++i)
        part.total += static_cast<double>(read<T>(x)[i]) * read<T>(weight)[i];
      return part;
    });
    *write<double>(loss) = sum.total;
  });
}

}  // namespace aufbau::cpu
