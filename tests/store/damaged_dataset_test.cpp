#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cmath>
#include <functional>

#include "store/example_dataset.h"
#include "store/hdf5_edit.h"
#include "testing/errors.h"
#include "testing/files.h"
#include "testing/small_graphs.h"

namespace aufbau::store {
namespace {

using namespace testing;

constexpr int kGraphs = 24;  // 156 nodes, 152 edges

/// One way in which a file can be wrong, and what the reader says of it.
struct Damage {
  const char* name;
  std::function<void(Hdf5Edit&)> damage;
  const char* words;
  ErrorKind kind = ErrorKind::input;
};

const std::vector<Damage> kDamages = {
    {"NewerMajorVersion", [](Hdf5Edit& file) { file.set_attribute("format_version", "2.0"); },
     "format 2.0 is newer than 1.x; use a newer aufbau", ErrorKind::mismatch},
    {"VersionIsNoVersion", [](Hdf5Edit& file) { file.set_attribute("format_version", "one"); },
     "format version 'one'"},
    {"NoVersion", [](Hdf5Edit& file) { file.remove_attribute("format_version"); },
     "'format_version' of / is missing"},
    {"NoFormat", [](Hdf5Edit& file) { file.remove_attribute("format"); }, "not an aufbau-dataset",
     ErrorKind::mismatch},
    {"OtherFormat", [](Hdf5Edit& file) { file.set_attribute("format", "aufbau-graphons"); },
     "not an aufbau-dataset", ErrorKind::mismatch},
    {"Unfinished", [](Hdf5Edit& file) { file.remove_attribute("complete"); }, "is unfinished"},
    {"CompleteIsText", [](Hdf5Edit& file) { file.set_attribute("complete", "yes"); },
     "is not a number"},
    {"SchemaNotJson", [](Hdf5Edit& file) { file.set_attribute("schema", "{"); }, "not JSON",
     ErrorKind::mismatch},
    {"SchemaHashDiffers",
     [](Hdf5Edit& file) { file.set_attribute("schema_sha256", std::string(64, '0')); },
     "does not have the SHA-256"},
    {"SourcesNotAList", [](Hdf5Edit& file) { file.set_attribute("sources", "{}"); },
     "sources is not a list"},
    {"CountsNotJson", [](Hdf5Edit& file) { file.set_attribute("counts", "rows"); }, "not JSON"},
    {"NoNodeOffsets", [](Hdf5Edit& file) { file.remove("/graphs/node_ptr"); },
     "/graphs/node_ptr is missing"},
    {"NoColumn", [](Hdf5Edit& file) { file.remove("/nodes/tag"); }, "/nodes/tag is missing"},
    {"NoEdges", [](Hdf5Edit& file) { file.remove("/edges"); }, "/edges/begin is missing"},
    {"ArrayIsAGroup", [](Hdf5Edit& file) { file.replace_by_group("/nodes/tag"); },
     "/nodes/tag is not an array"},
    {"ColumnsDiffer",
     [](Hdf5Edit& file) { file.replace("/nodes/tag", std::vector<std::int64_t>(155, 0)); },
     "/nodes/tag has 155 entries, expected 156"},
    {"ColumnOfReals",
     [](Hdf5Edit& file) { file.replace("/nodes/tag", std::vector<double>(156, 0)); },
     "/nodes/tag does not hold integers"},
    {"CodeBeyondItsType",
     [](Hdf5Edit& file) { file.replace("/nodes/tag", std::vector<std::int64_t>(156, 70000)); },
     "holds 70000 at position 0"},
    {"CodeBeyondItsCardinality", [](Hdf5Edit& file) { file.set_element("/nodes/element", 3, 120); },
     "column 'element', which has 120 codes"},
    {"EdgeCodeBeyondItsCardinality",
     [](Hdf5Edit& file) { file.set_element("/edges/direction", 0, 3); },
     "column 'direction', which has 3 codes"},
    {"EdgeBeyondItsGraph", [](Hdf5Edit& file) { file.set_element("/edges/end", 0, 2); },
     "graph 1: edge 0 joins"},
    {"SelfLoop", [](Hdf5Edit& file) { file.set_element("/edges/end", 0, 0); }, "self loop"},
    {"OffsetsDescend", [](Hdf5Edit& file) { file.set_element("/graphs/node_ptr", 3, 0); },
     "graph 2: nodes offset 0"},
    {"OffsetsStartLate", [](Hdf5Edit& file) { file.set_element("/graphs/edge_ptr", 0, 1); },
     "do not start with 0"},
    {"OffsetsEndEarly", [](Hdf5Edit& file) { file.set_element("/graphs/node_ptr", kGraphs, 155); },
     "offsets end at 155"},
    {"OffsetsEndLate",
     [](Hdf5Edit& file) { file.set_element("/graphs/node_ptr", kGraphs, 1'000'000); },
     "offset 1000000"},
    {"NegativeOffset",
     [](Hdf5Edit& file) {
       std::vector<std::int64_t> offsets(kGraphs + 1, -1);
       offsets[0] = 0;
       file.replace("/graphs/node_ptr", offsets);
     },
     "graph 0: nodes offset -1"},
    {"FewerEdgeOffsets",
     [](Hdf5Edit& file) { file.replace("/graphs/edge_ptr", std::vector<std::int64_t>{0}); },
     "/graphs/edge_ptr has 1 entries, expected 25"},
    {"NoOffsetsAtAll",
     [](Hdf5Edit& file) { file.replace("/graphs/node_ptr", std::vector<std::int64_t>{}); },
     "/graphs/node_ptr is empty"},
    {"TextOffsetsDescend",
     [](Hdf5Edit& file) { file.set_element("/molecules/smiles/offset", 2, 10000); },
     "offsets of /molecules/smiles do not fit"},
    {"TextOffsetsEndEarly",
     [](Hdf5Edit& file) { file.set_element("/molecules/id/offset", kGraphs, 1); },
     "offsets of /molecules/id do not fit"},
    {"FewerSmiles",
     [](Hdf5Edit& file) { file.replace("/molecules/smiles/offset", std::vector<std::int64_t>{0}); },
     "/molecules/smiles/offset has 1 entries, expected 25"},
    {"ScaffoldBeyondTheTable",
     [](Hdf5Edit& file) { file.set_element("/molecules/scaffold", 0, 7); },
     "/molecules/scaffold holds 7 of 7 scaffolds"},
    {"PartThatIsNone", [](Hdf5Edit& file) { file.set_element("/molecules/part", 0, 3); },
     "part 3 of a split"},
    {"TargetsOfAnotherShape",
     [](Hdf5Edit& file) { file.replace("/targets/values", std::vector<double>(48, 0)); },
     "/targets/values should be 24 x 2"},
    {"InfiniteTarget", [](Hdf5Edit& file) { file.set_real("/targets/values", 1, 1, INFINITY); },
     "an infinite target"},
    {"DeclaredButNotStored",
     [](Hdf5Edit& file) {
       file.declare_deflated("/nodes/element", std::uint64_t{1} << 40, 1 << 16);
     },
     "/nodes/element declares 1099511627776 bytes but only 0 are stored"},
    {"DeclaredContiguous",
     [](Hdf5Edit& file) { file.declare_only("/nodes/element", std::uint64_t{1} << 40); },
     "/nodes/element"},
    {"ChunkLargerThanAnyOfOurs",
     [](Hdf5Edit& file) {
       file.declare_deflated("/nodes/element", std::uint64_t{1} << 31, std::uint64_t{1} << 31);
     },
     "has chunks of 2147483648 bytes"},
    {"ChunkThatInflatesWithoutEnd",
     [](Hdf5Edit& file) { file.replace_by_bomb("/nodes/element", 156, 50'000'000); },
     "/nodes/element is damaged: a chunk does not hold the 156 bytes"},
    {"ChunkThatInflatesTooLittle",
     [](Hdf5Edit& file) { file.replace_by_bomb("/nodes/element", 156, 155); },
     "/nodes/element is damaged: a chunk does not hold the 156 bytes"},
    {"ExternalLink", [](Hdf5Edit& file) { file.move_to_external_link("/nodes", "/etc/passwd"); },
     "/nodes is a soft or external link"},
    {"SoftLink", [](Hdf5Edit& file) { file.move_to_soft_link("/nodes/tag", "/nodes/element"); },
     "/nodes/tag is a soft or external link"},
    {"ExternalStorage",
     [](Hdf5Edit& file) { file.replace_by_external_storage("/nodes/element", "/etc/passwd", 156); },
     "/nodes/element is stored in another file"},
    {"VirtualArray",
     [](Hdf5Edit& file) { file.replace_by_virtual("/nodes/element", "/etc/passwd", 156); },
     "/nodes/element is a virtual array"},
    {"OtherFilter",
     [](Hdf5Edit& file) { file.replace_with_checksum_filter("/nodes/element", 156); },
     "/nodes/element uses HDF5 filter 3"},
};

class DamagedDataset : public ::testing::TestWithParam<Damage> {};

TEST_P(DamagedDataset, IsRefusedWithTheReason) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.h5");
  write_example(path, kGraphs);
  {
    Hdf5Edit edit(path);
    GetParam().damage(edit);
  }
  const Error error = error_of([&] { read_dataset(path); });
  EXPECT_EQ(error.kind(), GetParam().kind) << error.what();
  EXPECT_TRUE(says(error, GetParam().words)) << error.what();
  EXPECT_TRUE(says(error, path)) << error.what();
}
INSTANTIATE_TEST_SUITE_P(Files, DamagedDataset, ::testing::ValuesIn(kDamages),
                         [](const auto& info) { return std::string(info.param.name); });

// The arrays that only networks have: two rings of 5 and 3 nodes.
const std::vector<Damage> kNetworkDamages = {
    {"NoEdgeValues", [](Hdf5Edit& file) { file.remove("/edge_values"); },
     "/edge_values is missing"},
    {"EdgeValuesOfAnotherShape",
     [](Hdf5Edit& file) { file.replace("/edge_values", std::vector<double>(16, 0)); },
     "/edge_values should be 8 x 2"},
    {"EdgeValueThatIsNone", [](Hdf5Edit& file) { file.set_real("/edge_values", 6, 1, NAN); },
     "graph 1: edge 1 has a value that is not a finite number"},
    {"CentreBeyondItsGraph", [](Hdf5Edit& file) { file.set_element("/graphs/centre", 1, 3); },
     "graph 1: its centre is node 3 of 3"},
    {"FewerCentres",
     [](Hdf5Edit& file) { file.replace("/graphs/centre", std::vector<std::int64_t>{0}); },
     "/graphs/centre has 1 entries, expected 2"},
    {"NoNamesOfCentres", [](Hdf5Edit& file) { file.remove("/graphs/centre_name"); },
     "/graphs/centre_name/offset is missing"},
};

class DamagedNetworks : public ::testing::TestWithParam<Damage> {};

TEST_P(DamagedNetworks, AreRefusedWithTheReason) {
  const TemporaryFolder folder;
  const std::string path = folder.path("egos.h5");
  {
    DatasetWriter writer(path, weighted_schema(), {}, false, false, false, true);
    writer.append(weighted_ring(5, 3).view(), {}, {});
    writer.append(weighted_ring(3, 1).view(), {}, {});
    writer.finish({});
  }
  {
    Hdf5Edit edit(path);
    GetParam().damage(edit);
  }
  const Error error = error_of([&] { read_dataset(path); });
  EXPECT_EQ(error.kind(), GetParam().kind) << error.what();
  EXPECT_TRUE(says(error, GetParam().words)) << error.what();
}
INSTANTIATE_TEST_SUITE_P(Files, DamagedNetworks, ::testing::ValuesIn(kNetworkDamages),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(ForeignDataset, IsRefusedWithTheReason) {
  const TemporaryFolder folder;
  EXPECT_TRUE(says(error_of([&] { read_dataset(folder.path("none.h5")); }), "does not exist"));
  const std::string csv = folder.write("a.h5", "smiles,y\nCCO,1\n");
  EXPECT_TRUE(says(error_of([&] { read_dataset(csv); }), "not an HDF5 file"));
  ASSERT_EQ(mkfifo(folder.path("pipe.h5").c_str(), 0600), 0);
  EXPECT_TRUE(says(error_of([&] { read_dataset(folder.path("pipe.h5")); }), "not a file"));
  const Error plain = error_of([&] { read_dataset(test_file("reference/metrics.h5")); });
  EXPECT_EQ(plain.kind(), ErrorKind::mismatch);
  EXPECT_TRUE(says(plain, "not an aufbau-dataset"));
}

TEST(ForeignDataset, ANewerMinorVersionIsRead) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.h5");
  write_example(path, kGraphs);
  {
    Hdf5Edit edit(path);
    edit.set_attribute("format_version", "1.7");
    edit.set_variable_attribute("created_by", "0.9.0");
  }
  EXPECT_EQ(read_dataset(path).graphs.size(), kGraphs);
  EXPECT_EQ(read_dataset_summary(path).format_minor, 7);
  EXPECT_EQ(read_dataset_summary(path).provenance.program_version, "0.9.0");
}

TEST(TruncatedDataset, IsRefusedAtEveryLength) {
  const TemporaryFolder folder;
  write_example(folder.path("a.h5"), kGraphs);
  const std::string bytes = read_text(folder.path("a.h5"));
  for (std::size_t size = 0; size < bytes.size(); size += size < 1000 ? 7 : 997)
    EXPECT_EQ(error_of([&] { parse_dataset(bytes.substr(0, size), "file"); }).kind(),
              ErrorKind::input)
        << size;
  EXPECT_EQ(parse_dataset(bytes, "file").graphs.size(), kGraphs);
}

TEST(FlippedDataset, IsRefusedWhereverTheByteIs) {
  const TemporaryFolder folder;
  write_example(folder.path("a.h5"), kGraphs);
  std::string bytes = read_text(folder.path("a.h5"));
  const std::size_t content = bytes.rfind("\naufbau-seal");
  ASSERT_NE(content, std::string::npos);
  for (std::size_t at = 0; at < content; at += 61) {
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    const Error error = error_of([&] { parse_dataset(bytes, "file"); });
    EXPECT_EQ(error.kind(), ErrorKind::input) << at;
    EXPECT_TRUE(says(error, "SHA-256 differs")) << error.what();
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
  }
  EXPECT_EQ(parse_dataset(bytes, "file").graphs.size(), kGraphs);
}

TEST(FlippedDataset, IsRefusedAsAFileToo) {
  const TemporaryFolder folder;
  const std::string path = folder.path("a.h5");
  write_example(path, kGraphs);
  std::string bytes = read_text(path);
  bytes[bytes.size() / 2] = static_cast<char>(~bytes[bytes.size() / 2]);
  folder.write("a.h5", bytes);
  EXPECT_TRUE(says(error_of([&] { read_dataset(path); }), "SHA-256 differs"));
  EXPECT_TRUE(says(error_of([&] { read_dataset_summary(path); }), "SHA-256 differs"));
}

TEST(UnsealedDataset, IsReadAsBefore) {
  const TemporaryFolder folder;
  write_example(folder.path("a.h5"), kGraphs);
  const std::string bytes = read_text(folder.path("a.h5"));
  const std::string unsealed = bytes.substr(0, bytes.rfind("\naufbau-seal"));
  EXPECT_EQ(parse_dataset(unsealed, "file").graphs.size(), kGraphs);
}

}  // namespace
}  // namespace aufbau::store
