#include "train/output_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/error.h"
#include "store/atomic_file.h"

namespace aufbau::train {

OutputFile::OutputFile(std::string path, bool force) : path_(std::move(path)) {
  if (path_.empty()) fail(ErrorKind::usage, "output", "no output was given; use -o FILE");
  if (path_ == "-") {
    file_ = stdout;
    return;
  }
  if (!force && std::filesystem::exists(path_))
    fail(ErrorKind::usage, "output", path_, " is there already; use --force to overwrite it");
  temporary_ = store::temporary_name(path_);
  file_ = std::fopen(temporary_.c_str(), "wbe");
  if (file_ == nullptr) fail_writing();
}

OutputFile::~OutputFile() {
  if (path_ == "-" || file_ == nullptr) return;
  std::fclose(file_);
  std::remove(temporary_.c_str());
}

void OutputFile::write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) fail_writing();
}

void OutputFile::rewrite_start(std::string_view bytes) {
  if (std::fseek(file_, 0, SEEK_SET) != 0) fail_writing();
  write(bytes);
}

void OutputFile::finish() {
  if (std::fflush(file_) != 0) fail_writing();
  if (path_ == "-") return;
  const int closed = std::fclose(file_);
  file_ = nullptr;
  if (closed != 0) {
    const int reason = errno;
    std::remove(temporary_.c_str());
    errno = reason;
    fail_writing();
  }
  store::commit_file(temporary_, path_);
}

void OutputFile::fail_writing() const {
  fail(ErrorKind::resource, "output", path_ == "-" ? "standard output" : path_,
       " cannot be written: ", std::strerror(errno));
}

}  // namespace aufbau::train
