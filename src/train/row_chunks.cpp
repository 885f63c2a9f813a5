#include "train/row_chunks.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "core/error.h"
#include "core/parallel.h"
#include "train/row_answers.h"

namespace aufbau::train {

namespace {

/// A place for one chunk between the thread that reads and the one that answers.
class Handover {
 public:
  /// Waits for room. False: nobody will take it.
  bool put(RowChunk&& chunk) {
    std::unique_lock lock(guard_);
    changed_.wait(lock, [this] { return !waiting_ || abandoned_; });
    if (abandoned_) return false;
    waiting_ = std::move(chunk);
    changed_.notify_all();
    return true;
  }
  void finish(std::exception_ptr error) {
    const std::lock_guard lock(guard_);
    error_ = std::move(error);
    finished_ = true;
    changed_.notify_all();
  }
  /// Waits for a chunk. Nothing: that was all.
  std::optional<RowChunk> take() {
    std::unique_lock lock(guard_);
    changed_.wait(lock, [this] { return waiting_ || finished_; });
    if (!waiting_ && error_) std::rethrow_exception(error_);
    std::optional<RowChunk> chunk = std::exchange(waiting_, std::nullopt);
    changed_.notify_all();
    return chunk;
  }
  void abandon() {
    const std::lock_guard lock(guard_);
    abandoned_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex guard_;
  std::condition_variable changed_;
  std::optional<RowChunk> waiting_;
  std::exception_ptr error_;
  bool finished_ = false, abandoned_ = false;
};

/// Unwinds the reading when nobody takes rows any more.
struct Abandoned {};

/// Joins its thread also when an exception passes by.
class Reader {
 public:
  Reader(Handover& handover, InputRows& rows, std::int64_t size, const PrepareBatches& prepare)
      : handover_(handover) {
    const int threads = thread_count();
    try {
      thread_ = std::thread([&handover, &rows, size, &prepare, threads] {
        const ThreadScope scope(threads);
        std::exception_ptr error;
        try {
          rows.for_each_chunk(size, [&](std::vector<InputRow>&& chunk) {
            RowChunk ready{std::move(chunk), {}};
            ready.batches = prepare(graphs_of(ready.rows));
            if (!handover.put(std::move(ready))) throw Abandoned();
          });
        } catch (const Abandoned&) {
        } catch (...) {
          error = std::current_exception();
        }
        handover.finish(error);
      });
    } catch (const std::system_error& error) {
      fail(ErrorKind::resource, "rows", "no thread could be started: ", error.what());
    }
  }
  ~Reader() {
    handover_.abandon();
    thread_.join();
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

 private:
  Handover& handover_;
  std::thread thread_;
};

}  // namespace

void for_each_prepared_chunk(InputRows& rows, std::int64_t size, const PrepareBatches& prepare,
                             const std::function<void(RowChunk&)>& take) {
  Handover handover;
  const Reader reader(handover, rows, size, prepare);
  while (std::optional<RowChunk> chunk = handover.take()) take(*chunk);
}

}  // namespace aufbau::train
