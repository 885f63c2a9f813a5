#pragma once
// The typed shell around the prefetcher; included by data/loader.h only.
#include <utility>

namespace aufbau::data {

template <class T>
Loader<T>::Loader(std::vector<std::vector<std::int64_t>> batches, Prepare prepare,
                  std::size_t ahead, std::size_t first_step)
    : prefetcher_(first_step, batches.size(), ahead,
                  [batches = std::move(batches), prepare = std::move(prepare)](std::size_t step) {
                    return detail::Item(prepare(batches[step], step).release(),
                                        [](void* item) { delete static_cast<T*>(item); });
                  }) {}

template <class T>
std::unique_ptr<T> Loader<T>::next() {
  return std::unique_ptr<T>(static_cast<T*>(prefetcher_.next().release()));
}

}  // namespace aufbau::data
