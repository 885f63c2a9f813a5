#include <gtest/gtest.h>

#include "nn/published.h"
#include "store/torch_file.h"
#include "testing/files.h"
#include "testing/reference_batch.h"

namespace aufbau::nn {
namespace {

struct Checkpoint {
  const char *name, *encoder;
  std::size_t left, changed;
};
class PublishedCheckpoints : public ::testing::TestWithParam<Checkpoint> {};
INSTANTIATE_TEST_SUITE_P(
    Published, PublishedCheckpoints,
    ::testing::Values(Checkpoint{"pretrain-gnns_chem_gcn_contextpred.pth", "gcn", 0, 0},
                      Checkpoint{"pretrain-gnns_chem_gcn_supervised.pth", "gcn", 0, 0},
                      Checkpoint{"pretrain-gnns_chem_gcn_supervised_contextpred.pth", "gcn", 0, 0},
                      // Left: the projection feat_lin and out_lin, six tensors.
                      Checkpoint{"molclr_gcn_model.pth", "molclr-gcn", 6, 6}));

TEST_P(PublishedCheckpoints, ComeInAndGoOutUnchanged) {
  const std::string path = testing::data_file(std::string("checkpoints/") + GetParam().name);
  if (path.empty()) GTEST_SKIP() << GetParam().name << " is not in the folder of AUFBAU_DATA";
  const store::TorchFile file = store::read_torch_file(path);
  const PublishedModel imported =
      model_from_state_dict(file.tensors, testing::reference_schema(), {}, path);
  EXPECT_EQ(imported.model.encoder.type, GetParam().encoder);
  EXPECT_EQ(imported.model.encoder.layers, 5);
  EXPECT_EQ(imported.model.encoder.width, 300);
  EXPECT_EQ(imported.left.size(), GetParam().left);
  EXPECT_EQ(imported.changed.size(), GetParam().changed);

  const testing::TemporaryFolder folder;
  store::write_torch_file(folder.path("out.pth"), state_dict_of(imported.model).tensors);
  const store::TorchFile out = store::read_torch_file(folder.path("out.pth"));
  ASSERT_EQ(out.tensors.size() + GetParam().left, file.tensors.size());
  for (std::size_t i = 0; i < out.tensors.size(); ++i) {
    EXPECT_EQ(out.tensors[i].name, file.tensors[i].name);
    EXPECT_EQ(out.tensors[i].tensor.shape(), file.tensors[i].tensor.shape());
    EXPECT_EQ(out.tensors[i].tensor.to_doubles(), file.tensors[i].tensor.to_doubles())
        << out.tensors[i].name;
  }
}

}  // namespace
}  // namespace aufbau::nn
