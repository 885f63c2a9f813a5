#include <gtest/gtest.h>

#include "data/example_dataset.h"
#include "data/split.h"
#include "testing/errors.h"
#include "testing/files.h"

namespace aufbau::data {
namespace {

using namespace testing;
using Indices = std::vector<std::int64_t>;

Split example(const Dataset& dataset) {
  return make_split("random", dataset, {0.5, 0.25, 0.25}, 18446744073709551615ull);
}

TEST(SplitFile, ReadsBackWhatItWrites) {
  const TemporaryFolder folder;
  const Dataset dataset = dataset_of(9);
  const Split split = example(dataset);
  write_split(folder.path("splits.json"), split);
  const Split read = read_split(folder.path("splits.json"), dataset);
  EXPECT_EQ(read.train, split.train);
  EXPECT_EQ(read.valid, split.valid);
  EXPECT_EQ(read.test, split.test);
  EXPECT_EQ(read.method, "random");
  EXPECT_EQ(read.seed, split.seed);
  EXPECT_EQ(read.sizes, split.sizes);
  EXPECT_EQ(read.data_hash, dataset.hash());
}

TEST(SplitFile, OfOtherDataIsRefused) {
  const TemporaryFolder folder;
  write_split(folder.path("splits.json"), example(dataset_of(9)));
  const Error error = error_of([&] { read_split(folder.path("splits.json"), dataset_of(10)); });
  EXPECT_EQ(error.kind(), ErrorKind::mismatch);
  EXPECT_TRUE(says(error, "was made for other data")) << error.what();
}

TEST(SplitFile, AcceptsTheFilesOfChemprop) {
  const TemporaryFolder folder;
  const Dataset dataset = dataset_of(9);
  const char* const files[] = {R"([{"train": [0, 1, 2, 4], "val": [3], "test": [8, 5]}])",
                               R"([{"train": "0-2,4", "val": "3", "test": "8,5"}])",
                               R"({"train": "0-2, 4", "valid": [3], "test": [8, 5]})"};
  for (const char* text : files) {
    const Split split = read_split(folder.write("splits.json", text), dataset);
    EXPECT_EQ(split.train, (Indices{0, 1, 2, 4})) << text;
    EXPECT_EQ(split.valid, (Indices{3})) << text;
    EXPECT_EQ(split.test, (Indices{8, 5})) << text;
    EXPECT_EQ(split.method, "file");
    EXPECT_EQ(split.data_hash, dataset.hash());
  }
  const Split empty = read_split(
      folder.write("splits.json", R"([{"train": "0-8", "val": "", "test": null}])"), dataset);
  EXPECT_EQ(empty.train.size(), 9u);
  EXPECT_TRUE(empty.valid.empty());
  EXPECT_TRUE(empty.test.empty());
}

TEST(SplitFile, RowNumbersOfATableDoNotFitWhereRowsWereLeftOut) {
  const TemporaryFolder folder;
  auto content = content_with_scaffolds({0, 0, 0});
  content.provenance.counts_json = R"({"rows": 4, "stored": 3, "rejected": 1})";
  const Dataset dataset(std::move(content), "a.h5");
  const std::string path =
      folder.write("splits.json", R"([{"train": [0], "val": [1], "test": [2]}])");
  const Error error = error_of([&] { read_split(path, dataset); });
  EXPECT_EQ(error.kind(), ErrorKind::mismatch);
  EXPECT_TRUE(says(error, "of its 4 rows a.h5 holds 3")) << error.what();
}

struct BadFile {
  const char* name;
  const char* text;
  const char* words;
  ErrorKind kind = ErrorKind::input;
};
const BadFile kBadFiles[] = {
    {"NotJson", "train: 1", "not JSON"},
    {"Empty", "", "not JSON"},
    {"Number", "7", "not a splits file"},
    {"SeveralSplits", "[{}, {}]", "holds 2 splits", ErrorKind::mismatch},
    {"NoSplits", "[]", "holds 0 splits", ErrorKind::mismatch},
    {"NoTest", R"([{"train": [0], "val": [1]}])", "the part 'test' is missing"},
    {"IndexTooLarge", R"([{"train": [9], "val": [1], "test": [2]}])", "index 9 is out of range",
     ErrorKind::mismatch},
    {"IndexNegative", R"([{"train": [-1], "val": [1], "test": [2]}])", "index -1 is out of range",
     ErrorKind::mismatch},
    {"IndexBeyond63Bits", R"([{"train": [18446744073709551615], "val": [], "test": []}])",
     "neither an index"},
    {"RangeWithoutEnd", R"([{"train": "0-99999999999999", "val": [], "test": []}])", "out of range",
     ErrorKind::mismatch},
    {"RangeOfWords", R"([{"train": "a-b", "val": [], "test": []}])",
     "'a-b' is neither an index nor a range"},
    {"RangeHalf", R"([{"train": "3-", "val": [], "test": []}])",
     "'3-' is neither an index nor a range"},
    {"Fraction", R"([{"train": [0.5], "val": [], "test": []}])", "'0.5' is neither an index"},
    {"PartIsAnObject", R"([{"train": {}, "val": [], "test": []}])", "'train' is not a list"},
    {"InTwoParts", R"([{"train": [0, 1], "val": [1], "test": []}])", "index 1 appears twice",
     ErrorKind::mismatch},
    {"TwiceInOnePart", R"([{"train": [0, 0], "val": [1], "test": []}])", "index 0 appears twice",
     ErrorKind::mismatch},
    {"OtherFormat", R"({"format": "x", "version": 1})", "expected aufbau-splits",
     ErrorKind::mismatch},
    {"NewerVersion", R"({"format": "aufbau-splits", "version": 2})",
     "newer than 1; use a newer aufbau", ErrorKind::mismatch},
    {"NoMethod", R"({"format": "aufbau-splits", "version": 1})", "'method' is missing"},
    {"UnknownKey", R"({"format": "aufbau-splits", "version": 1, "colour": 3})",
     "unknown key 'colour'"},
};
class BadSplitFile : public ::testing::TestWithParam<BadFile> {};
TEST_P(BadSplitFile, IsRefusedWithTheReason) {
  const TemporaryFolder folder;
  const std::string path = folder.write("splits.json", GetParam().text);
  const Error error = error_of([&] { read_split(path, dataset_of(9)); });
  EXPECT_EQ(error.kind(), GetParam().kind) << error.what();
  EXPECT_TRUE(says(error, GetParam().words)) << error.what();
}
INSTANTIATE_TEST_SUITE_P(Files, BadSplitFile, ::testing::ValuesIn(kBadFiles),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(SplitFile, AnEditedIndexIsNoticed) {
  const TemporaryFolder folder;
  const Dataset dataset = dataset_of(9);
  Split split = example(dataset);
  write_split(folder.path("splits.json"), split);
  std::string text = read_text(folder.path("splits.json"));
  const std::string train = "\"train\":[" + std::to_string(split.train[0]);
  text.replace(text.find(train), train.size(), "\"train\":[" + std::to_string(split.test[0]));
  folder.write("splits.json", text);
  const Error error = error_of([&] { read_split(folder.path("splits.json"), dataset); });
  EXPECT_EQ(error.kind(), ErrorKind::input);
  EXPECT_TRUE(says(error, "do not have the hash")) << error.what();
}

TEST(SplitFile, MissingFileIsAnInputError) {
  EXPECT_EQ(error_of([] { read_split("/nowhere/splits.json", dataset_of(1)); }).kind(),
            ErrorKind::input);
}

}  // namespace
}  // namespace aufbau::data
