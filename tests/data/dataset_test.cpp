#include "data/dataset.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "core/parallel.h"
#include "data/example_dataset.h"
#include "testing/errors.h"
#include "testing/files.h"

namespace aufbau::data {
namespace {

using namespace testing;

store::DatasetContent example() { return content_with_scaffolds({0, 1, 1, 0, 2}); }

TEST(Dataset, OpensWhatAWriterWrote) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.h5");
  const store::DatasetContent content = example();
  {
    store::DatasetWriter writer(path, content.graphs.schema(), content.target_names, true, false);
    for (std::int64_t i = 0; i < content.graphs.size(); ++i) {
      store::MoleculeRecord molecule;
      molecule.smiles = content.molecules.smiles[static_cast<std::size_t>(i)];
      writer.append(content.graphs[i], molecule, {content.targets[static_cast<std::size_t>(i)]});
    }
    writer.finish({});
  }
  const Dataset dataset = Dataset::open(path);
  EXPECT_EQ(dataset.path(), path);
  EXPECT_EQ(dataset.size(), 5);
  EXPECT_EQ(dataset.graph(3).node_codes[0], 3);
  EXPECT_EQ(dataset.target(4, 0), 4.0f);
  EXPECT_EQ(dataset.target_names(), (std::vector<std::string>{"activity"}));
  EXPECT_EQ(dataset.hash(), Dataset(content).hash());
}

TEST(Dataset, TargetsOutOfRangeAreOurMistake) {
  const Dataset dataset(example());
  for (const auto& [i, t] : {std::pair{-1, 0}, {5, 0}, {0, 1}, {0, -1}})
    EXPECT_EQ(error_of([&] { dataset.target(i, t); }).kind(), ErrorKind::internal);
}

TEST(Dataset, HashIsOfTheDataNotOfTheFileOrItsHistory) {
  const std::string hash = Dataset(example(), "a.h5").hash();
  EXPECT_EQ(hash.size(), 64u);
  store::DatasetContent other = example();
  other.provenance.program_version = "9";
  other.molecules.line = {9, 8, 7, 6, 5};
  other.molecules.scaffold.clear();
  EXPECT_EQ(Dataset(other, "b.h5").hash(), hash);
}

TEST(Dataset, HashChangesWithAnyCodeTargetOrSmiles) {
  const std::string hash = Dataset(example()).hash();
  store::DatasetContent target = example();
  target.targets[2] += 1;
  EXPECT_NE(Dataset(target).hash(), hash);
  store::DatasetContent smiles = example();
  std::swap(smiles.molecules.smiles[0], smiles.molecules.smiles[1]);
  EXPECT_NE(Dataset(smiles).hash(), hash);
  store::DatasetContent name = example();
  name.target_names[0] = "toxicity";
  EXPECT_NE(Dataset(name).hash(), hash);
  store::DatasetContent graph = example();
  graph.graphs.clear();
  for (std::int64_t i = 0; i < 5; ++i) {
    const std::vector<std::uint16_t> codes = {static_cast<std::uint16_t>(i == 4 ? 5 : i)};
    graph.graphs.append({1, 0, codes, {}, {}, {}});
  }
  EXPECT_NE(Dataset(graph).hash(), hash);
}

TEST(Dataset, EveryNanIsTheSameMissingTarget) {
  store::DatasetContent quiet = example(), payload = example();
  quiet.targets[1] = std::nanf("");
  payload.targets[1] = std::bit_cast<float>(0xffc00123u);
  EXPECT_EQ(Dataset(quiet).hash(), Dataset(payload).hash());
}

TEST(Dataset, HashIsTheSameAtAnyNumberOfThreads) {
  const store::DatasetContent content = content_with_scaffolds(std::vector<std::int32_t>(10000, 0));
  std::string hashes[2];
  for (const int threads : {1, 2}) {
    const ThreadScope scope(threads);
    hashes[threads - 1] = Dataset(content).hash();
  }
  EXPECT_EQ(hashes[0], hashes[1]);
}

TEST(Dataset, PartsThatDoNotFitTogetherAreOurMistake) {
  store::DatasetContent content = example();
  content.targets.pop_back();
  EXPECT_EQ(error_of([&] { Dataset dataset(content); }).kind(), ErrorKind::internal);
}

}  // namespace
}  // namespace aufbau::data
