// The published weights, and what an independent implementation computes with them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "aufbau.h"
#include "molecules/molecule.h"
#include "store/dataset_file.h"
#include "store/hdf5.h"
#include "store/tensor_file.h"
#include "testing/files.h"
#include "testing/near.h"
#include "testing/reference.h"
#include "testing/reference_batch.h"

namespace aufbau {
namespace {

namespace fs = std::filesystem;
using testing::ReferenceFile;
using testing::TemporaryFolder;

/// The folder of the known answers: they are too large for the repository. Empty: not there.
std::string reference_folder() {
  const char* folder = std::getenv("AUFBAU_REFERENCE");
  if (folder != nullptr && *folder != '\0') return folder;
  const std::string file = testing::data_file("../reference/checkpoint_outputs.h5");
  return file.empty() ? "" : fs::path(file).parent_path().string();
}

std::vector<std::string> weights_in(const std::string& folder) {
  std::vector<std::string> files;
  if (!folder.empty() && fs::is_directory(folder))
    for (const auto& entry : fs::directory_iterator(folder))
      if (entry.path().extension() == ".pth" || entry.path().extension() == ".safetensors")
        files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

std::string import_into(const TemporaryFolder& folder, const std::string& file) {
  ImportOptions options;
  options.input = file;
  options.output = folder.path("model.safetensors");
  options.force = true;
  return import_weights(options).model;
}

TEST(PublishedWeights, ComeInAndGoOutByteForByte) {
  std::vector<std::string> files = weights_in(testing::data_file("checkpoints"));
  if (const std::string folder = reference_folder(); !folder.empty())
    for (const auto& file : weights_in(folder + "/checkpoints")) files.push_back(file);
  if (files.empty()) GTEST_SKIP() << "there are no published weights in the folder of AUFBAU_DATA";
  const TemporaryFolder folder;
  for (const auto& file : files) {
    SCOPED_TRACE(file);
    const std::string model = import_into(folder, file);
    const auto tensors = store::read_tensor_file(model).tensors;
    for (const char* ending : {"pth", "safetensors"}) {
      const std::string out = folder.path(std::string("out.") + ending);
      export_weights({.model = model, .output = out, .force = true});
      const TemporaryFolder second;
      const auto again = store::read_tensor_file(import_into(second, out)).tensors;
      ASSERT_EQ(again.size(), tensors.size());
      for (std::size_t i = 0; i < tensors.size(); ++i) {
        ASSERT_EQ(again[i].name, tensors[i].name);
        ASSERT_EQ(again[i].tensor.shape(), tensors[i].tensor.shape()) << tensors[i].name;
        EXPECT_EQ(again[i].tensor.to_doubles(), tensors[i].tensor.to_doubles()) << tensors[i].name;
      }
    }
  }
}

/// The graphs of the reference as a dataset file.
std::string write_dataset(const TemporaryFolder& folder, const std::vector<graphs::Graph>& graphs) {
  const std::string path = folder.path("graphs.h5");
  store::DatasetWriter writer(path, molecules::schema_by_name("hu2"), {},
                              /*with_molecules=*/false, /*with_parts=*/false);
  for (const auto& graph : graphs) writer.append(graph.view(), {}, {});
  writer.finish({});
  return path;
}

std::vector<double> embedded(const TemporaryFolder& folder, const std::string& input,
                             const std::string& model, const std::string& level,
                             const std::string& pooling) {
  EmbedOptions options;
  options.input = input;
  options.model = model;
  options.output = folder.path("embeddings.h5");
  options.level = level;
  options.pooling = pooling;
  options.force = true;
  embed(options);
  return ReferenceFile(options.output).doubles("/embeddings");
}

TEST(PublishedWeights, ImportedModelsEmbedAsTheirProgramDoes) {
  const std::string folder = reference_folder();
  if (folder.empty() || !fs::exists(folder + "/checkpoint_outputs.h5"))
    GTEST_SKIP() << "checkpoint_outputs.h5 is not in the folder of the known answers";
  const ReferenceFile file(folder + "/checkpoint_outputs.h5");
  const TemporaryFolder work;
  const auto graphs = testing::reference_graphs(file, "/batch");
  const std::string dataset = write_dataset(work, graphs);
  int compared = 0;
  for (const auto& group : file.groups("/")) {
    const std::string answers = '/' + group;
    if (!file.has(answers + "/graph_representation")) continue;
    for (const char* ending : {".pth", ".safetensors"}) {
      const std::string weights = folder + "/checkpoints/" + group + ending;
      if (!fs::exists(weights)) continue;
      SCOPED_TRACE(weights);
      const std::string model = import_into(work, weights);
      const auto expect = [&](const std::string& name, std::vector<double> got) {
        const auto expected = file.doubles(answers + name);
        ASSERT_GE(got.size(), expected.size());
        got.resize(expected.size());  // nodes are stored of the first molecules only
        testing::expect_near(group + name, got, expected, 2e-5 * testing::largest(expected));
      };
      expect("/graph_representation",
             embedded(work, dataset, model, "graph", file.text_attribute(answers, "pooling")));
      expect("/node_representation", embedded(work, dataset, model, "node", ""));
      // From the text on: the same molecules through RDKit.
      const std::string text = folder + "/data/checkpoint.smi";
      if (fs::exists(text))
        expect("/graph_representation",
               embedded(work, text, model, "graph", file.text_attribute(answers, "pooling")));
      ++compared;
    }
  }
  EXPECT_GT(compared, 0) << "no weights beside " << folder;
}

}  // namespace
}  // namespace aufbau
