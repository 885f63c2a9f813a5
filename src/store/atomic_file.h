#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace aufbau::store {

/// Name of a temporary file in the same folder as `path`, unique per process and call.
std::string temporary_name(const std::string& path);
/// fsync(temporary), rename to `path`, fsync(folder). Error{resource} on failure; the temporary is
/// removed then.
void commit_file(const std::string& temporary, const std::string& path);
/// Whole file through temporary_name + commit_file. A full disk keeps what was at `path`.
void write_file(const std::string& path, std::string_view bytes);
/// Error{input} when missing, unreadable or larger than `limit`.
std::string read_file(const std::string& path, std::size_t limit = std::size_t{1} << 32);
/// Lower-case hexadecimal SHA-256 of a file, streamed.
std::string sha256_of_file(const std::string& path);

}  // namespace aufbau::store
