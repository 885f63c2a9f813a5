#include "store/state_dict_file.h"

#include <gtest/gtest.h>

#include "core/text.h"
#include "store/torch_containers.h"
#include "testing/errors.h"
#include "testing/files.h"

namespace aufbau::store {
namespace {

using namespace aufbau::testing;  // emitter, containers, errors, files

std::vector<NamedTensor> example() {
  return {{"w", Tensor::from(std::vector<float>{1.5f, -2.0f}, {2})},
          {"n", Tensor::from(std::vector<std::int64_t>{7}, {})}};
}

TEST(StateDictFile, ReadsBackWhatItWrites) {
  const TemporaryFolder folder;
  for (const char* name : {"a.pth", "a.pt", "a.safetensors"}) {
    write_state_dict(folder.path(name), example());
    const StateDictFile file = read_state_dict(folder.path(name));
    ASSERT_EQ(file.tensors.size(), 2u) << name;
    for (const auto& [tensor_name, tensor] : file.tensors)
      EXPECT_EQ(tensor.to_doubles(),
                tensor_name == "w" ? std::vector<double>({1.5, -2}) : std::vector<double>({7}));
    EXPECT_EQ(file.sha256, sha256_hex(read_text(folder.path(name))));
  }
}

TEST(StateDictFile, TheContainerIsToldByTheBytes) {
  const TemporaryFolder folder;
  write_state_dict(folder.path("a.safetensors"), example());
  const std::string tensors = folder.write("a.pth", read_text(folder.path("a.safetensors")));
  EXPECT_EQ(read_state_dict(tensors).metadata.at("format"), "pt");
  const std::string pickled = folder.write(
      "b.safetensors", legacy_file(dict(text("epoch") + integer(3) + text("w") +
                                        tensor(storage("FloatStorage", "0", 6), 0, {6}, {1})),
                                   {{"0", 6, bytes_of(kSix)}}));
  const StateDictFile file = read_state_dict(pickled);
  EXPECT_EQ(file.tensors[0].name, "w");
  EXPECT_EQ(file.ignored, std::vector<std::string>{"epoch"});
  EXPECT_TRUE(file.metadata.empty());
}

TEST(StateDictFile, WhatIsNeitherIsRefused) {
  const TemporaryFolder folder;
  for (const std::string bytes : {"", "{}", "hello, world", "\x89HDF\r\n\x1a\n"}) {
    const Error error = error_of([&] { read_state_dict(folder.write("x", bytes)); });
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_TRUE(says(error, "byte 0: begins neither as")) << error.what();
  }
  EXPECT_TRUE(says(error_of([] { read_state_dict("nowhere.pth"); }), "[nowhere.pth]"));
}

TEST(StateDictFile, TheEndingSaysWhatIsWritten) {
  const Error error = error_of([] { write_state_dict("model.bin", example()); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(error, "[model.bin]") && says(error, ".pth, .pt or .safetensors"))
      << error.what();
}

}  // namespace
}  // namespace aufbau::store
