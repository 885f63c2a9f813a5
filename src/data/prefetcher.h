#pragma once
#include <cstddef>
#include <functional>
#include <memory>

namespace aufbau::data::detail {

/// An object of any type, with what destroys it.
using Item = std::unique_ptr<void, void (*)(void*)>;

/// What Loader<T> is made of, whatever T is: one thread that makes items first, first + 1, ...
/// count - 1, at most `ahead` of them (at least 1) before they are taken.
class Prefetcher {
 public:
  Prefetcher(std::size_t first, std::size_t count, std::size_t ahead,
             std::function<Item(std::size_t)> make);
  ~Prefetcher();
  Prefetcher(Prefetcher&&) noexcept;
  Prefetcher& operator=(Prefetcher&&) noexcept;
  /// The next item, or null after the last. Rethrows what `make` threw, at that item and ever
  /// after.
  Item next();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace aufbau::data::detail
