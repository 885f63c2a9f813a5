#include "molecules/byte_source.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "aufbau.h"
#include "molecules/records.h"
#include "testing/files.h"

namespace aufbau::molecules {
namespace {

std::string gzipped(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string all(ByteSource& source) {
  std::string result;
  char buffer[1000];
  while (const std::size_t count = source.read(buffer, sizeof buffer)) result.append(buffer, count);
  return result;
}

std::string many_rows(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += std::string(static_cast<std::size_t>(i % 97 + 1), 'C') + " row" +
            std::to_string(i * 7919 % 100003) + "\n";
  return text;
}

TEST(ByteSource, GzipFilesGiveTheirContent) {
  const testing::TemporaryFolder folder;
  const std::string text = many_rows(5000);
  EXPECT_EQ(all(*open_source(folder.write("a.smi", text))), text);
  EXPECT_EQ(all(*open_source(folder.write("a.smi.gz", gzipped(text)))), text);
  EXPECT_EQ(all(*open_source(folder.write("unmarked.smi", gzipped(text)))), text);
  EXPECT_EQ(all(*open_source(folder.write("one.smi", "C"))), "C");
  EXPECT_EQ(all(*open_source(folder.write("none.smi", ""))), "");
}

TEST(ByteSource, GzipMembersFollowOneAnotherAndMayBePadded) {
  const testing::TemporaryFolder folder;
  const std::string two = gzipped("CC\n") + gzipped("CCC\n");
  EXPECT_EQ(all(*open_source(folder.write("two.gz", two))), "CC\nCCC\n");
  EXPECT_EQ(all(*open_source(folder.write("padded.gz", two + std::string(100000, '\0')))),
            "CC\nCCC\n");
}

void expect_damage(const std::string& bytes, const std::string& what) {
  const testing::TemporaryFolder folder;
  const auto source = open_source(folder.write("a.smi.gz", bytes));
  try {
    all(*source);
    FAIL() << "expected: " << what;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_NE(std::string(error.what()).find(what), std::string::npos) << error.what();
  }
}

TEST(ByteSource, DamagedGzipSaysWhere) {
  const std::string good = gzipped(many_rows(5000));
  expect_damage(good.substr(0, good.size() / 2), "damaged gzip at byte " +
                                                     std::to_string(good.size() / 2) +
                                                     ": it ends in the middle of its data");
  expect_damage(good.substr(0, good.size() - 4), "cut short");
  std::string wrong_sum = good;
  wrong_sum[good.size() - 6] ^= 1;
  expect_damage(wrong_sum, "incorrect data check");
  expect_damage(good + "more", "incorrect header check");
}

TEST(ByteSource, FileCalledGzMustBeOne) {
  const testing::TemporaryFolder folder;
  try {
    open_source(folder.write("a.smi.gz", "CCO\n"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_NE(std::string(error.what()).find("is not gzip"), std::string::npos) << error.what();
  }
}

TEST(ByteSource, FoldersAndMissingFilesAreErrors) {
  const testing::TemporaryFolder folder;
  EXPECT_THROW(all(*open_source(folder.path())), Error);
  EXPECT_THROW(open_source(folder.path("none.smi")), Error);
}

TEST(Records, BeforeTheDamageAreDelivered) {
  const testing::TemporaryFolder folder;
  const std::string text = many_rows(20000), good = gzipped(text);
  RecordReader reader(folder.write("a.smi.gz", good.substr(0, good.size() - 5)), {});
  int count = 0;
  Record record;
  const auto read_all = [&] {
    while (reader.next(record)) ++count;
  };
  EXPECT_THROW(read_all(), Error);
  EXPECT_EQ(count, 20000) << "the damage is behind the last row";
}

}  // namespace
}  // namespace aufbau::molecules
