#include "store/torch_zip.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "store/torch_emitter.h"
#include "testing/errors.h"

namespace aufbau::store {
namespace {

using testing::error_of;
using testing::says;
using testing::pickle::little_endian;

std::uint32_t crc_of(const std::string& bytes) {
  return static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

/// A member as its headers describe it; what a test does not set is true.
struct Member {
  std::string name = "m", content = "content", packed = content;
  int method = 0, flags = 0;
  std::uint64_t size = content.size(), packed_size = packed.size();
  bool is_zip64 = false;  ///< sizes and offset in the extra field
  std::string local_name = name;
};

/// A zip file member by member. Offsets are those of the file unless given.
class Archive {
 public:
  void add(const Member& m) { add_at(m, bytes_.size()); }
  void add_at(const Member& m, std::uint64_t header) {
    const std::string kind = little_endian(m.flags, 2) + little_endian(m.method, 2) +
                             little_endian(0, 4) + little_endian(crc_of(m.content), 4);
    const std::string sizes = m.is_zip64
                                  ? little_endian(~0ull, 8)
                                  : little_endian(m.packed_size, 4) + little_endian(m.size, 4);
    const std::string extra =
        m.is_zip64 ? little_endian(1, 2) + little_endian(24, 2) + little_endian(m.size, 8) +
                         little_endian(m.packed_size, 8) + little_endian(header, 8)
                   : "";
    if (header == bytes_.size())
      bytes_ += little_endian(0x04034b50, 4) + little_endian(20, 2) + kind + sizes +
                little_endian(m.local_name.size(), 2) + little_endian(0, 2) + m.local_name +
                m.packed;
    directory_ += little_endian(0x02014b50, 4) + little_endian(20, 2) + little_endian(20, 2) +
                  kind + sizes + little_endian(m.name.size(), 2) + little_endian(extra.size(), 2) +
                  little_endian(0, 10) + little_endian(m.is_zip64 ? ~0u : header, 4) + m.name +
                  extra;
    ++members_;
  }
  std::string finish(const std::string& comment = "") {
    return bytes_ + directory_ + end(members_, directory_.size(), bytes_.size()) +
           little_endian(comment.size(), 2) + comment;
  }
  std::string finish_zip64(std::uint64_t locator_offset = 0) {
    const std::uint64_t record = bytes_.size() + directory_.size();
    return bytes_ + directory_ + little_endian(0x06064b50, 4) + little_endian(44, 8) +
           little_endian(45, 2) + little_endian(45, 2) + little_endian(0, 8) +
           little_endian(members_, 8) + little_endian(members_, 8) +
           little_endian(directory_.size(), 8) + little_endian(bytes_.size(), 8) +
           little_endian(0x07064b50, 4) + little_endian(0, 4) +
           little_endian(record + locator_offset, 8) + little_endian(1, 4) +
           end(0xffff, 0xffffffff, 0xffffffff) + little_endian(0, 2);
  }

 private:
  static std::string end(std::uint64_t members, std::uint64_t bytes, std::uint64_t begin) {
    return little_endian(0x06054b50, 4) + little_endian(0, 4) + little_endian(members, 2) +
           little_endian(members, 2) + little_endian(bytes, 4) + little_endian(begin, 4);
  }
  std::string bytes_, directory_;
  int members_ = 0;
};

std::string deflated(const std::string& content) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string archive_of(const Member& member) {
  Archive archive;
  archive.add(member);
  return archive.finish();
}

std::string read_member(const std::string& bytes, const std::string& name) {
  ZipReader zip(bytes, "file");
  return std::string(zip.read(name));
}

void expect_refused(const std::string& bytes, const std::string& words,
                    const std::string& name = "m") {
  const Error error = error_of([&] { read_member(bytes, name); });
  EXPECT_EQ(error.kind(), ErrorKind::input);
  EXPECT_TRUE(says(error, words)) << error.what();
}

std::string example() {
  ZipWriter writer("file");
  writer.add("a/data.pkl", "some text");
  writer.add("a/data/0", std::string("\0\1\2\3", 4));
  writer.add("a/empty", "");
  return writer.finish();
}

TEST(TorchZip, ReadsBackWhatItWrites) {
  const std::string bytes = example();
  ZipReader zip(bytes, "file");
  EXPECT_EQ(zip.names(), (std::vector<std::string>{"a/data.pkl", "a/data/0", "a/empty"}));
  EXPECT_TRUE(zip.has("a/empty"));
  EXPECT_FALSE(zip.has("a"));
  EXPECT_EQ(zip.size_of("a/data/0"), 4u);
  EXPECT_EQ(zip.read("a/data.pkl"), "some text");
  EXPECT_EQ(zip.read("a/data.pkl"), "some text");
  EXPECT_EQ(zip.read("a/data/0"), std::string("\0\1\2\3", 4));
  EXPECT_EQ(zip.read("a/empty"), "");
  EXPECT_TRUE(says(error_of([&] { zip.read("b"); }), "member 'b' is missing"));
}

TEST(TorchZip, DataBeginAtMultiplesOf64Bytes) {
  const std::string bytes = example();
  EXPECT_EQ(bytes.find("some text") % 64, 0u);
  EXPECT_EQ(bytes.find(std::string("\0\1\2\3", 4)) % 64, 0u);
}

TEST(TorchZip, DamageAnywhereIsAnErrorOrChangesNothing) {
  const std::string good = example();
  for (std::size_t i = 0; i < good.size(); ++i)
    for (const int flip : {0x01, 0x80, 0xff}) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ flip);
      try {
        ZipReader zip(bad, "file");
        EXPECT_EQ(zip.names().size(), 3u) << i;
        EXPECT_EQ(zip.read("a/data.pkl"), "some text") << i;
        EXPECT_EQ(zip.read("a/data/0"), std::string("\0\1\2\3", 4)) << i;
        EXPECT_EQ(zip.read("a/empty"), "") << i;
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::input) << i << ": " << error.what();
      }
    }
}

