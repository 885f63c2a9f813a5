#include "store/torch_file.h"

#include <gtest/gtest.h>

#include <cmath>

#include "store/torch_containers.h"
#include "testing/errors.h"
#include "testing/files.h"
#include "testing/small_disk.h"

namespace aufbau::store {
namespace {

using namespace aufbau::testing;  // emitter, containers, errors, files

std::string legacy_example() {
  return legacy_file(ordered_dict() + "(" + text("w") +
                         tensor(storage("FloatStorage", "93980774419312", 6), 0, {2, 3}, {3, 1}) +
                         text("n") + tensor(storage("LongStorage", "7", 1), 0, {}, {}) + "u" +
                         dict(text("_metadata") + "}") + "b",
                     {{"7", 1, bytes_of(std::vector<std::int64_t>{781300})},
                      {"93980774419312", 6, bytes_of(kSix)}});
}

std::vector<NamedTensor> example() {
  return {{"gnn.b", Tensor::from(std::vector<float>{1.5f, -2.0f, 3.25f}, {3})},
          {"gnn.a", Tensor::from(std::vector<std::int32_t>{1, 2, 3, 4, 5, 6}, {3, 2})},
          {"counter", Tensor::from(std::vector<std::int64_t>{7'000'000'000}, {})},
          {"exact", Tensor::from(std::vector<double>{0.1}, {1, 1})},
          {"none", Tensor::zeros({0, 5}, DType::f32)}};
}

void expect_same(const std::vector<NamedTensor>& got, const std::vector<NamedTensor>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i].name, expected[i].name);
    EXPECT_EQ(got[i].tensor.dtype(), expected[i].tensor.dtype()) << got[i].name;
    EXPECT_EQ(got[i].tensor.shape(), expected[i].tensor.shape()) << got[i].name;
    EXPECT_EQ(got[i].tensor.to_doubles(), expected[i].tensor.to_doubles()) << got[i].name;
  }
}

/// Which byte or which member of the archive, and a reason behind it.
void expect_says_where(const Error& error) {
  EXPECT_EQ(error.kind(), ErrorKind::input) << error.what();
  EXPECT_TRUE(says(error, "byte ") || says(error, "member ")) << error.what();
}

/// Every byte changed in three ways: an Error{input} that says where, or a file that `check`
/// accepts.
template <class Check>
void damage_everywhere(const std::string& good, const Check& check) {
  for (std::size_t i = 0; i < good.size(); ++i)
    for (const int flip : {0x01, 0x80, 0xff}) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ flip);
      try {
        check(i, parse(bad));
      } catch (const Error& error) {
        SCOPED_TRACE(i);
        expect_says_where(error);
      }
    }
}

TEST(TorchFile, ReadsBackWhatItWrites) {
  const TemporaryFolder folder;
  const std::string path = folder.path("model.pth");
  write_torch_file(path, example());
  const TorchFile file = read_torch_file(path);
  expect_same(file.tensors, example());
  EXPECT_TRUE(file.ignored.empty());
  EXPECT_NE(file.find("gnn.a"), nullptr);
  EXPECT_EQ(file.find("gnn"), nullptr);
  write_torch_file(folder.path("again.pth"), file.tensors);
  EXPECT_EQ(testing::read_text(path), testing::read_text(folder.path("again.pth")));
}

TEST(TorchFile, WritesTheMembersAndThePickleOfPyTorch) {
  const TemporaryFolder folder;
  write_torch_file(folder.path("a"), {{"w", Tensor::from(std::vector<float>{1.0f}, {1})}});
  const std::string bytes = testing::read_text(folder.path("a"));
  ZipReader zip(bytes, "a");
  EXPECT_EQ(zip.names(), (std::vector<std::string>{"archive/byteorder", "archive/data.pkl",
                                                   "archive/data/0", "archive/version"}));
  EXPECT_EQ(zip.read("archive/byteorder"), "little");
  EXPECT_EQ(zip.read("archive/version"), "3\n");
  EXPECT_EQ(zip.read("archive/data/0"), std::string("\0\0\x80\x3f", 4));
  EXPECT_EQ(bytes.find("archive/data.pkl"), 30u)
      << "PyTorch takes the folder from the first member";
  EXPECT_EQ(zip.read("archive/data.pkl"),
            "\x80\x02"
            "ccollections\nOrderedDict\n)R(" +
                text("w") + "ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage") +
                "ctorch\nFloatStorage\n" + text("0") + text("cpu") + integer(1) + "tQK" +
                std::string(1, '\0') + "(" + integer(1) + "t(" + integer(1) +
                "t\x89"
                "ccollections\nOrderedDict\n)RtRu.");
}

TEST(TorchFile, ReadsLegacyFiles) {
  const TorchFile file = parse(legacy_example());
  expect_same(file.tensors, {{"w", Tensor::from(kSix, {2, 3})},
                             {"n", Tensor::from(std::vector<std::int64_t>{781300}, {})}});
}

