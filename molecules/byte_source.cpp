#include "molecules/byte_source.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <vector>

#include "core/error.h"

namespace aufbau::molecules {

namespace {

constexpr std::size_t kChunk = 1 << 16;

class FileSource : public ByteSource {
 public:
  explicit FileSource(const std::string& path) : where_(path == "-" ? "standard input" : path) {
    descriptor_ = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ < 0) fail(ErrorKind::input, where_, "cannot be opened: ", std::strerror(errno));
  }
  ~FileSource() override {
    if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
  }
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  std::size_t read(char* to, std::size_t size) override {
    while (true) {
      const ssize_t count = ::read(descriptor_, to, size);
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) fail(ErrorKind::input, where_, "cannot be read: ", std::strerror(errno));
    }
  }

 private:
  std::string where_;
  int descriptor_;
};

class MemorySource : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes) : bytes_(bytes) {}
  std::size_t read(char* to, std::size_t size) override {
    const std::size_t count = std::min(size, bytes_.size());
    std::copy_n(bytes_.begin(), count, to);
    bytes_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view bytes_;
};

// A source whose first bytes have been looked at already.
class Rejoined : public ByteSource {
 public:
  Rejoined(std::string head, std::unique_ptr<ByteSource> rest)
      : head_(std::move(head)), rest_(std::move(rest)) {}
  std::size_t read(char* to, std::size_t size) override {
    if (at_ == head_.size()) return rest_->read(to, size);
    const std::size_t count = std::min(size, head_.size() - at_);
    std::copy_n(head_.begin() + static_cast<std::ptrdiff_t>(at_), count, to);
    at_ += count;
    return count;
  }

 private:
  std::string head_;
  std::size_t at_ = 0;
  std::unique_ptr<ByteSource> rest_;
};

class GzipSource : public ByteSource {
 public:
  GzipSource(std::unique_ptr<ByteSource> compressed, std::string where)
      : compressed_(std::move(compressed)), where_(std::move(where)), input_(kChunk) {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    if (inflateInit2(&stream_, kGzipOnly) != Z_OK)
      fail(ErrorKind::resource, where_, "no memory to decompress it");
  }
  ~GzipSource() override { inflateEnd(&stream_); }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;

  std::size_t read(char* to, std::size_t size) override {
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = static_cast<uInt>(std::min(size, kChunk));
    const uInt wanted = stream_.avail_out;
    // What was decompressed before a defect goes out first; the next call meets the defect again.
    while (stream_.avail_out == wanted && !at_end_) step();
    return wanted - stream_.avail_out;
  }

 private:
  void step() {
    if (stream_.avail_in == 0) {
      stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
      stream_.avail_in = static_cast<uInt>(compressed_->read(input_.data(), input_.size()));
      taken_ += stream_.avail_in;
      if (stream_.avail_in == 0) {
        if (inside_member_) damaged("it ends in the middle of its data; the file is cut short");
        at_end_ = true;
        return;
      }
    }
    if (!inside_member_ && seen_member_ && skip_padding()) return;
    inside_member_ = true;
    const int status = inflate(&stream_, Z_NO_FLUSH);
    if (status == Z_STREAM_END) {
      inside_member_ = false;
      seen_member_ = true;
      inflateReset(&stream_);
    } else if (status == Z_MEM_ERROR) {
      fail(ErrorKind::resource, where_, "no memory to decompress it");
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      damaged(stream_.msg ? stream_.msg : "not gzip data");
    }
  }

  // Zero bytes after a member are padding, as on tapes.
  bool skip_padding() {
    while (stream_.avail_in > 0 && *stream_.next_in == 0) {
      ++stream_.next_in;
      --stream_.avail_in;
    }
    return stream_.avail_in == 0;
  }

  [[noreturn]] void damaged(const std::string& what) const {
    fail(ErrorKind::input, where_, "damaged gzip at byte ", taken_ - stream_.avail_in, ": ", what);
  }

  std::unique_ptr<ByteSource> compressed_;
  std::string where_;
  std::vector<char> input_;
  z_stream stream_{};
  std::uint64_t taken_ = 0;  ///< compressed bytes read so far
  bool inside_member_ = false, seen_member_ = false, at_end_ = false;
};

bool ends_with_gz(const std::string& path) {
  if (path.size() < 3) return false;
  std::string end = path.substr(path.size() - 3);
  std::transform(end.begin(), end.end(), end.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return end == ".gz";
}

}  // namespace

std::unique_ptr<ByteSource> memory_source(std::string_view bytes) {
  return std::make_unique<MemorySource>(bytes);
}

std::unique_ptr<ByteSource> gzip_source(std::unique_ptr<ByteSource> compressed, std::string where) {
  return std::make_unique<GzipSource>(std::move(compressed), std::move(where));
}

std::unique_ptr<ByteSource> open_source(const std::string& path) {
  std::unique_ptr<ByteSource> file = std::make_unique<FileSource>(path);
  constexpr std::string_view kMagic = "\x1f\x8b";
  std::string head(kMagic.size(), '\0');
  std::size_t size = 0;
  while (size < head.size()) {
    const std::size_t count = file->read(head.data() + size, head.size() - size);
    if (count == 0) break;
    size += count;
  }
  head.resize(size);
  const bool is_gzip = head == kMagic;
  if (ends_with_gz(path) && !is_gzip)
    fail(ErrorKind::input, path, "is called .gz but is not gzip data");
  auto whole = std::make_unique<Rejoined>(std::move(head), std::move(file));
  if (!is_gzip) return whole;
  return gzip_source(std::move(whole), path == "-" ? "standard input" : path);
}

}  // namespace aufbau::molecules
