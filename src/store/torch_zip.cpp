#include "store/torch_zip.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/error.h"
#include "store/torch_text.h"

namespace aufbau::store {
namespace {

constexpr std::uint32_t kLocalHeader = 0x04034b50, kDirectoryEntry = 0x02014b50,
                        kEndOfDirectory = 0x06054b50, kEnd64 = 0x06064b50, kLocator64 = 0x07064b50;
constexpr std::uint64_t kLocalBytes = 30, kEntryBytes = 46, kEndBytes = 22, kEnd64Bytes = 56,
                        kLocatorBytes = 20;
constexpr std::uint16_t kStored = 0, kDeflated = 8;
constexpr std::uint16_t kEncrypted = 0x2041;  ///< flag bits: encryption, strong, masked headers
constexpr std::uint16_t kSizesFollow = 0x0008;
constexpr std::uint16_t kZip64Field = 0x0001;
constexpr std::uint32_t kIn64 = 0xffffffff;  ///< the number is in the zip64 field
constexpr std::uint16_t kIn64Short = 0xffff;

constexpr std::uint64_t kMostMembers = 1u << 20;
constexpr std::uint64_t kLargestRatio = 1000;
constexpr std::uint64_t kMostUnpacked = std::uint64_t{1} << 32;

std::uint32_t crc_of(std::string_view bytes) {
  uLong crc = crc32(0, nullptr, 0);
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, 1u << 30);
    crc = crc32(crc, reinterpret_cast<const Bytef*>(piece.data()), static_cast<uInt>(piece.size()));
    bytes.remove_prefix(piece.size());
  }
  return static_cast<std::uint32_t>(crc);
}

}  // namespace

template <class... Parts>
void ZipReader::damaged(std::uint64_t offset, const Parts&... parts) const {
  fail(ErrorKind::input, where_, "byte ", offset, ": ", parts...);
}

/// A little-endian number, wherever it lies.
template <class T>
T ZipReader::number(std::uint64_t offset, const char* what) const {
  if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T))
    damaged(offset, what, " lies behind the end of the file; it is truncated or damaged");
  T value;
  std::memcpy(&value, bytes_.data() + offset, sizeof(T));
  return value;
}

ZipReader::ZipReader(std::string_view bytes, std::string where)
    : bytes_(bytes), where_(std::move(where)) {
  const Directory directory = find_directory();
  std::uint64_t at = directory.begin;
  for (std::uint64_t i = 0; i < directory.members; ++i) at = read_entry(at, directory);
  if (at != directory.begin + directory.bytes)
    damaged(at, "the zip directory ends here, not at byte ", directory.begin + directory.bytes);
  check_overlap();
}

/// The end record is the last thing in the file, but for a comment of up to 64 KiB.
ZipReader::Directory ZipReader::find_directory() const {
  const std::uint64_t size = bytes_.size();
  const std::uint64_t reach = kEndBytes + 0xffff;
  std::uint64_t end = size;
  for (std::uint64_t back = kEndBytes; back <= std::min(size, reach) && end == size; ++back) {
    const std::uint64_t at = size - back;
    if (number<std::uint32_t>(at, "end record") == kEndOfDirectory &&
        number<std::uint16_t>(at + 20, "comment length") == back - kEndBytes)
      end = at;
  }
  if (end == size)
    damaged(size, "no zip directory before the end; the file is truncated or damaged");

  Directory directory{.begin = number<std::uint32_t>(end + 16, "directory offset"),
                      .bytes = number<std::uint32_t>(end + 12, "directory size"),
                      .members = number<std::uint16_t>(end + 10, "member count")};
  std::uint64_t limit = end;
  if (end >= kLocatorBytes &&
      number<std::uint32_t>(end - kLocatorBytes, "zip64 locator") == kLocator64) {
    const auto at = number<std::uint64_t>(end - kLocatorBytes + 8, "zip64 end record offset");
    if (at > end - kLocatorBytes || end - kLocatorBytes - at < kEnd64Bytes ||
        number<std::uint32_t>(at, "zip64 end record") != kEnd64)
      damaged(end - kLocatorBytes, "the zip64 locator points to byte ", at, ", where no record is");
    const Directory large{.begin = number<std::uint64_t>(at + 48, "directory offset"),
                          .bytes = number<std::uint64_t>(at + 40, "directory size"),
                          .members = number<std::uint64_t>(at + 32, "member count")};
    const auto differs = [](std::uint64_t small, std::uint64_t wide, std::uint64_t in64) {
      return small != in64 && small != wide;
    };
    if (differs(directory.begin, large.begin, kIn64) ||
        differs(directory.bytes, large.bytes, kIn64) ||
        differs(directory.members, large.members, kIn64Short))
      damaged(end, "the two end records of the zip archive contradict each other");
    directory = large;
    limit = at;
  } else if (directory.begin == kIn64 || directory.bytes == kIn64 ||
             directory.members == kIn64Short) {
    damaged(end, "the zip64 end record is missing");
  }
  if (directory.bytes > limit || directory.begin > limit - directory.bytes)
    damaged(end, "the zip directory of ", directory.bytes, " bytes at byte ", directory.begin,
            " does not fit before its end record");
  if (directory.members > kMostMembers || directory.members * kEntryBytes > directory.bytes)
    damaged(end, directory.members, " members do not fit into a zip directory of ", directory.bytes,
            " bytes");
  return directory;
}

