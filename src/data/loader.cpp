#include "data/loader.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "core/error.h"
#include "core/parallel.h"
#include "core/random.h"

namespace aufbau::data {

std::vector<std::int64_t> epoch_order(std::vector<std::int64_t> rows, std::uint64_t seed,
                                      std::uint32_t epoch) {
  Random random({.seed = seed, .purpose = Purpose::shuffle, .epoch = epoch});
  for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[random.below(i)]);
  return rows;
}

std::vector<std::vector<std::int64_t>> cut_batches(std::span<const std::int64_t> order,
                                                   std::int64_t batch_size) {
  if (batch_size < 1)
    fail(ErrorKind::usage, "loader", "batch size must be at least 1, got ", batch_size);
  const auto size = static_cast<std::size_t>(batch_size);
  std::vector<std::vector<std::int64_t>> batches;
  for (std::size_t begin = 0; begin < order.size(); begin += size) {
    const auto slice = order.subspan(begin, std::min(size, order.size() - begin));
    batches.emplace_back(slice.begin(), slice.end());
  }
  return batches;
}

namespace detail {

struct Prefetcher::State {
  std::size_t first, count, ahead;
  std::function<Item(std::size_t)> make;

  std::mutex guard;                      // of what follows
  std::condition_variable room, filled;  // signalled to the thread, to the taker
  std::deque<Item> ready;
  std::exception_ptr error;  // comes after everything that is ready
  bool finished = false;     // the thread will add nothing
  bool abandoned = false;    // nobody will take anything
  std::thread thread;

  void work() {
    const ThreadScope one_thread(1);
    try {
      for (std::size_t step = first; step < count; ++step) {
        Item item = make(step);
        if (!item) fail(ErrorKind::internal, "loader", "batch ", step, " was prepared as nothing");
        std::unique_lock lock(guard);
        ready.push_back(std::move(item));
        filled.notify_one();
        room.wait(lock, [this] { return abandoned || ready.size() < ahead; });
        if (abandoned) return;
      }
    } catch (...) {
      const std::lock_guard lock(guard);
      error = std::current_exception();
    }
    const std::lock_guard lock(guard);
    finished = true;
    filled.notify_one();
  }
};

Prefetcher::Prefetcher(std::size_t first, std::size_t count, std::size_t ahead,
                       std::function<Item(std::size_t)> make)
    : state_(std::make_unique<State>()) {
  state_->first = first;
  state_->count = count;
  state_->ahead = std::max<std::size_t>(ahead, 1);
  state_->make = std::move(make);
  try {
    state_->thread = std::thread([state = state_.get()] { state->work(); });
  } catch (const std::system_error& error) {
    fail(ErrorKind::resource, "loader", "no thread could be started: ", error.what());
  }
}

Prefetcher::Prefetcher(Prefetcher&&) noexcept = default;

Prefetcher& Prefetcher::operator=(Prefetcher&& other) noexcept {
  std::swap(state_, other.state_);  // the other one ends ours
  return *this;
}

Prefetcher::~Prefetcher() {
  if (!state_) return;
  {
    const std::lock_guard lock(state_->guard);
    state_->abandoned = true;
  }
  state_->room.notify_one();
  state_->thread.join();
}

Item Prefetcher::next() {
  std::unique_lock lock(state_->guard);
  state_->filled.wait(lock, [this] { return !state_->ready.empty() || state_->finished; });
  if (state_->ready.empty()) {
    if (state_->error) std::rethrow_exception(state_->error);
    return Item(nullptr, [](void*) {});
  }
  Item item = std::move(state_->ready.front());
  state_->ready.pop_front();
  lock.unlock();
  state_->room.notify_one();
  return item;
}

}  // namespace detail

}  // namespace aufbau::data
