#include <gtest/gtest.h>

#include <cctype>

#include "store/atomic_file.h"
#include "store/torch_file.h"
#include "testing/files.h"

namespace aufbau::store {
namespace {

/// A published file: the beginning of its SHA-256, and what Hu et al. and Wang et al. put into it.
struct Published {
  const char *name, *sha256;
  std::size_t tensors;
  std::int64_t values, batches;  ///< f32 values without running statistics; steps of training
};

class PublishedFiles : public ::testing::TestWithParam<Published> {};
TEST_P(PublishedFiles, HoldTheTensorsTheyAreKnownFor) {
  const Published& expected = GetParam();
  const std::string path = testing::data_file(std::string("checkpoints/") + expected.name);
  if (path.empty()) GTEST_SKIP() << expected.name << " is not in the folder of AUFBAU_DATA";
  EXPECT_TRUE(sha256_of_file(path).starts_with(expected.sha256));
  const TorchFile file = read_torch_file(path);
  EXPECT_EQ(file.tensors.size(), expected.tensors);
  EXPECT_TRUE(file.ignored.empty());
  std::int64_t values = 0;
  for (const auto& [name, tensor] : file.tensors) {
    if (name.ends_with("num_batches_tracked")) {
      EXPECT_EQ(tensor.shape(), Shape{}) << name;
      EXPECT_EQ(tensor.dtype(), DType::i64) << name;
      EXPECT_EQ(tensor.item(), expected.batches) << name;
      continue;
    }
    EXPECT_EQ(tensor.dtype(), DType::f32) << name;
    EXPECT_TRUE(all_finite(tensor)) << name;
    if (name.find("running_") == std::string::npos) values += tensor.size();
  }
  EXPECT_EQ(values, expected.values);
}
INSTANTIATE_TEST_SUITE_P(TorchFile, PublishedFiles,
                         ::testing::Values(Published{"pretrain-gnns_chem_gcn_contextpred.pth",
                                                     "ff1d9c5e5c198b8f", 47, 504'900, 781'300},
                                           Published{"pretrain-gnns_chem_gcn_supervised.pth",
                                                     "8fb73bcce4991d67", 47, 504'900, 1'346'000},
                                           Published{
                                               "pretrain-gnns_chem_gcn_supervised_contextpred.pth",
                                               "49cf0465e623c14f", 47, 504'900, 2'127'300},
                                           Published{"molclr_gcn_model.pth", "870e4599856867f4", 53,
                                                     1'039'236, 3'673'692}),
                         [](const auto& info) {
                           std::string name = info.param.name;
                           for (char& c : name)
                             if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
                           return name;
                         });

TEST(TorchFile, ShapesOfThePublishedGcn) {
  const std::string path = testing::data_file("checkpoints/pretrain-gnns_chem_gcn_contextpred.pth");
  if (path.empty()) GTEST_SKIP() << "the published files are not in the folder of AUFBAU_DATA";
  const TorchFile file = read_torch_file(path);
  std::vector<std::pair<std::string, Shape>> expected = {{"x_embedding1.weight", {120, 300}},
                                                         {"x_embedding2.weight", {3, 300}}};
  for (int i = 0; i < 5; ++i) {
    const std::string layer = "gnns." + std::to_string(i) + '.';
    expected.insert(expected.end(), {{layer + "linear.weight", {300, 300}},
                                     {layer + "linear.bias", {300}},
                                     {layer + "edge_embedding1.weight", {6, 300}},
                                     {layer + "edge_embedding2.weight", {3, 300}}});
  }
  for (int i = 0; i < 5; ++i)
    for (const char* name :
         {"weight", "bias", "running_mean", "running_var", "num_batches_tracked"})
      expected.push_back({"batch_norms." + std::to_string(i) + '.' + name,
                          std::string(name) == "num_batches_tracked" ? Shape{} : Shape{300}});
  ASSERT_EQ(file.tensors.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(file.tensors[i].name, expected[i].first) << "in the order of the file";
    EXPECT_EQ(file.tensors[i].tensor.shape(), expected[i].second) << expected[i].first;
  }
  // Hydrogen does not occur in the training molecules: its row is still the first draw.
  EXPECT_FLOAT_EQ(file.tensors[0].tensor.values<float>()[0], -0.06167218f);
}

}  // namespace
}  // namespace aufbau::store