TEST(TorchZip, EveryTruncationIsRefused) {
  const std::string good = example();
  for (std::size_t length = 0; length < good.size(); ++length) {
    const std::string cut = good.substr(0, length);
    EXPECT_EQ(error_of([&] { ZipReader(cut, "file"); }).kind(), ErrorKind::input) << length;
  }
}

TEST(TorchZip, ReadsDeflatedMembers) {
  const std::string content(1000, 'x');
  EXPECT_EQ(
      read_member(archive_of({.content = content, .packed = deflated(content), .method = 8}), "m"),
      content);
  EXPECT_EQ(read_member(archive_of({.content = "", .packed = deflated(""), .method = 8}), "m"), "");
}

TEST(TorchZip, ReadsZip64Directories) {
  Archive archive;
  archive.add({.name = "n"});
  archive.add({.is_zip64 = true});
  EXPECT_EQ(read_member(archive.finish_zip64(), "m"), "content");
  EXPECT_EQ(read_member(archive.finish(), "m"), "content");
}

TEST(TorchZip, ReadsArchivesWithAComment) {
  Archive archive;
  archive.add({});
  EXPECT_EQ(read_member(archive.finish(std::string(65535, 'c')), "m"), "content");
  EXPECT_EQ(read_member(archive.finish("PK\5\6 looks like an end record"), "m"), "content");
}

TEST(TorchZip, RefusesWhatItDoesNotRead) {
  expect_refused(archive_of({.flags = 1}), "encrypted");
  expect_refused(archive_of({.method = 12}), "compressed by method 12");
  expect_refused(archive_of({.method = 1}), "compressed by method 1");
  Archive twice;
  twice.add({});
  twice.add({});
  expect_refused(twice.finish(), "member 'm' is there twice");
}

TEST(TorchZip, RefusesSizesThatCannotBe) {
  expect_refused(archive_of({.size = 8}), "is stored, but has 7 bytes instead of 8");
  expect_refused(archive_of({.size = 1000, .packed_size = 1000}), "reaches into the zip directory");
  const std::string zeros(100'000, '\0');
  expect_refused(archive_of({.content = zeros, .packed = "abc", .method = 8}), "would grow from 3");
  expect_refused(archive_of({.packed = deflated("content") + "x", .method = 8}),
                 "does not unpack to");
  expect_refused(archive_of({.packed = deflated("contents"), .method = 8}), "does not unpack to");
  expect_refused(archive_of({.packed = deflated("conten"), .method = 8}), "does not unpack to");
  expect_refused(archive_of({.packed = "\xff\xff\xff", .method = 8}), "does not unpack to");
  expect_refused(archive_of({.packed = "", .method = 8}), "does not unpack to");
  expect_refused(archive_of({.packed = "CONTENT"}), "CRC-32");
}

TEST(TorchZip, RefusesMembersThatShareBytes) {
  // The trick behind small archives that unpack to petabytes (Fifield 2019).
  Archive archive;
  archive.add({});
  archive.add_at({.name = "n", .local_name = "m"}, 0);
  expect_refused(archive.finish(), "contradicts the zip directory");
  Archive overlapping;
  const std::string inner = archive_of({.name = "n"}).substr(0, 38);
  overlapping.add({.name = "m", .content = inner});
  overlapping.add_at({.name = "n"}, 31);
  expect_refused(overlapping.finish(), "member 'n' overlaps another one");
}

TEST(TorchZip, RefusesContradictionsBetweenHeaders) {
  expect_refused(archive_of({.local_name = "n"}), "contradicts the zip directory");
  Archive archive;
  archive.add({});
  expect_refused(archive.finish_zip64(1), "where no record is");
  expect_refused(archive.finish_zip64(1ull << 63), "where no record is");
  std::string bytes = archive.finish_zip64();
  bytes.erase(bytes.size() - 42, 20);  // the locator
  expect_refused(bytes, "zip64 end record is missing");
  bytes = archive_of({.is_zip64 = true});
  bytes.replace(bytes.find(little_endian(0x00180001, 4)), 1, "\2");
  expect_refused(bytes, "zip64 field");
}

TEST(TorchZip, WritesAtMost65534Members) {
  ZipWriter writer("file");
  const auto fill = [&] {
    for (int i = 0; i < 70'000; ++i) writer.add(std::to_string(i), "");
  };
  EXPECT_EQ(error_of(fill).kind(), ErrorKind::resource);
}

}  // namespace
}  // namespace aufbau::store
