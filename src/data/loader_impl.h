#pragma once
// The typed shell around the prefetcher; included by data/loader.h only.
#include <utility>

namespace aufbau::data {

template <class T>
Loader<T>::Loader(std::vector<std::vector<std::int64_t>> batches, Prepare prepare,
                  std::size_t ahead, std::size_t first_step)
    : prefetcher_(start(std::move(batches), std::move(prepare), ahead, first_step)) {}

template <class T>
detail::Prefetcher Loader<T>::start(std::vector<std::vector<std::int64_t>> batches, Prepare prepare,
                                    std::size_t ahead, std::size_t first_step) {
  const std::size_t count = batches.size();  // before the batches move into the function
  auto make = [batches = std::move(batches), prepare = std::move(prepare)](std::size_t step) {
    return detail::Item(prepare(batches[step], step).release(),
                        [](void* item) { delete static_cast<T*>(item); });
  };
  return detail::Prefetcher(first_step, count, ahead, std::move(make));
}

template <class T>
std::unique_ptr<T> Loader<T>::next() {
  return std::unique_ptr<T>(static_cast<T*>(prefetcher_.next().release()));
}

}  // namespace aufbau::data