TEST(TorchFile, OpensDictsInsideTheDict) {
  const std::string w = tensor(storage("FloatStorage", "0", 6), 0, {6}, {1});
  const TorchFile file =
      parse(zip_file(dict(text("epoch") + integer(3) + text("model") +
                          dict(text("w") + w + text("inner") + dict(integer(0) + w)) +
                          text("groups") + "](" + w + "e" + text("none") + "N"),
                     {{"data/0", bytes_of(kSix)}}));
  expect_same(file.tensors,
              {{"model.w", Tensor::from(kSix, {6})}, {"model.inner.0", Tensor::from(kSix, {6})}});
  EXPECT_EQ(file.ignored, (std::vector<std::string>{"epoch", "groups", "none"}));
}

TEST(TorchFile, ViewsBecomeContiguous) {
  const auto read = [](std::int64_t offset, const std::vector<std::int64_t>& shape,
                       const std::vector<std::int64_t>& strides) {
    return parse(six_file(offset, shape, strides)).tensors[0].tensor.to_doubles();
  };
  using Values = std::vector<double>;
  EXPECT_EQ(read(0, {2, 3}, {3, 1}), (Values{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(read(0, {3, 2}, {1, 3}), (Values{0, 3, 1, 4, 2, 5})) << "transposed";
  EXPECT_EQ(read(3, {3}, {1}), (Values{3, 4, 5})) << "a row";
  EXPECT_EQ(read(1, {2}, {3}), (Values{1, 4})) << "a column";
  EXPECT_EQ(read(5, {}, {}), (Values{5})) << "a scalar";
  EXPECT_EQ(read(0, {2, 2}, {1, 1}), (Values{0, 1, 1, 2})) << "overlapping rows";
  EXPECT_EQ(read(0, {1, 6}, {77, 1}), (Values{0, 1, 2, 3, 4, 5})) << "a stride nobody takes";
  EXPECT_EQ(read(0, {0, 6}, {6, 1}), Values{});
}

TEST(TorchFile, ImpossibleViewsAreRefusedByName) {
  const std::int64_t huge = std::int64_t{1} << 62;
  expect_refused(six_file(0, {7}, {1}), "tensor 'w' of shape [7] reaches element 6");
  expect_refused(six_file(1, {6}, {1}), "reaches element 6 of a storage of 6");
  expect_refused(six_file(6, {}, {}), "reaches element 6");
  expect_refused(six_file(-1, {1}, {1}), "impossible storage offset");
  expect_refused(six_file(huge, {1}, {1}), "reaches element");
  expect_refused(six_file(0, {-1}, {1}), "impossible extent in dimension 0");
  expect_refused(six_file(0, {1, 2}, {1, -1}), "impossible stride in dimension 1");
  expect_refused(six_file(0, {2, 3}, {1}), "one stride per dimension");
  expect_refused(six_file(0, {7}, {0}), "takes elements more than once");
  expect_refused(six_file(0, {huge}, {0}), "impossible shape");
  expect_refused(six_file(0, {3}, {huge}), "reaches element 9223372036854775808");
  expect_refused(six_file(0, {huge, huge}, {0, 0}), "impossible shape");
  expect_refused(six_file(0, {0, huge, huge}, {0, 0, 0}), "impossible shape");
  expect_refused(six_file(0, std::vector<std::int64_t>(65, 1), std::vector<std::int64_t>(65, 1)),
                 "65 dimensions");
}

struct Element {
  const char* storage;
  std::string bytes;
  DType dtype;
  std::vector<double> values;
};
class Elements : public ::testing::TestWithParam<Element> {};
TEST_P(Elements, AreReadWithoutLossInBothByteOrders) {
  const Element& element = GetParam();
  const auto count = static_cast<std::int64_t>(element.values.size());
  const std::string object =
      dict(text("w") + tensor(storage(element.storage, "0", count), 0, {count}, {1}));
  std::string big;
  const std::size_t width = element.bytes.size() / element.values.size();
  for (std::size_t i = 0; i < element.bytes.size(); i += width) {
    const std::string one = element.bytes.substr(i, width);
    big.append(one.rbegin(), one.rend());
  }
  for (const auto& [order, data] : {std::pair<std::string, std::string>{"little", element.bytes},
                                    std::pair<std::string, std::string>{"big", big}}) {
    const TorchFile file = parse(zip_file(object, {{"byteorder", order}, {"data/0", data}}));
    EXPECT_EQ(file.tensors[0].tensor.dtype(), element.dtype) << order;
    EXPECT_EQ(file.tensors[0].tensor.to_doubles(), element.values) << order;
  }
}
INSTANTIATE_TEST_SUITE_P(
    TorchFile, Elements,
    ::testing::Values(
        Element{"FloatStorage", bytes_of<float>({1.5f, -2}), DType::f32, {1.5, -2}},
        Element{"DoubleStorage", bytes_of<double>({0.1, -2}), DType::f64, {0.1, -2}},
        Element{"LongStorage", bytes_of<std::int64_t>({-1, 1 << 30}), DType::i64, {-1, 1 << 30}},
        Element{"IntStorage", bytes_of<std::int32_t>({-1, 77}), DType::i32, {-1, 77}},
        Element{"ShortStorage", bytes_of<std::int16_t>({-32768, 77}), DType::i32, {-32768, 77}},
        Element{"CharStorage", bytes_of<std::int8_t>({-128, 77}), DType::i32, {-128, 77}},
        Element{"ByteStorage", bytes_of<std::uint8_t>({255, 0}), DType::i32, {255, 0}},
        Element{"BoolStorage", bytes_of<std::uint8_t>({1, 0}), DType::i32, {1, 0}},
        // 1, the largest, the smallest normal and the smallest half; minus infinity (IEEE 754).
        Element{"HalfStorage",
                bytes_of<std::uint16_t>({0x3c00, 0x7bff, 0x0400, 0x0001, 0xfc00}),
                DType::f32,
                {1, 65504, 0x1p-14, 0x1p-24, -INFINITY}},
        Element{
            "BFloat16Storage", bytes_of<std::uint16_t>({0x3fc0, 0xc000}), DType::f32, {1.5, -2}}),
    [](const auto& info) { return std::string(info.param.storage); });

TEST(TorchFile, TiedTensorsAreReadButNotAThousandTimes) {
  const std::string w = tensor(storage("FloatStorage", "0", 100'000), 0, {100'000}, {1});
  const std::string data(400'000, '\0');
  EXPECT_EQ(parse(zip_file(dict(text("a") + w + text("b") + w), {{"data/0", data}})).tensors.size(),
            2u);
  std::string many;
  for (int i = 0; i < 1000; ++i) many += integer(i) + w;
  expect_refused(zip_file(dict(many), {{"data/0", data}}),
                 "share the same storage more than 4 times");
}

TEST(TorchFile, DamageToAZipFileIsAnErrorOrChangesNothing) {
  const TemporaryFolder folder;
  write_torch_file(folder.path("a"), {example()[0], example()[2]});
  const std::string good = testing::read_text(folder.path("a"));
  damage_everywhere(good, [&](std::size_t byte, const TorchFile& file) {
    SCOPED_TRACE(byte);
    expect_same(file.tensors, {example()[0], example()[2]});
  });
}

TEST(TorchFile, DamageToALegacyFileIsAnErrorOrStaysInItsPlace) {
  // Nothing protects names and data there: a changed byte of either cannot be seen.
  const TorchFile whole_file = parse(legacy_example());
  damage_everywhere(legacy_example(), [&](std::size_t byte, const TorchFile& file) {
    SCOPED_TRACE(byte);
    ASSERT_EQ(file.tensors.size() + file.ignored.size(), 2u);
    int differences = 0;
    for (const auto& [name, tensor] : file.tensors) {
      const Tensor* expected = whole_file.find(name);
      differences += !expected || tensor.shape() != expected->shape() ||
                     tensor.to_doubles() != expected->to_doubles();
    }
    EXPECT_LE(differences, 1);
  });
}

TEST(TorchFile, EveryTruncationIsRefused) {
  const TemporaryFolder folder;
  write_torch_file(folder.path("a"), example());
  for (const std::string& good : {testing::read_text(folder.path("a")), legacy_example()})
    for (std::size_t length = 0; length < good.size(); ++length) {
      SCOPED_TRACE(length);
      expect_says_where(error_of([&] { parse(good.substr(0, length)); }));
    }
}

TEST(TorchFile, ForbiddenNamesAreRefusedInBothContainers) {
  const std::string attack = dict(text("w") + global("os", "system") + tuple(text("id")) + "R");
  expect_refused(zip_file(attack, {}),
                 "[file: top/data.pkl] byte 10: the pickle mentions 'os.system'");
  const std::string bytes = legacy_file(attack, {});
  expect_refused(bytes, "[file] byte " + std::to_string(bytes.find("cos\nsystem")) +
                            ": the pickle mentions 'os.system'");
}

TEST(TorchFile, WhatCannotBeWrittenIsRefused) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.pth");
  const Tensor w = Tensor::zeros({1}, DType::f32);
  EXPECT_TRUE(says(error_of([&] {
                     write_torch_file(path, {{"w", w}, {"w", w}});
                   }),
                   "appears twice"));
  EXPECT_TRUE(says(error_of([&] { write_torch_file(path, {{"caf\xe9", w}}); }), "not UTF-8"));
  write_torch_file(path, {{"w", w}});
  const std::string before = testing::read_text(path);
  {
    const testing::SmallDisk disk(4096);
    const Tensor large = Tensor::zeros({100, 100}, DType::f32);
    EXPECT_EQ(error_of([&] {
                write_torch_file(path, {{"w", large}});
              }).kind(),
              ErrorKind::resource);
  }
  EXPECT_EQ(testing::read_text(path), before);
}

TEST(TorchFile, AMissingFileIsNamed) {
  EXPECT_TRUE(says(error_of([] { read_torch_file("nowhere.pth"); }), "[nowhere.pth]"));
}

}  // namespace
}  // namespace aufbau::store
