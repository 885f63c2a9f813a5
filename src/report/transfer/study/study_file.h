#pragma once
#include <string>

#include "aufbau.h"

namespace aufbau::report {

inline constexpr const char* kStudyFormat = "aufbau-transfer-study";

/// study.json: one object with "format" and "format_version", then the members of TransferStudy as
/// they are named, but for `seconds`. What is not defined is null.
std::string study_json(const TransferStudy& study);

/// SHA-256 of study_json without "hash": what `hash` has to be.
std::string study_hash(const TransferStudy& study);

/// Error{input}: missing, not JSON, damaged (the hash or a field is not what it has to be);
/// Error{mismatch}: another file, or of a newer version.
TransferStudy read_study(const std::string& path);

}  // namespace aufbau::report
