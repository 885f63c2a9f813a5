#include "store/hdf5.h"

#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "testing/errors.h"
#include "testing/files.h"

namespace aufbau::store {
namespace {

using testing::error_of;
using testing::says;
using testing::TemporaryFolder;

TEST(Hdf5File, ReadsBackEveryTypeItWrites) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.h5");
  const std::vector<double> reals = {1.5, -2.25, std::numeric_limits<double>::infinity()};
  const std::vector<float> singles = {0.1f, -3e38f};
  const std::vector<std::int32_t> ids = {0, -7, std::numeric_limits<std::int32_t>::min()};
  {
    auto file = Hdf5File::create(path);
    file.create_group("/group");
    file.write<double>("/group/reals", reals, {3, 1});
    file.write<float>("/deep/er/singles", singles, {2});
    file.write<std::int32_t>("/ids", ids, {3});
    file.write<double>("/none", {}, {0, 4});
    file.write_strings("/names", {"a", "", "a,\"b\""});
    file.write_attribute("/", "text", std::string_view("{\"k\": 1}"));
    file.write_attribute("/", "empty", std::string_view(""));
    file.write_attribute("/group", "count", std::int64_t{1} << 40);
    file.write_attribute("/group", "value", 0.1);
    file.close();
  }
  const auto file = Hdf5File::open(path);
  EXPECT_EQ(file.read<double>("/group/reals"), reals);
  EXPECT_EQ(file.info("/group/reals").shape, (std::vector<std::int64_t>{3, 1}));
  EXPECT_EQ(file.read<float>("/deep/er/singles"), singles);
  EXPECT_EQ(file.read<std::int32_t>("/ids"), ids);
  EXPECT_EQ(file.read<double>("/ids")[1], -7.0);
  EXPECT_TRUE(file.read<double>("/none").empty());
  EXPECT_EQ(file.info("/none").shape, (std::vector<std::int64_t>{0, 4}));
  EXPECT_EQ(file.read_strings("/names"), (std::vector<std::string>{"a", "", "a,\"b\""}));
  EXPECT_EQ(file.text_attribute("/", "text"), "{\"k\": 1}");
  EXPECT_EQ(file.text_attribute("/", "empty"), "");
  EXPECT_EQ(file.integer_attribute("/group", "count"), std::int64_t{1} << 40);
  EXPECT_EQ(file.number_attribute("/group", "value"), 0.1);
  EXPECT_EQ(file.groups("/"), (std::vector<std::string>{"deep", "group"}));
  EXPECT_EQ(file.arrays("/"), (std::vector<std::string>{"ids", "names", "none"}));
  EXPECT_TRUE(file.has("/deep/er/singles"));
  EXPECT_FALSE(file.has("/deep/other/singles"));
  EXPECT_TRUE(file.has_group("/deep/er"));
  EXPECT_FALSE(file.has_array("/deep/er"));
}

TEST(Hdf5File, AttributesMayBeLargerThanAnObjectHeader) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.h5");
  const std::string text(300000, 'x');
  auto file = Hdf5File::create(path);
  file.write_attribute("/", "long", std::string_view(text));
  file.close();
  EXPECT_EQ(Hdf5File::open(path).text_attribute("/", "long"), text);
}

TEST(Hdf5File, EqualContentGivesEqualBytes) {
  const TemporaryFolder folder;
  for (const char* name : {"a.h5", "b.h5"}) {
    auto file = Hdf5File::create(folder.path(name));
    Hdf5Column column(file, "/column", Stored::u16);
    column.append<std::int32_t>(std::vector<std::int32_t>{1, 2, 65535});
    column.finish();
    file.close();
  }
  EXPECT_EQ(testing::read_text(folder.path("a.h5")), testing::read_text(folder.path("b.h5")));
}

TEST(Hdf5File, IntegersThatDoNotFitAreAnErrorNotClamped) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.h5");
  auto file = Hdf5File::create(path);
  file.write<std::int64_t>("/big", std::vector<std::int64_t>{5, std::int64_t{1} << 33}, {2});
  file.write<std::int64_t>("/negative", std::vector<std::int64_t>{-1}, {1});
  file.write<double>("/reals", std::vector<double>{0.5}, {1});
  file.close();
  const auto opened = Hdf5File::open(path);
  EXPECT_EQ(opened.read<std::int64_t>("/big")[1], std::int64_t{1} << 33);
  const Error error = error_of([&] { opened.read<std::int32_t>("/big"); });
  EXPECT_EQ(error.kind(), ErrorKind::input);
  EXPECT_TRUE(says(error, "/big holds 8589934592 at position 1"));
  EXPECT_THROW(opened.read<std::uint16_t>("/negative"), Error);
  EXPECT_THROW(opened.read<std::int64_t>("/reals"), Error);
  EXPECT_THROW(opened.read<float>("/reals"), Error);
  EXPECT_THROW(opened.read_strings("/reals"), Error);
}

