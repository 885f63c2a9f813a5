#include "train/thread_ranks.h"

#include <cstring>
#include <thread>

#include "core/error.h"

namespace aufbau::testing {
namespace {

struct Message {
  const char* send = nullptr;
  std::size_t stride = 0;
};

/// Where the threads meet: nobody goes on before all have come.
class Meeting {
 public:
  explicit Meeting(int count) : count_(count), messages(static_cast<std::size_t>(count)) {}

  /// False when somebody will never come.
  bool wait_for_all() {
    std::unique_lock lock(guard_);
    const int round = round_;
    if (++arrived_ == count_) {
      arrived_ = 0;
      ++round_;
      all_here_.notify_all();
      return true;
    }
    all_here_.wait(lock, [&] { return round_ != round || is_left_; });
    return round_ != round;
  }
  void leave() {
    const std::lock_guard lock(guard_);
    is_left_ = true;
    all_here_.notify_all();
  }

 private:
  std::mutex guard_;
  std::condition_variable all_here_;
  int count_, arrived_ = 0, round_ = 0;
  bool is_left_ = false;

 public:
  std::vector<Message> messages;  ///< by rank
};

class ThreadRanks : public train::Ranks {
 public:
  ThreadRanks(int rank, int count, Meeting& meeting) : Ranks(rank, count), meeting_(meeting) {}
  ~ThreadRanks() override { meeting_.leave(); }

  void exchange(const void* send, std::size_t stride, std::size_t bytes, void* receive) override {
    const auto own = static_cast<std::size_t>(rank());
    meeting_.messages[own] = {static_cast<const char*>(send), stride};
    require_all();
    for (std::size_t r = 0; r < meeting_.messages.size(); ++r) {
      const Message& message = meeting_.messages[r];
      std::memcpy(static_cast<char*>(receive) + r * bytes, message.send + own * message.stride,
                  bytes);
    }
    require_all();
  }

 private:
  void require_all() const {
    if (!meeting_.wait_for_all())
      throw train::RankLost(is_first() ? ErrorKind::resource : ErrorKind::other_rank,
                            "[test] a rank no longer answers");
  }
  Meeting& meeting_;
};

}  // namespace

RankEnds run_as_ranks(int count, const std::function<void(train::Ranks&)>& body) {
  Meeting meeting(count);
  RankEnds ends(static_cast<std::size_t>(count));
  std::vector<std::thread> threads;
  for (int rank = 0; rank < count; ++rank)
    threads.emplace_back([&, rank] {
      ThreadRanks ranks(rank, count, meeting);
      try {
        body(ranks);
      } catch (const Error& error) {
        ends[static_cast<std::size_t>(rank)] = error;
      } catch (...) {
        ends[static_cast<std::size_t>(rank)] = Error(ErrorKind::internal, "gone without a word");
      }
    });
  for (std::thread& thread : threads) thread.join();
  return ends;
}

}  // namespace aufbau::testing
