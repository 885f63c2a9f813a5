#pragma once
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "aufbau.h"

namespace aufbau::train {

/// A rank has ended without a word. Of kind other_rank where another rank speaks of it.
class RankLost : public Error {
 public:
  using Error::Error;
};

/// The processes that train one model together. They all make the same calls in the same order;
/// the first one, rank 0, writes what there is to write.
///
/// An error of one rank is told to the others instead of the next text that they gather(), so that
/// none of them waits for ever: the rank that failed throws its error, and the others throw
/// Error{other_rank}. When several fail at once, the first of them counts.
class Ranks {
 public:
  virtual ~Ranks() = default;
  int rank() const { return rank_; }
  int count() const { return count_; }
  bool is_first() const { return rank_ == 0; }

  /// Sends `bytes` from send + r * stride to every rank r, itself included, and puts what rank r
  /// sends at receive + r * bytes: with stride 0 everybody gets the same. Returns when all is
  /// there. Throws RankLost.
  virtual void exchange(const void* send, std::size_t stride, std::size_t bytes, void* receive) = 0;

  /// A text of each rank, in the order of the ranks. Throws RankLost and Error{other_rank}.
  std::vector<std::string> gather(const std::string& mine);

  /// Error{mismatch} naming the first line that is not that of the first rank. Errors as gather().
  void require_same(const std::string& lines);

  /// Tells the others that this rank ends with `error`, and throws what it is to end with: the
  /// error, or Error{other_rank} when that of a rank before it counts. To be called in place of
  /// the gather() that the others come to next.
  [[noreturn]] void end_with(const std::exception_ptr& error);

 protected:
  Ranks(int rank, int count) : rank_(rank), count_(count) {}

 private:
  std::vector<std::string> exchange_texts(const std::string& mine);

  int rank_, count_;
  bool has_ended_ = false;  ///< the others know that an error has ended the run
};

/// One process alone.
class OneRank : public Ranks {
 public:
  OneRank() : Ranks(0, 1) {}
  void exchange(const void* send, std::size_t stride, std::size_t bytes, void* receive) override;
};

/// The processes of process_group(), over MPI (the plugin `mpi`); one alone without others.
/// `should_stop`: of RunOptions. Errors: resource without the plugin.
std::unique_ptr<Ranks> join_ranks(const std::function<bool()>& should_stop);

}  // namespace aufbau::train
