#include <gtest/gtest.h>

#include "store/torch_containers.h"

namespace aufbau::store {
namespace {

using namespace aufbau::testing;  // emitter, containers, errors

TEST(TorchFile, DeepAndSharedDictsAreRefused) {
  std::string deep = "N";
  for (int i = 0; i < 20; ++i) deep = "}" + text("k") + deep + "s";
  expect_refused(zip_file(deep, {}), "more than 16 dicts in each other");
  // Each dict holds the one before it many times: 100^16 entries if nobody counts.
  std::string bomb = std::string("Nq\0", 3);
  std::string previous = std::string("h\0", 2);
  bomb = "](" + bomb;
  for (char level = 1; level < 15; ++level) {
    std::string entries;
    for (int i = 0; i < 100; ++i) entries += integer(i) + previous;
    bomb += dict(entries) + 'q' + level;
    previous = std::string("h") + level;
  }
  expect_refused(zip_file("}" + text("list") + bomb + "es" + text("bomb") + previous + "s", {}),
                 "more than 1048576 entries");
  expect_refused(zip_file(std::string("}q\0", 3) + text("self") + std::string("h\0s", 3), {}),
                 "more than 16 dicts in each other");
  std::string name = "N";
  for (int i = 0; i < 4; ++i) name = "}" + text(std::string(300, 'k')) + name + "s";
  expect_refused(zip_file(name, {}), "a name of 1203 bytes");
}

TEST(TorchFile, WrongObjectsAreRefused) {
  const std::string w = tensor(storage("FloatStorage", "0", 6), 0, {6}, {1});
  const Members data = {{"data/0", bytes_of(kSix)}};
  expect_refused(zip_file(w, data), "one tensor without a name");
  expect_refused(zip_file("](" + w + "e", data), "does not hold a dict of tensors");
  expect_refused(zip_file("}", {}), "holds no tensor");
  expect_refused(zip_file(dict(text("w") + w + text("w") + w), data), "'w' appears twice");
  expect_refused(zip_file(dict("N" + w), data), "neither text nor a whole number");
  expect_refused(zip_file(dict(text("\xc3(") + w), data), "'\\xc3(' is not UTF-8");
  expect_refused(
      zip_file(dict(text("w") + global("torch._utils", "_rebuild_tensor_v2") + "(NNNNNNtR"), {}),
      "tensor 'w' has no storage");
}

TEST(TorchFile, WrongStoragesAreRefused) {
  const auto with = [](const std::string& reference) {
    return zip_file(dict(text("w") + tensor(reference, 0, {6}, {1})), {{"data/0", bytes_of(kSix)}});
  };
  const std::string type = global("torch", "FloatStorage");
  expect_refused(with(storage("FloatStorage", "1", 6)), "member 'top/data/1' is missing");
  expect_refused(with(storage("FloatStorage", "../data/0", 6)), "is missing");
  expect_refused(with(storage("FloatStorage", "0", 7)), "has 24 bytes; its storage needs 28");
  expect_refused(with(storage("DoubleStorage", "0", 6)), "its storage needs 48");
  expect_refused(with(storage("FloatStorage", "0", -1)), "impossible size");
  expect_refused(with(storage("DoubleStorage", "0", INT64_MAX)), "impossible size");
  expect_refused(with(storage("FloatStorage", "", 6)), "a storage without a key");
  expect_refused(
      with(tuple(text("module") + type + text("0") + text("cpu") + integer(6) + "N") + "Q"),
      "not one of a storage");
  expect_refused(
      with(tuple(text("storage") + "N" + text("0") + text("cpu") + integer(6) + "N") + "Q"),
      "a storage type was expected");
  expect_refused(with(tuple(text("storage") + type + text("0") + "N" + integer(6) + "N") + "Q"),
                 "without a location");
  expect_refused(with(tuple(text("storage") + type + text("0") + text("cpu") + integer(6) +
                            tuple(text("1") + integer(0) + integer(6))) +
                      "Q"),
                 "a view of another one");
  const std::string two = tensor(storage("FloatStorage", "0", 6), 0, {6}, {1}) + text("v") +
                          tensor(storage("IntStorage", "0", 6), 0, {6}, {1});
  expect_refused(zip_file(dict(text("w") + two), {{"data/0", bytes_of(kSix)}}),
                 "two types or sizes");
}

TEST(TorchFile, WrongArchivesAreRefused) {
  const std::string good = six(0, {6}, {1});
  const Members data = {{"data/0", bytes_of(kSix)}};
  expect_refused(zip_file(good, data, ""), "member 'top/version' is missing");
  expect_refused(zip_file(good, data, "11\n"), "version '11\\x0a'; 1 to 10 are read");
  expect_refused(zip_file(good, data, "x"), "version 'x'");
  expect_refused(zip_file(good, {data[0], {"byteorder", "pdp"}}), "byte order is 'pdp'");
  expect_refused(zip_file(good, {data[0], {"constants.pkl", ""}}), "TorchScript");
  expect_refused(zip_file(good + ".N", data), "bytes behind the end of the pickle");
  ZipWriter two("file");
  two.add("a/data.pkl", whole(good));
  two.add("b/data.pkl", whole(good));
  expect_refused(two.finish(), "two members data.pkl");
  ZipWriter other("file");
  other.add("word/document.xml", "<xml/>");
  expect_refused(other.finish(), "was not written by torch.save");
}

TEST(TorchFile, WrongLegacyFilesAreRefused) {
  const std::string object = six(0, {6}, {1});
  const LegacyStorage data = {"0", 6, bytes_of(kSix)};
  expect_refused(legacy_file(object, {}), "a list of 1 storage keys was expected");
  expect_refused(legacy_file(object, {{"1", 6, data.data}}),
                 "storage key '1' belongs to no tensor");
  expect_refused(legacy_file(object, {{"0", 5, data.data}}), "has 5 elements; 6 were expected");
  expect_refused(legacy_file(object, {{"0", 6, "short"}}), "reaches behind the end");
  expect_refused(legacy_file(object, {data}) + "x", "1 bytes at the end belong to no storage");
  const std::string two = dict(text("w") + tensor(storage("FloatStorage", "0", 6), 0, {6}, {1}) +
                               text("v") + tensor(storage("FloatStorage", "1", 6), 0, {6}, {1}));
  expect_refused(legacy_file(two, {data, data}), "storage key '0' appears twice");
  std::string big = legacy_file(object, {data});
  big.replace(big.find('\x88'), 1, "\x89");
  expect_refused(big, "does not say that its data are little-endian");
  std::string version = legacy_file(object, {data});
  version[18] = '\xea';
  expect_refused(version, "byte 15: a legacy PyTorch file of version 1001");
  expect_refused("", "neither a zip archive nor a legacy file");
  expect_refused("\x80\x02}.", "neither a zip archive nor a legacy file");
}

}  // namespace
}  // namespace aufbau::store