/// One entry of the directory; returns where the next one begins.
std::uint64_t ZipReader::read_entry(std::uint64_t at, const Directory& directory) {
  const std::uint64_t end = directory.begin + directory.bytes;
  if (end - at < kEntryBytes || number<std::uint32_t>(at, "directory entry") != kDirectoryEntry)
    damaged(at, "an entry of the zip directory was expected here");
  const auto name_bytes = number<std::uint16_t>(at + 28, "name length");
  const auto extra_bytes = number<std::uint16_t>(at + 30, "extra length");
  const auto comment_bytes = number<std::uint16_t>(at + 32, "comment length");
  const std::uint64_t extra = at + kEntryBytes + name_bytes;
  const std::uint64_t next = extra + extra_bytes + comment_bytes;
  if (next > end) damaged(at, "an entry reaches behind the end of the zip directory");

  const std::string name(bytes_.substr(at + kEntryBytes, name_bytes));
  Member member{.header = number<std::uint32_t>(at + 42, "header offset"),
                .packed = number<std::uint32_t>(at + 20, "packed size"),
                .unpacked = number<std::uint32_t>(at + 24, "size"),
                .crc = number<std::uint32_t>(at + 16, "CRC-32"),
                .method = number<std::uint16_t>(at + 10, "method"),
                .flags = number<std::uint16_t>(at + 8, "flags"),
                .content = {}};
  read_zip64(member, extra, extra + extra_bytes);
  if (member.flags & kEncrypted) damaged(at, "member ", shown(name), " is encrypted");
  if (member.method != kStored && member.method != kDeflated)
    damaged(at, "member ", shown(name), " is compressed by method ", member.method,
            "; stored and deflated ones are read");
  if (member.method == kStored && member.packed != member.unpacked)
    damaged(at, "member ", shown(name), " is stored, but has ", member.packed, " bytes instead of ",
            member.unpacked);
  if (member.unpacked / kLargestRatio > member.packed)
    damaged(at, "member ", shown(name), " would grow from ", member.packed, " to ", member.unpacked,
            " bytes; at most ", kLargestRatio, " times is read");
  check_local_header(member, name, directory.begin);
  if (!members_.emplace(name, member).second)
    damaged(at, "member ", shown(name), " is there twice");
  return next;
}

/// Numbers that do not fit into 32 bits are in an extra field, in this order, only those needed.
void ZipReader::read_zip64(Member& member, std::uint64_t at, std::uint64_t end) const {
  std::vector<std::uint64_t*> wanted;
  for (std::uint64_t* value : {&member.unpacked, &member.packed, &member.header})
    if (*value == kIn64) wanted.push_back(value);
  while (!wanted.empty() && end - at >= 4) {
    const auto id = number<std::uint16_t>(at, "extra field");
    const auto bytes = number<std::uint16_t>(at + 2, "extra field length");
    at += 4;
    if (bytes > end - at) break;
    if (id == kZip64Field && bytes >= 8 * wanted.size()) {
      for (std::uint64_t* value : wanted) {
        *value = number<std::uint64_t>(at, "zip64 field");
        at += 8;
      }
      return;
    }
    at += bytes;
  }
  if (!wanted.empty()) damaged(at, "the zip64 field of a directory entry is missing");
}

