#include "train/ranks.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "core/error.h"
#include "core/text.h"

namespace aufbau::train {

namespace {

// The first byte of a text says what it is.
constexpr char kFine = '.', kFailed = '!';

std::string text_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& exception) {
    return exception.what();
  }
}

/// The first rank that failed; count when none did.
std::size_t first_failed(const std::vector<std::string>& texts) {
  const auto failed = std::find_if(texts.begin(), texts.end(),
                                   [](const std::string& text) { return text[0] == kFailed; });
  return static_cast<std::size_t>(failed - texts.begin());
}

[[noreturn]] void fail_for_other(const std::vector<std::string>& texts, std::size_t rank) {
  fail(ErrorKind::other_rank, "ranks", "rank ", rank, " of ", texts.size(),
       " ended the run: ", texts[rank].substr(1));
}

/// The error of a rank that the ones before it do not have. All ranks have the same command line,
/// so what looks like a mistake there is a difference between their files.
[[noreturn]] void fail_alone(const std::exception_ptr& error, const std::string& rank) {
  try {
    std::rethrow_exception(error);
  } catch (const Error& own) {
    throw Error(own.kind() == ErrorKind::usage ? ErrorKind::mismatch : own.kind(),
                '[' + rank + "] " + own.what());
  }
}

}  // namespace

std::vector<std::string> Ranks::exchange_texts(const std::string& mine) {
  const auto ranks = static_cast<std::size_t>(count_);
  const std::uint64_t size = mine.size();
  std::vector<std::uint64_t> sizes(ranks);
  exchange(&size, 0, sizeof size, sizes.data());
  const std::uint64_t longest = *std::max_element(sizes.begin(), sizes.end());
  std::string padded = mine;
  padded.resize(longest);
  std::string all(longest * ranks, '\0');
  exchange(padded.data(), 0, longest, all.data());
  std::vector<std::string> texts;
  for (std::size_t r = 0; r < ranks; ++r) texts.push_back(all.substr(r * longest, sizes[r]));
  return texts;
}

std::vector<std::string> Ranks::gather(const std::string& mine) {
  std::vector<std::string> texts = exchange_texts(kFine + mine);
  if (const std::size_t failed = first_failed(texts); failed < texts.size()) {
    has_ended_ = true;
    fail_for_other(texts, failed);
  }
  for (std::string& text : texts) text.erase(0, 1);
  return texts;
}

void Ranks::require_same(const std::string& lines) {
  const std::vector<std::string> own = split(lines, '\n'),
                                 first = split(gather(lines).front(), '\n');
  for (std::size_t i = 0; i < own.size(); ++i)
    if (i >= first.size() || own[i] != first[i])
      fail(ErrorKind::mismatch, "ranks", "here it is '", own[i], "', on rank 0 '",
           i < first.size() ? first[i] : "", "'; all ranks must have the same options and files");
}

void Ranks::end_with(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const RankLost&) {
    throw;  // somebody cannot be told
  } catch (...) {
    if (has_ended_ || count_ == 1) throw;
  }
  has_ended_ = true;
  const std::vector<std::string> texts = exchange_texts(kFailed + text_of(error));
  const std::size_t failed = first_failed(texts);
  if (failed < static_cast<std::size_t>(rank_)) fail_for_other(texts, failed);
  if (rank_ > 0)
    fail_alone(error, "rank " + std::to_string(rank_) + " of " + std::to_string(count_));
  std::rethrow_exception(error);
}

void OneRank::exchange(const void* send, std::size_t, std::size_t bytes, void* receive) {
  std::memcpy(receive, send, bytes);
}

}  // namespace aufbau::train
