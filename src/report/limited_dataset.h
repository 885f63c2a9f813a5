#pragma once
#include <cstdint>
#include <string>

namespace aufbau::report {

/// `most` graphs of `dataset` (0: no limit), evenly apart, written to `output`; or `dataset` itself
/// when it has no more. Returns the path of what is to be used. What is at `output` already is kept
/// when it was made from the same data; else, and when it holds another number, Error{mismatch},
/// which `where` begins.
std::string limited_dataset(const std::string& where, const std::string& dataset, std::int64_t most,
                            const std::string& output);

/// Error{mismatch} unless the dataset at `path` was made from `source` alone, which has this hash:
/// of its text, or of its data where it is a dataset.
void require_made_from(const std::string& where, const std::string& path, const std::string& source,
                       const std::string& hash);

}  // namespace aufbau::report
