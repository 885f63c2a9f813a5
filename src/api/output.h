#pragma once
#include <filesystem>
#include <string>

#include "core/error.h"

namespace aufbau::api {

/// Error{usage} when no output was named, when it is there and `force` is not given, or when it is
/// the input itself, which --force does not allow either.
inline void require_free(const char* where, const std::string& input, const std::string& output,
                         bool force) {
  namespace fs = std::filesystem;
  if (output.empty()) fail(ErrorKind::usage, where, "no output file was given; use -o FILE");
  std::error_code missing;
  if (fs::equivalent(input, output, missing))
    fail(ErrorKind::usage, where, output, " is the input; give the output another name");
  if (!force && fs::exists(output))
    fail(ErrorKind::usage, where, output, " exists; overwrite it with --force");
}

}  // namespace aufbau::api
