#include "store/dataset_file.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "store/example_dataset.h"
#include "store/hdf5.h"
#include "testing/errors.h"
#include "testing/files.h"
#include "testing/small_disk.h"
#include "testing/small_graphs.h"

namespace aufbau::store {
namespace {

using namespace testing;

std::size_t entries(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

template <class T>
std::vector<T> list(std::span<const T> values) {
  return {values.begin(), values.end()};
}

TEST(DatasetFile, ReadsBackWhatItWrites) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.h5");
  const int count = 50;
  write_example(path, count);
  const DatasetContent content = read_dataset(path);
  EXPECT_EQ(content.graphs.schema(), example_schema());
  ASSERT_EQ(content.graphs.size(), count);
  EXPECT_EQ(content.target_names, (std::vector<std::string>{"activity", "toxic, \"oral\""}));
  ASSERT_EQ(content.targets.size(), 2u * count);
  for (int i = 0; i < count; ++i) {
    const graphs::Graph expected = example_graph(i % 12 + 1);
    const graphs::GraphView graph = content.graphs[i];
    EXPECT_EQ(list(graph.node_codes), expected.node_codes);
    EXPECT_EQ(list(graph.begin), expected.begin);
    EXPECT_EQ(list(graph.end), expected.end);
    EXPECT_EQ(list(graph.edge_codes), expected.edge_codes);
    const MoleculeRecord molecule = example_molecule(i);
    const MoleculeTable& table = content.molecules;
    EXPECT_EQ(table.smiles[i], molecule.smiles);
    EXPECT_EQ(table.id[i], molecule.id);
    EXPECT_EQ(table.line[i], molecule.line);
    EXPECT_EQ(table.scaffold_names[table.scaffold[i]], molecule.scaffold);
    EXPECT_EQ(table.scaffold_names[table.scaffold_achiral[i]], molecule.scaffold_achiral);
    EXPECT_EQ(table.part[i], molecule.part);
    EXPECT_EQ(content.targets[2 * i], example_targets(i)[0]);
    EXPECT_EQ(std::isnan(content.targets[2 * i + 1]), i % 2 == 1);
  }
  EXPECT_EQ(content.provenance.program_version, example_provenance().program_version);
  EXPECT_EQ(content.provenance.rdkit_version, example_provenance().rdkit_version);
  EXPECT_EQ(content.provenance.sources, example_provenance().sources);
  EXPECT_EQ(content.provenance.options_json, example_provenance().options_json);
  EXPECT_EQ(content.provenance.counts_json, example_provenance().counts_json);
}

TEST(DatasetFile, ScaffoldTextsAreStoredOnce) {
  const TemporaryFolder folder;
  write_example(folder.path("a.h5"), 500);
  // "", ring@1..4, ring0, ring1.
  EXPECT_EQ(read_dataset(folder.path("a.h5")).molecules.scaffold_names.size(), 7u);
}

TEST(DatasetFile, CodesTakeTheSmallestTypeTheyNeed) {
  const TemporaryFolder folder;
  write_example(folder.path("a.h5"), 20);
  const auto file = Hdf5File::open(folder.path("a.h5"));
  EXPECT_EQ(file.info("/nodes/element").element_bytes, 1);
  EXPECT_EQ(file.info("/nodes/tag").element_bytes, 2);
  EXPECT_EQ(file.info("/edges/type").element_bytes, 1);
  EXPECT_EQ(file.info("/edges/begin").element_bytes, 2);
}

TEST(DatasetFile, SummaryCountsWithoutReadingTheArrays) {
  const TemporaryFolder folder;
  write_example(folder.path("a.h5"), 24);
  const DatasetSummary summary = read_dataset_summary(folder.path("a.h5"));
  EXPECT_EQ(summary.graph_count, 24);
  EXPECT_EQ(summary.node_count, 2 * 78);
  EXPECT_EQ(summary.edge_count, 2 * (0 + 1 + 75));
  EXPECT_EQ(summary.format_major, 1);
  EXPECT_EQ(summary.format_minor, 1);
  EXPECT_EQ(summary.schema, example_schema());
  EXPECT_EQ(summary.target_names.size(), 2u);
  EXPECT_TRUE(summary.has_molecules);
  EXPECT_EQ(summary.provenance.sources, example_provenance().sources);
}

TEST(DatasetFile, HoldsGeneralGraphsWithoutMoleculesOrTargets) {
  const TemporaryFolder folder;
  const std::string path = folder.path("networks.h5");
  {
    DatasetWriter writer(path, example_schema(), {}, false, false);
    writer.append(example_graph(70000).view(), {}, {});
    writer.append(example_graph(2).view(), {}, {});
    writer.finish({});
  }
  const DatasetContent content = read_dataset(path);
  EXPECT_EQ(content.graphs.size(), 2);
  EXPECT_EQ(content.graphs[0].end[69998], 69999);
  EXPECT_TRUE(content.molecules.smiles.empty());
  EXPECT_TRUE(content.targets.empty());
  EXPECT_FALSE(read_dataset_summary(path).has_molecules);
}

TEST(DatasetFile, HoldsRealValuedEdgesAndCentres) {
  const TemporaryFolder folder;
  const std::string path = folder.path("egos.h5");
  const graphs::Graph ring = weighted_ring(5, 3);
  {
    DatasetWriter writer(path, weighted_schema(), {}, false, false, false, true);
    MoleculeRecord record;
    record.id = "Ada";
    writer.append(ring.view(), record, {});
    writer.append(weighted_ring(3, 1).view(), {}, {});
    writer.finish({});
  }
  const DatasetContent content = read_dataset(path);
  EXPECT_EQ(content.graphs.schema(), weighted_schema());
  EXPECT_EQ(content.graphs[0].centre, 4);
  EXPECT_EQ(content.graphs[1].centre, 2);
  EXPECT_EQ(content.centre_names, (std::vector<std::string>{"Ada", ""}));
  EXPECT_EQ(graphs::Graph(content.graphs[0]).edge_values, ring.edge_values);
  DatasetWriter plain(folder.path("plain.h5"), weighted_schema(), {}, false, false);
  EXPECT_EQ(error_of([&] { plain.append(ring.view(), {}, {}); }).kind(), ErrorKind::internal);
}

TEST(DatasetFile, HoldsNoGraphsAtAll) {
  const TemporaryFolder folder;
  write_example(folder.path("a.h5"), 0);
  const DatasetContent content = read_dataset(folder.path("a.h5"));
  EXPECT_EQ(content.graphs.size(), 0);
  EXPECT_EQ(content.target_names.size(), 2u);
}

TEST(DatasetFile, KnowsWhetherScaffoldsAndPartsWereGiven) {
  const TemporaryFolder folder;
  DatasetWriter writer(folder.path("a.h5"), example_schema(), {}, true, false, false);
  writer.append(example_graph(3).view(), example_molecule(1), {});
  writer.finish({});
  const DatasetContent content = read_dataset(folder.path("a.h5"));
  EXPECT_EQ(content.molecules.smiles.size(), 1u);
  EXPECT_TRUE(content.molecules.scaffold.empty());
  EXPECT_TRUE(content.molecules.part.empty());
}

TEST(DatasetFile, ManyGraphsCrossTheChunks) {
  const TemporaryFolder folder;
  write_example(folder.path("a.h5"), 70000);
  const DatasetContent content = read_dataset(folder.path("a.h5"));
  ASSERT_EQ(content.graphs.size(), 70000);
  for (const int i : {0, 32767, 65535, 65536, 69999}) {
    EXPECT_EQ(list(content.graphs[i].node_codes), example_graph(i % 12 + 1).node_codes) << i;
    EXPECT_EQ(content.molecules.id[i], example_molecule(i).id) << i;
    EXPECT_EQ(content.targets[2 * i], example_targets(i)[0]) << i;
  }
}

TEST(DatasetFile, EqualContentGivesEqualBytes) {
  const TemporaryFolder folder;
  write_example(folder.path("a.h5"), 100);
  write_example(folder.path("b.h5"), 100);
  EXPECT_EQ(read_text(folder.path("a.h5")), read_text(folder.path("b.h5")));
}

TEST(DatasetFile, NothingAppearsBeforeItIsFinished) {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.h5", "old");
  {
    DatasetWriter writer(path, example_schema(), {}, true, false);
    writer.append(example_graph(5).view(), example_molecule(0), {});
    EXPECT_EQ(read_text(path), "old");
  }
  EXPECT_EQ(read_text(path), "old");
  EXPECT_EQ(entries(folder.path()), 1u);
}

TEST(DatasetFile, AFullDiskKeepsTheOldFileAndLeavesNothingElse) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.h5");
  write_example(path, 10);
  const std::string before = read_text(path);
  // From one that fails at the first attribute to one that fails while chunks are written.
  for (const int limit : {0, 100, 5000, 60000, 200000}) {
    const SmallDisk disk(static_cast<rlim_t>(limit));
    const Error error = error_of([&] { write_example(path, 70000); });
    EXPECT_EQ(error.kind(), ErrorKind::resource) << limit << ": " << error.what();
    EXPECT_TRUE(says(error, "[" + path + "]")) << error.what();
  }
  EXPECT_EQ(read_text(path), before);
  EXPECT_EQ(entries(folder.path()), 1u);
}

TEST(DatasetFile, CannotBeWrittenWhereThereIsNoFolder) {
  const TemporaryFolder folder;
  const Error error = error_of([&] { write_example(folder.path("none/a.h5"), 1); });
  EXPECT_EQ(error.kind(), ErrorKind::resource);
  EXPECT_TRUE(says(error, "[" + folder.path("none/a.h5") + "]"));
}

TEST(DatasetFile, AMoleculeOfMoreThan65536AtomsIsRefusedByName) {
  const TemporaryFolder folder;
  DatasetWriter writer(folder.path("a.h5"), example_schema(), {}, true, false);
  const Error error =
      error_of([&] { writer.append(example_graph(65537).view(), example_molecule(0), {}); });
  EXPECT_TRUE(says(error, "65537 nodes"));
}

TEST(DatasetFile, AGraphThatBreaksItsPromisesIsRefused) {
  const TemporaryFolder folder;
  DatasetWriter writer(folder.path("a.h5"), example_schema(), {"t"}, true, false);
  graphs::Graph graph = example_graph(4);
  EXPECT_TRUE(says(error_of([&] { writer.append(graph.view(), {}, {}); }), "0 targets"));
  graph.node_codes[0] = 120;
  EXPECT_EQ(error_of([&] { writer.append(graph.view(), {}, {1.0f}); }).kind(), ErrorKind::internal);
}

TEST(EmbeddingFile, SaysWhichInputRowEachVectorBelongsTo) {
  const TemporaryFolder folder;
  const std::vector<float> values = {1, 2, 3, 4, 5, 6, 7, 8};
  write_embedding_file(folder.path("graph.h5"), 4, values, {});
  write_embedding_file(folder.path("node.h5"), 2, values, {0, 1, 1, 4});
  const auto graph = Hdf5File::open(folder.path("graph.h5"));
  EXPECT_EQ(graph.read<float>("/embeddings"), values);
  EXPECT_EQ(graph.info("/embeddings").shape, (std::vector<std::int64_t>{2, 4}));
  EXPECT_EQ(graph.read<std::int64_t>("/row"), (std::vector<std::int64_t>{0, 1}));
  const auto node = Hdf5File::open(folder.path("node.h5"));
  EXPECT_EQ(node.info("/embeddings").shape, (std::vector<std::int64_t>{4, 2}));
  EXPECT_EQ(node.read<std::int64_t>("/row"), (std::vector<std::int64_t>{0, 2, 2, 2}));
  EXPECT_EQ(node.read<std::int64_t>("/node_ptr"), (std::vector<std::int64_t>{0, 1, 1, 4}));
  EXPECT_EQ(error_of([&] { write_embedding_file(folder.path("a.h5"), 3, values, {}); }).kind(),
            ErrorKind::internal);
  EXPECT_EQ(error_of([&] { write_embedding_file(folder.path("no/a.h5"), 4, values, {}); }).kind(),
            ErrorKind::resource);
}

}  // namespace
}  // namespace aufbau::store
