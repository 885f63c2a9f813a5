#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace aufbau::store {

/// A zip archive in memory, as PyTorch writes and reads them (APPNOTE 6.3, zip64 included). Members
/// are stored or deflated; their CRC-32 is checked, their sizes are those of the central directory,
/// they may not overlap, and none may grow more than a thousandfold. Anything else is Error{input}
/// with the byte it was found at.
class ZipReader {
 public:
  /// Reads the directory. `bytes` must outlive the reader; `where` stands for the path in messages.
  ZipReader(std::string_view bytes, std::string where);
  std::vector<std::string> names() const;  ///< sorted
  bool has(const std::string& name) const;
  /// Bytes the member has when unpacked.
  std::uint64_t size_of(const std::string& name) const;
  /// The unpacked member; valid as long as the reader. Error{input} when there is none.
  std::string_view read(const std::string& name);

 private:
  struct Member {
    std::uint64_t header = 0;  ///< offset of the local header
    std::uint64_t data = 0, packed = 0, unpacked = 0;
    std::uint32_t crc = 0;
    std::uint16_t method = 0, flags = 0;
    bool is_checked = false;
    std::string_view content;  ///< once checked
  };
  struct Directory {
    std::uint64_t begin = 0, bytes = 0, members = 0;
  };
  template <class... Parts>
  [[noreturn]] void damaged(std::uint64_t offset, const Parts&... parts) const;
  template <class T>
  T number(std::uint64_t offset, const char* what) const;
  Directory find_directory() const;
  std::uint64_t read_entry(std::uint64_t at, const Directory& directory);
  void read_zip64(Member& member, std::uint64_t at, std::uint64_t end) const;
  void check_local_header(Member& member, const std::string& name, std::uint64_t directory) const;
  void check_overlap() const;
  const Member& member(const std::string& name) const;
  std::string inflate(const Member& member, const std::string& name) const;

  std::string_view bytes_;
  std::string where_;
  std::map<std::string, Member> members_;
  std::deque<std::string> unpacked_;
  std::uint64_t unpacked_bytes_ = 0;
};

/// Builds an archive of stored members whose data begin at multiples of 64 bytes. No time of day is
/// written: equal members give equal bytes.
class ZipWriter {
 public:
  explicit ZipWriter(std::string where) : where_(std::move(where)) {}
  /// Error{resource} when the archive would pass 4 GiB.
  void add(const std::string& name, std::string_view content);
  /// The whole archive.
  std::string finish();

 private:
  std::string where_, bytes_, directory_;
  std::uint16_t members_ = 0;
};

}  // namespace aufbau::store
