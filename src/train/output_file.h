#pragma once
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace aufbau::train {

/// A result that is written piece by piece: to a temporary file that takes its name at finish(), or
/// to standard output when the path is "-". Without finish() nothing is left behind.
class OutputFile {
 public:
  /// Error{usage}: there is something at `path` already and not `force`. Error{resource}: cannot be
  /// written.
  OutputFile(std::string path, bool force);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view bytes);
  /// Overwrites the beginning; files only.
  void rewrite_start(std::string_view bytes);
  void finish();

 private:
  [[noreturn]] void fail_writing() const;
  std::string path_, temporary_;
  std::FILE* file_ = nullptr;
};

}  // namespace aufbau::train
