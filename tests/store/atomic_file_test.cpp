#include "store/atomic_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "testing/errors.h"
#include "testing/files.h"
#include "testing/small_disk.h"

namespace aufbau::store {
namespace {

using testing::TemporaryFolder;

template <class Action>
ErrorKind kind_of(const Action& action) {
  return testing::error_of(action).kind();
}

std::size_t entries(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

TEST(AtomicFile, ReadsBackWhatItWrites) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.bin");
  const std::string bytes("a\0b\xff\n", 5);
  write_file(path, bytes);
  EXPECT_EQ(read_file(path), bytes);
  write_file(path, "");
  EXPECT_EQ(read_file(path), "");
  EXPECT_EQ(entries(folder.path()), 1u);
}

TEST(AtomicFile, AFullDiskKeepsTheOldFileAndLeavesNothingElse) {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.bin", "old");
  {
    const testing::SmallDisk disk(1000);
    EXPECT_EQ(kind_of([&] { write_file(path, std::string(5000, 'x')); }), ErrorKind::resource);
  }
  EXPECT_EQ(read_file(path), "old");
  EXPECT_EQ(entries(folder.path()), 1u);
}

TEST(AtomicFile, CannotWriteWhereThereIsNoFolder) {
  const TemporaryFolder folder;
  EXPECT_EQ(kind_of([&] { write_file(folder.path("none/a.bin"), "x"); }), ErrorKind::resource);
  EXPECT_EQ(kind_of([&] { write_file(folder.path(), "x"); }), ErrorKind::resource);
}

TEST(AtomicFile, NeverReplacesADevice) {
  EXPECT_EQ(kind_of([&] { write_file("/dev/null", "x"); }), ErrorKind::resource);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST(AtomicFile, CommitRemovesTheTemporaryFileWhenItFails) {
  const TemporaryFolder folder;
  const std::string temporary = folder.write("a.tmp", "x");
  std::filesystem::create_directory(folder.path("taken"));
  EXPECT_EQ(kind_of([&] { commit_file(temporary, folder.path("taken")); }), ErrorKind::resource);
  EXPECT_FALSE(std::filesystem::exists(temporary));
}

TEST(AtomicFile, TemporaryNamesDifferAndStayInTheFolder) {
  EXPECT_NE(temporary_name("/x/a.h5"), temporary_name("/x/a.h5"));
  EXPECT_TRUE(temporary_name("/x/a.h5").starts_with("/x/a.h5."));
}

TEST(AtomicFile, ReadingRefusesWhatIsMissingTooLargeOrNotAFile) {
  const TemporaryFolder folder;
  EXPECT_EQ(kind_of([&] { read_file(folder.path("none")); }), ErrorKind::input);
  EXPECT_EQ(kind_of([&] { read_file(folder.path()); }), ErrorKind::input);
  const std::string path = folder.write("a.bin", "12345");
  EXPECT_EQ(kind_of([&] { read_file(path, 4); }), ErrorKind::input);
  EXPECT_EQ(read_file(path, 5), "12345");
  ASSERT_EQ(mkfifo(folder.path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(kind_of([&] { read_file(folder.path("pipe")); }), ErrorKind::input);
}

TEST(AtomicFile, HashesWithSha256) {
  const TemporaryFolder folder;
  // FIPS 180-4 example "abc", and the empty message.
  EXPECT_EQ(sha256_of_file(folder.write("abc", "abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_of_file(folder.write("empty", "")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_of_file(folder.write("million", std::string(1000000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

}  // namespace
}  // namespace aufbau::store
