#include "train/npy_file.h"

#include <bit>

#include "core/error.h"

namespace aufbau::train {

namespace {

static_assert(std::endian::native == std::endian::little,
              "values are written as they lie in memory");

/// Always as long, whatever the shape, so that it can be written again.
std::string header(const std::string& type, const std::string& shape) {
  constexpr std::size_t kBytes = 128;
  std::string text("\x93NUMPY\x01\x00", 8);
  text += static_cast<char>(kBytes - 10);
  text += '\0';
  text += "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }";
  text.resize(kBytes - 1, ' ');
  return text + '\n';
}

template <class T>
std::string_view bytes_of(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

}  // namespace

NpyFile::NpyFile(const std::string& path, std::int64_t width, bool force)
    : file_(path, force), width_(width) {
  file_.write(header("<f4", "0, " + std::to_string(width_)));
}

void NpyFile::append(std::span<const float> values) {
  file_.write(bytes_of(values));
  values_ += static_cast<std::int64_t>(values.size());
}

void NpyFile::finish() {
  file_.rewrite_start(
      header("<f4", std::to_string(values_ / width_) + ", " + std::to_string(width_)));
  file_.finish();
}

void write_npy(const std::string& path, std::span<const std::int64_t> values, bool force) {
  OutputFile file(path, force);
  file.write(header("<i8", std::to_string(values.size()) + ","));
  file.write(bytes_of(values));
  file.finish();
}

}  // namespace aufbau::train
