#pragma once
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "store/torch_emitter.h"
#include "store/torch_file.h"
#include "store/torch_zip.h"
#include "testing/errors.h"

namespace aufbau::testing {

using namespace pickle;
using Members = std::vector<std::pair<std::string, std::string>>;

/// A zip container around the opcodes of one object; members are named without the top folder.
inline std::string zip_file(const std::string& object, const Members& members,
                            const std::string& version = "3\n") {
  store::ZipWriter zip("file");
  zip.add("top/data.pkl", whole(object));
  for (const auto& [name, content] : members) zip.add("top/" + name, content);
  if (!version.empty()) zip.add("top/version", version);
  return zip.finish();
}

inline store::TorchFile parse(const std::string& bytes) {
  return store::parse_torch_file(bytes, "file");
}

/// A dict with the tensor 'w' over six f32 elements 0..5.
inline std::string six(std::int64_t offset, const std::vector<std::int64_t>& shape,
                       const std::vector<std::int64_t>& strides) {
  return dict(text("w") + tensor(storage("FloatStorage", "0", 6), offset, shape, strides));
}
inline const std::vector<float> kSix = {0, 1, 2, 3, 4, 5};
inline std::string six_file(std::int64_t offset, const std::vector<std::int64_t>& shape,
                            const std::vector<std::int64_t>& strides) {
  return zip_file(six(offset, shape, strides), {{"data/0", bytes_of(kSix)}});
}

inline void expect_refused(const std::string& bytes, const std::string& words) {
  const Error error = error_of([&] { parse(bytes); });
  EXPECT_EQ(error.kind(), ErrorKind::input);
  EXPECT_TRUE(says(error, words)) << error.what();
}

}  // namespace aufbau::testing
