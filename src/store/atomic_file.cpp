#include "store/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/sha256.h"

namespace aufbau::store {
namespace {

/// Owns a file descriptor.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) {
    do id_ = ::open(path.c_str(), flags | O_CLOEXEC, 0666);
    while (id_ < 0 && errno == EINTR);
  }
  ~Descriptor() {
    if (id_ >= 0) ::close(id_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int id() const { return id_; }
  explicit operator bool() const { return id_ >= 0; }
  /// Some file systems report a full disk only here.
  bool close() { return ::close(std::exchange(id_, -1)) == 0; }

 private:
  int id_;
};

std::string system_reason() { return std::strerror(errno); }

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// A rename would put a plain file in the place of a device or a pipe.
void require_file_or_nothing(const std::string& path) {
  struct stat status;
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
    fail(ErrorKind::resource, path, "is there already and is not a file; choose another name");
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written =
        ::write(descriptor, bytes.data(), std::min<std::size_t>(bytes.size(), 1 << 30));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// Opens for reading what is a file, so that a pipe cannot make anybody wait; returns its size.
std::size_t require_readable(const Descriptor& file, const std::string& path) {
  if (!file) fail(ErrorKind::input, path, "cannot be read: ", system_reason());
  struct stat status;
  if (::fstat(file.id(), &status) != 0)
    fail(ErrorKind::input, path, "cannot be read: ", system_reason());
  if (!S_ISREG(status.st_mode)) fail(ErrorKind::input, path, "this is not a file");
  return static_cast<std::size_t>(status.st_size);
}

/// Next piece of a file; 0 at its end.
std::size_t read_some(const Descriptor& file, const std::string& path, char* to,
                      std::size_t count) {
  for (;;) {
    const ssize_t got = ::read(file.id(), to, count);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) fail(ErrorKind::input, path, "cannot be read: ", system_reason());
  }
}

}  // namespace

std::string temporary_name(const std::string& path) {
  static std::atomic<unsigned> calls{0};
  return path + ".tmp-" + std::to_string(::getpid()) + '-' + std::to_string(++calls);
}

void commit_file(const std::string& temporary, const std::string& path) {
  try {
    require_file_or_nothing(path);
    Descriptor file(temporary, O_RDONLY);
    if (!file || ::fsync(file.id()) != 0 || !file.close())
      fail(ErrorKind::resource, path, "cannot be written: ", system_reason());
    if (std::rename(temporary.c_str(), path.c_str()) != 0)
      fail(ErrorKind::resource, path, "cannot be put in place: ", system_reason());
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  // The file is in place; only its name could still be lost with the power. Not every file system
  // can sync a folder.
  const Descriptor folder(folder_of(path), O_RDONLY | O_DIRECTORY);
  if (folder && ::fsync(folder.id()) != 0 && errno != EINVAL && errno != ENOTSUP)
    fail(ErrorKind::resource, path, "its folder cannot be written: ", system_reason());
}

void write_file(const std::string& path, std::string_view bytes) {
  require_file_or_nothing(path);
  const std::string temporary = temporary_name(path);
  {
    Descriptor file(temporary, O_WRONLY | O_CREAT | O_EXCL);
    if (!file) fail(ErrorKind::resource, path, "cannot be written: ", system_reason());
    if (!write_all(file.id(), bytes) || !file.close()) {
      const std::string reason = system_reason();
      ::unlink(temporary.c_str());
      fail(ErrorKind::resource, path, "cannot be written: ", reason);
    }
  }
  commit_file(temporary, path);
}

std::string read_file(const std::string& path, std::size_t limit) {
  const Descriptor file(path, O_RDONLY | O_NONBLOCK);
  const std::size_t size = require_readable(file, path);
  if (size > limit) fail(ErrorKind::input, path, "has ", size, " bytes; the limit is ", limit);
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const std::size_t got = read_some(file, path, bytes.data() + done, size - done);
    if (got == 0) fail(ErrorKind::input, path, "became shorter while it was read");
    done += got;
  }
  return bytes;
}

std::string sha256_of_file(const std::string& path) {
  const Descriptor file(path, O_RDONLY | O_NONBLOCK);
  require_readable(file, path);
  Sha256 hash;
  std::vector<char> piece(1 << 16);
  while (const std::size_t got = read_some(file, path, piece.data(), piece.size()))
    hash.update(piece.data(), got);
  return hash.hex();
}

}  // namespace aufbau::store
