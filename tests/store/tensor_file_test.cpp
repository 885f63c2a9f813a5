#include "store/tensor_file.h"

#include <gtest/gtest.h>

#include <cstring>

#include "testing/errors.h"
#include "testing/files.h"
#include "testing/small_disk.h"

namespace aufbau::store {
namespace {

using testing::error_of;
using testing::says;
using testing::TemporaryFolder;

/// A file from its parts; the length of the header is written in front of it.
std::string file_of(const std::string& json, const std::string& data = "") {
  const std::uint64_t length = json.size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  return bytes + json + data;
}

Error error_in(const std::string& json, const std::string& data = "") {
  return error_of([&] { parse_tensor_file(file_of(json, data), "file"); });
}

TensorFile example() {
  TensorFile file;
  file.tensors.push_back({"gnn.b", Tensor::from(std::vector<float>{1.5f, -2.0f, 3.25f}, {3})});
  file.tensors.push_back({"gnn.a", Tensor::from(std::vector<std::int32_t>{1, 2, 3, 4}, {2, 2})});
  file.tensors.push_back({"counter", Tensor::from(std::vector<std::int64_t>{7}, {})});
  file.tensors.push_back({"exact", Tensor::from(std::vector<double>{0.1}, {1, 1})});
  file.tensors.push_back({"none", Tensor::zeros({0, 5}, DType::f32)});
  file.metadata = {{"card", "{\"a\": \"\\n\"}"}, {"format", "aufbau"}};
  return file;
}

TEST(TensorFile, ReadsBackWhatItWrites) {
  const TemporaryFolder folder;
  const std::string path = folder.path("model.safetensors");
  write_tensor_file(path, example());
  const TensorFile read = read_tensor_file(path);
  EXPECT_EQ(read.metadata, example().metadata);
  ASSERT_EQ(read.tensors.size(), 5u);
  for (const auto& expected : example().tensors) {
    const Tensor* tensor = read.find(expected.name);
    ASSERT_NE(tensor, nullptr) << expected.name;
    EXPECT_EQ(tensor->shape(), expected.tensor.shape()) << expected.name;
    EXPECT_EQ(tensor->dtype(), expected.tensor.dtype()) << expected.name;
    EXPECT_EQ(tensor->to_doubles(), expected.tensor.to_doubles()) << expected.name;
  }
  EXPECT_EQ(read.find("gnn"), nullptr);
}

TEST(TensorFile, BytesAreThoseOfTheFormat) {
  const TemporaryFolder folder;
  TensorFile file;
  file.tensors.push_back({"w", Tensor::from(std::vector<float>{1.0f}, {1})});
  write_tensor_file(folder.path("a"), file);
  const std::string json =
      R"({"__metadata__":{},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  const std::string padded = json + std::string(128 - 8 - json.size(), ' ');
  EXPECT_EQ(testing::read_text(folder.path("a")), file_of(padded, std::string("\0\0\x80\x3f", 4)));
}

TEST(TensorFile, BytesDependOnContentNotOnOrder) {
  const TemporaryFolder folder;
  TensorFile reversed = example();
  std::reverse(reversed.tensors.begin(), reversed.tensors.end());
  write_tensor_file(folder.path("a"), example());
  write_tensor_file(folder.path("b"), reversed);
  EXPECT_EQ(testing::read_text(folder.path("a")), testing::read_text(folder.path("b")));
}

TEST(TensorFile, EveryTensorIsAligned) {
  const TemporaryFolder folder;
  write_tensor_file(folder.path("a"), example());
  const std::string bytes = testing::read_text(folder.path("a"));
  std::uint64_t header = 0;
  std::memcpy(&header, bytes.data(), 8);
  EXPECT_EQ((8 + header) % 64, 0u);
  const TensorFile read = read_tensor_file(folder.path("a"));
  std::size_t at = 0;
  for (const auto& [name, tensor] : read.tensors) {
    EXPECT_EQ(at % size_of(tensor.dtype()), 0u) << name;
    at += static_cast<std::size_t>(tensor.size()) * size_of(tensor.dtype());
  }
}

TEST(TensorFile, AcceptsAFileOfAnotherWriter) {
  const std::string spaced =
      R"({"b":{"shape":[2],"data_offsets":[4,12],"dtype":"F32"}, "a" : {"dtype":"I32","shape":[],"data_offsets":[0,4]}}   )";
  const std::string data(12, '\0');
  const TensorFile file = parse_tensor_file(file_of(spaced, data), "file");
  ASSERT_EQ(file.tensors.size(), 2u);
  EXPECT_EQ(file.tensors[0].name, "a");
  EXPECT_EQ(file.tensors[1].name, "b");
  EXPECT_TRUE(file.metadata.empty());
  EXPECT_TRUE(parse_tensor_file(file_of("{}"), "file").tensors.empty());
}

TEST(TensorFile, RefusesEveryTruncation) {
  const TemporaryFolder folder;
  write_tensor_file(folder.path("a"), example());
  const std::string bytes = testing::read_text(folder.path("a"));
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_EQ(error_of([&] {
                parse_tensor_file(std::string_view(bytes).substr(0, size), "file");
              }).kind(),
              ErrorKind::input)
        << size;
  EXPECT_TRUE(says(error_of([&] { parse_tensor_file(bytes + '\0', "file"); }),
                   "1 bytes at the end belong to no tensor"));
}

TEST(TensorFile, RefusesAHeaderOfImpossibleLength) {
  std::string bytes(8, '\xff');
  EXPECT_TRUE(says(error_of([&] { parse_tensor_file(bytes, "file"); }), "the limit is 100000000"));
  const std::uint64_t length = 100'000'000;
  std::memcpy(bytes.data(), &length, 8);
  EXPECT_TRUE(says(error_of([&] { parse_tensor_file(bytes + "{}", "file"); }), "truncated"));
}

struct BadHeader {
  const char* name;
  const char* json;
  const char* words;
  std::size_t data_bytes = 4;
};
const BadHeader kBadHeaders[] = {
    {"NotJson", "{\"a\":", "not JSON"},
    {"Array", "[]", "not a JSON object"},
    {"SpaceFirst", " {}", "not a JSON object"},
    {"TwoObjects", "{}{}", "not JSON", 0},
    {"NotUtf8", "{\"\xff\":{}}", "not JSON"},
    {"DeepNesting", R"({"a":{"shape":[[[[[]]]]]}})", "unexpected in the header, at 'a': a list"},
    {"RepeatedTensor",
     R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
     "the name 'a' appears twice"},
    {"RepeatedMetadata", R"({"__metadata__":{"k":"1","k":"2"}})", "the name 'k' appears twice"},
    {"MetadataTwice", R"({"__metadata__":{},"__metadata__":{}})", "'__metadata__' appears twice"},
    {"MetadataNumber", R"({"__metadata__":{"k":1}})", "at '__metadata__': the number 1"},
    {"NoShape", R"({"a":{"dtype":"F32","data_offsets":[0,4]}})",
     "needs dtype, shape and data_offsets"},
    {"UnknownKey", R"({"a":{"dtype":"F32","stride":[1]}})", "unknown key 'stride'"},
    {"HalfPrecision", R"({"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}})", "dtype BF16"},
    {"NegativeShape", R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})",
     "a negative number -1"},
    {"FractionShape", R"({"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}})",
     "the number 1.0"},
    {"HugeShape", R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}})",
     "impossible shape"},
    {"HugeEmptyShape",
     R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}})",
     "impossible shape", 0},
    {"Beyond63Bits", R"({"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}})",
     "the number"},
    {"WrongSize", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})",
     "needs 8 bytes but has 4"},
    {"OneOffset", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4]}})",
     "needs two data_offsets"},
    {"BackwardOffsets", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})",
     "overlap or leave a hole"},
    {"BeyondTheEnd", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", "truncated"},
    {"Hole", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", "overlap or leave a hole",
     8},
    {"Overlap",
     R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
     "overlap or leave a hole", 12},
    {"NotCovered", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
     "4 bytes at the end belong to no tensor", 8},
};

