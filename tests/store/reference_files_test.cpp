// Every known-answer file can be read to its last value through the helpers of the tests.
#include <gtest/gtest.h>

#include "core/error.h"
#include "testing/reference.h"

namespace aufbau::testing {
namespace {

class ReferenceFiles : public ::testing::TestWithParam<const char*> {};

/// Number of values below a group; strings count by their texts.
std::size_t read_all(const ReferenceFile& file, const std::string& group) {
  std::size_t count = 0;
  for (const auto& name : file.datasets(group)) {
    const std::string path = group == "/" ? "/" + name : group + "/" + name;
    std::size_t expected = 1;
    for (const auto extent : file.shape(path)) expected *= static_cast<std::size_t>(extent);
    std::size_t got = 0;
    try {
      got = file.doubles(path).size();
    } catch (const Error&) {
      got = file.strings(path).size();
    }
    EXPECT_EQ(got, expected) << path;
    count += got;
  }
  for (const auto& name : file.groups(group))
    count += read_all(file, group == "/" ? "/" + name : group + "/" + name);
  return count;
}

TEST_P(ReferenceFiles, AreReadToTheLastValue) {
  const ReferenceFile file(GetParam());
  EXPECT_GT(read_all(file, "/"), 0u);
}
INSTANTIATE_TEST_SUITE_P(All, ReferenceFiles,
                         ::testing::Values("encoder.h5", "featurise.h5", "metrics.h5",
                                           "objectives.h5", "pooling.h5", "splits.h5",
                                           "training_trace.h5"));

/// The cases of the encoder: the groups that hold parameters.
std::vector<std::string> encoder_cases(const ReferenceFile& file) {
  std::vector<std::string> cases;
  for (const auto& name : file.groups("/small"))
    if (file.has("/small/" + name + "/parameters")) cases.push_back("/small/" + name);
  return cases;
}

TEST(ReferenceFile, GivesParametersByNameAndShape) {
  const ReferenceFile file("encoder.h5");
  ASSERT_FALSE(encoder_cases(file).empty());
  for (const auto& name : encoder_cases(file)) {
    const auto parameters = file.tensors(name + "/parameters");
    ASSERT_TRUE(parameters.contains("x_embedding1.weight")) << name;
    EXPECT_EQ(parameters.at("x_embedding1.weight").dtype(), DType::f64);
    EXPECT_EQ(parameters.at("x_embedding1.weight").shape(),
              file.shape(name + "/parameters/x_embedding1.weight"));
  }
}

TEST(ReferenceFile, UnpacksGradientsOfTheSizeOfTheirParameters) {
  const ReferenceFile file("encoder.h5");
  int compared = 0;
  for (const auto& name : encoder_cases(file)) {
    const auto parameters = file.tensors(name + "/parameters");
    for (const auto& jk : file.groups(name)) {
      const std::string grad = name + "/" + jk + "/grad";
      if (!file.has(grad)) continue;
      for (const auto& [tensor, values] : file.packed(grad)) {
        ASSERT_TRUE(parameters.contains(tensor)) << grad << ' ' << tensor;
        EXPECT_EQ(static_cast<std::int64_t>(values.size()), parameters.at(tensor).size()) << tensor;
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 0);
}

}  // namespace
}  // namespace aufbau::testing