TEST(Hdf5File, SaysWhatIsMissing) {
  const TemporaryFolder folder;
  EXPECT_TRUE(says(error_of([&] { Hdf5File::open(folder.path("no.h5")); }), "does not exist"));
  EXPECT_TRUE(says(error_of([&] { Hdf5File::open(folder.path()); }), "not a file"));
  const std::string text = folder.write("text.h5", "smiles\nCCO\n");
  EXPECT_TRUE(says(error_of([&] { Hdf5File::open(text); }), "not an HDF5 file"));
  auto file = Hdf5File::create(folder.path("a.h5"));
  file.close();
  const auto opened = Hdf5File::open(folder.path("a.h5"));
  const Error error = error_of([&] { opened.read<double>("/nodes/element"); });
  EXPECT_EQ(error.kind(), ErrorKind::input);
  EXPECT_TRUE(says(error, "/nodes/element is missing"));
  EXPECT_THROW(opened.text_attribute("/", "format"), Error);
}

TEST(Hdf5File, CannotBeCreatedInAFolderThatIsNotThere) {
  const TemporaryFolder folder;
  EXPECT_EQ(error_of([&] { Hdf5File::create(folder.path("none/a.h5")); }).kind(),
            ErrorKind::resource);
}

TEST(Hdf5File, OpensTheBytesOfAFile) {
  const TemporaryFolder folder;
  auto file = Hdf5File::create(folder.path("a.h5"));
  file.write<std::int32_t>("/ids", std::vector<std::int32_t>{1, 2, 3}, {3});
  file.close();
  const std::string bytes = testing::read_text(folder.path("a.h5"));
  EXPECT_EQ(Hdf5File::open_bytes(bytes, "memory").read<std::int32_t>("/ids").size(), 3u);
  EXPECT_THROW(Hdf5File::open_bytes(bytes.substr(0, bytes.size() / 2), "memory"), Error);
  EXPECT_THROW(Hdf5File::open_bytes("", "memory"), Error);
}

TEST(Hdf5Column, KeepsRowsAcrossChunks) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.h5");
  auto file = Hdf5File::create(path);
  Hdf5Column codes(file, "/codes", Stored::u8);
  Hdf5Column table(file, "/table", Stored::f32, 700);
  Hdf5Column nothing(file, "/nothing", Stored::i64);
  Hdf5Column no_columns(file, "/no_columns", Stored::f32, 0);
  std::vector<std::uint16_t> expected;
  for (int i = 0; i < 200000; ++i) expected.push_back(static_cast<std::uint16_t>(i * 31 % 256));
  codes.append<std::uint16_t>(std::span(expected).first(1));
  codes.append<std::uint16_t>(std::span(expected).subspan(1, 180000));
  codes.append<std::uint16_t>(std::span(expected).subspan(180001));
  std::vector<float> row(700);
  for (int i = 0; i < 200; ++i) {
    row[3] = static_cast<float>(i);
    table.append<float>(row);
  }
  for (auto* column : {&codes, &table, &nothing, &no_columns}) column->finish();
  file.close();
  const auto opened = Hdf5File::open(path);
  EXPECT_EQ(opened.read<std::uint16_t>("/codes"), expected);
  EXPECT_EQ(opened.info("/codes").element_bytes, 1);
  EXPECT_EQ(opened.info("/table").shape, (std::vector<std::int64_t>{200, 700}));
  EXPECT_EQ(opened.read<float>("/table")[199 * 700 + 3], 199.0f);
  EXPECT_TRUE(opened.read<std::int64_t>("/nothing").empty());
  EXPECT_EQ(opened.info("/no_columns").element_count(), 0);
}

TEST(Hdf5File, IsUsedFromSeveralThreads) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.h5");
  auto file = Hdf5File::create(path);
  file.write<std::int32_t>("/ids", std::vector<std::int32_t>(1000, 4), {1000});
  file.close();
  std::vector<std::thread> threads;
  std::vector<int> sums(4, 0);
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        sums[t] += Hdf5File::open(path).read<std::int32_t>("/ids")[i];
        EXPECT_THROW(Hdf5File::open(path).read<double>("/none"), Error);
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(sums, (std::vector<int>{80, 80, 80, 80}));
}

}  // namespace
}  // namespace aufbau::store
