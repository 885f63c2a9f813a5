#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "data/prefetcher.h"

namespace aufbau::data {

/// Which graphs a step takes, and the keys of its randomness.
struct BatchKey {
  std::uint64_t seed = 0;
  std::uint32_t epoch = 0;  ///< from 0, within the stage
  std::uint32_t step = 0;   ///< from 0, within the stage
};

/// Order of `rows` in one epoch: a Fisher-Yates shuffle (Durstenfeld 1964) with the draws of
/// (seed, Purpose::shuffle, epoch).
std::vector<std::int64_t> epoch_order(std::vector<std::int64_t> rows, std::uint64_t seed,
                                      std::uint32_t epoch);

/// Consecutive slices of `order`, `batch_size` (at least 1) each; a last short one is kept.
std::vector<std::vector<std::int64_t>> cut_batches(std::span<const std::int64_t> order,
                                                   std::int64_t batch_size);

/// Prepares batches on one thread of its own, up to `ahead` of them before they are taken, in the
/// order given. T is whatever `prepare` makes. That thread has thread_count() 1, so the step keeps
/// its cores. The loader may be destroyed at any moment: it waits for the batch being prepared and
/// drops the rest.
template <class T>
class Loader {
 public:
  /// Makes the batch of `rows`, which is `batches[step]`; must not return null.
  using Prepare =
      std::function<std::unique_ptr<T>(std::span<const std::int64_t> rows, std::size_t step)>;

  /// `first_step`: where to start in `batches`, for a run that continues in the middle of an epoch.
  Loader(std::vector<std::vector<std::int64_t>> batches, Prepare prepare, std::size_t ahead = 2,
         std::size_t first_step = 0);

  /// The next batch, waiting for it if need be; null after the last. Rethrows what `prepare` threw,
  /// at that batch and ever after.
  std::unique_ptr<T> next();

 private:
  static detail::Prefetcher start(std::vector<std::vector<std::int64_t>> batches, Prepare prepare,
                                  std::size_t ahead, std::size_t first_step);

  detail::Prefetcher prefetcher_;
};

}  // namespace aufbau::data

#include "data/loader_impl.h"