class BadHeaders : public ::testing::TestWithParam<BadHeader> {};
TEST_P(BadHeaders, AreRefusedWithTheReason) {
  const auto& bad = GetParam();
  const Error error = error_in(bad.json, std::string(bad.data_bytes, '\0'));
  EXPECT_EQ(error.kind(), ErrorKind::input);
  EXPECT_TRUE(says(error, bad.words)) << error.what();
}
INSTANTIATE_TEST_SUITE_P(TensorFile, BadHeaders, ::testing::ValuesIn(kBadHeaders),
                         [](const auto& info) { return info.param.name; });

TEST(TensorFile, NestingWithoutEndIsRefusedAtOnce) {
  EXPECT_EQ(error_in("{\"a\":" + std::string(1'000'000, '[')).kind(), ErrorKind::input);
  EXPECT_EQ(error_in("{" + std::string(1'000'000, '{')).kind(), ErrorKind::input);
}

TEST(TensorFile, AFullDiskKeepsTheOldModel) {
  const TemporaryFolder folder;
  const std::string path = folder.path("model.safetensors");
  write_tensor_file(path, example());
  const std::string before = testing::read_text(path);
  TensorFile large;
  large.tensors.push_back({"w", Tensor::zeros({100, 100}, DType::f32)});
  {
    const testing::SmallDisk disk(4096);
    EXPECT_EQ(error_of([&] { write_tensor_file(path, large); }).kind(), ErrorKind::resource);
  }
  EXPECT_EQ(testing::read_text(path), before);
}

TEST(TensorFile, TextThatIsNotUtf8IsRefusedWhenWriting) {
  const TemporaryFolder folder;
  TensorFile file;
  file.metadata["task"] = "caf\xe9";
  EXPECT_TRUE(says(error_of([&] { write_tensor_file(folder.path("a"), file); }), "not UTF-8"));
}

}  // namespace
}  // namespace aufbau::store
