#pragma once
#include <string>
#include <string_view>

namespace aufbau::store {

/// A seal is one line of text behind the last byte of a file, with the SHA-256 of all bytes before
/// it. HDF5 ignores what follows its data, and drops it when another program alters the file. It is
/// there because HDF5 1.10 does not survive damaged metadata well: what the seal shows to be
/// damaged is never handed to the library.
///
/// Appends the seal to a file, which messages call `where`. Error{resource} when it cannot be
/// written.
void seal_file(const std::string& path, const std::string& where);
/// Error{input} when the bytes do not have the SHA-256 of their seal. A file without one passes.
void check_seal(const std::string& path);
void check_seal(std::string_view bytes, const std::string& where);

}  // namespace aufbau::store