/// Finds the data behind the local header, which must say what the directory says.
void ZipReader::check_local_header(Member& member, const std::string& name,
                                   std::uint64_t directory) const {
  const std::uint64_t at = member.header;
  if (at > directory || directory - at < kLocalBytes ||
      number<std::uint32_t>(at, "member header") != kLocalHeader)
    damaged(at, "the header of member ", shown(name), " was expected here");
  const auto name_bytes = number<std::uint16_t>(at + 26, "name length");
  const auto extra_bytes = number<std::uint16_t>(at + 28, "extra length");
  if (bytes_.substr(at + kLocalBytes, name_bytes) != name ||
      number<std::uint16_t>(at + 6, "flags") != member.flags ||
      number<std::uint16_t>(at + 8, "method") != member.method)
    damaged(at, "the header of member ", shown(name), " contradicts the zip directory");
  if (!(member.flags & kSizesFollow)) {
    const auto differs = [&](std::uint64_t offset, std::uint64_t value) {
      const auto here = number<std::uint32_t>(at + offset, "member header");
      return here != kIn64 && here != value;
    };
    if (number<std::uint32_t>(at + 14, "CRC-32") != member.crc || differs(18, member.packed) ||
        differs(22, member.unpacked))
      damaged(at, "the header of member ", shown(name), " contradicts the zip directory");
  }
  member.data = at + kLocalBytes + name_bytes + extra_bytes;
  if (member.data > directory || member.packed > directory - member.data)
    damaged(at, "member ", shown(name), " of ", member.packed,
            " bytes reaches into the zip directory");
}

/// Members that share bytes would unpack to far more than the file has.
void ZipReader::check_overlap() const {
  std::vector<std::pair<std::uint64_t, const std::pair<const std::string, Member>*>> order;
  for (const auto& entry : members_) order.emplace_back(entry.second.header, &entry);
  std::sort(order.begin(), order.end());
  std::uint64_t end = 0;
  for (const auto& [begin, entry] : order) {
    if (begin < end) damaged(begin, "member ", shown(entry->first), " overlaps another one");
    end = entry->second.data + entry->second.packed;
  }
}

std::vector<std::string> ZipReader::names() const {
  std::vector<std::string> names;
  for (const auto& [name, member] : members_) names.push_back(name);
  return names;
}

bool ZipReader::has(const std::string& name) const { return members_.contains(name); }

const ZipReader::Member& ZipReader::member(const std::string& name) const {
  const auto found = members_.find(name);
  if (found == members_.end())
    fail(ErrorKind::input, where_, "member ", shown(name), " is missing");
  return found->second;
}

std::uint64_t ZipReader::size_of(const std::string& name) const { return member(name).unpacked; }

std::string_view ZipReader::read(const std::string& name) {
  member(name);
  Member& wanted = members_.at(name);
  if (wanted.is_checked) return wanted.content;
  wanted.content = bytes_.substr(wanted.data, wanted.packed);
  if (wanted.method == kDeflated) {
    if (wanted.unpacked > kMostUnpacked - unpacked_bytes_)
      damaged(wanted.header, "the members would unpack to more than ", kMostUnpacked, " bytes");
    unpacked_bytes_ += wanted.unpacked;
    wanted.content = unpacked_.emplace_back(inflate(wanted, name));
  }
  if (crc_of(wanted.content) != wanted.crc)
    damaged(wanted.data, "member ", shown(name),
            " is damaged: its bytes do not give the CRC-32 written beside them");
  wanted.is_checked = true;
  return wanted.content;
}

std::string ZipReader::inflate(const Member& member, const std::string& name) const {
  z_stream stream{};
  // Negative window bits: a raw deflate stream, as zip has them.
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    fail(ErrorKind::resource, where_, "zlib could not be started");
  std::string content(member.unpacked, '\0');
  std::string_view from = bytes_.substr(member.data, member.packed);
  std::uint64_t written = 0;
  int state = Z_OK;
  while (state == Z_OK) {
    const auto in = static_cast<uInt>(std::min<std::uint64_t>(from.size(), 1u << 30));
    const auto room =
        static_cast<uInt>(std::min<std::uint64_t>(content.size() - written, 1u << 30));
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(from.data()));
    stream.avail_in = in;
    stream.next_out = reinterpret_cast<Bytef*>(content.data()) + written;
    stream.avail_out = room;
    state = ::inflate(&stream, Z_NO_FLUSH);
    from.remove_prefix(in - stream.avail_in);
    written += room - stream.avail_out;
  }
  inflateEnd(&stream);
  if (state != Z_STREAM_END || written != member.unpacked || !from.empty())
    damaged(member.data, "member ", shown(name), " is damaged: it does not unpack to ",
            member.unpacked, " bytes");
  return content;
}

}  // namespace aufbau::store
