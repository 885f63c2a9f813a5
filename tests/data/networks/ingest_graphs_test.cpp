#include "data/networks/ingest_graphs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <set>

#include "store/dataset_file.h"
#include "testing/errors.h"
#include "testing/files.h"

namespace aufbau::data {
namespace {

using testing::error_of;
using testing::says;
using Ints = std::vector<std::int32_t>;
using Decisions = std::vector<std::pair<std::string, std::int64_t>>;

class IngestGraphs : public ::testing::Test {
 protected:
  IngestGraphsOptions options_for(std::string_view text) const {
    IngestGraphsOptions options;
    options.inputs = {folder_.write("in.txt", text)};
    options.output = folder_.path("out.h5");
    options.force = true;
    return options;
  }
  store::DatasetContent stored() const { return store::read_dataset(folder_.path("out.h5")); }
  std::string rejects() const { return testing::read_text(folder_.path("out.rejects.csv")); }
  void expect_error(const IngestGraphsOptions& options, ErrorKind kind, const char* part) const {
    const Error error = error_of([&] { data::ingest_graphs(options); });
    EXPECT_EQ(error.kind(), kind) << error.what();
    EXPECT_TRUE(says(error, part)) << error.what();
  }
  testing::TemporaryFolder folder_;
};

TEST_F(IngestGraphs, NumbersNodesByTheirNames) {
  const IngestSummary summary =
      data::ingest_graphs(options_for("10 9\n# a comment\n\n9,2\n2 10\n"));
  EXPECT_EQ(summary.stored, 1);
  EXPECT_EQ(summary.rejected, 0);
  const graphs::GraphSet& graphs = stored().graphs;
  EXPECT_EQ(graphs[0].node_count(), 3);  // 2 9 10
  EXPECT_EQ(graphs::Graph(graphs[0]).begin, (Ints{2, 1, 0}));
  EXPECT_EQ(graphs::Graph(graphs[0]).end, (Ints{1, 0, 2}));
  EXPECT_EQ(graphs.schema(), graphs::network_schema());
  EXPECT_FALSE(graphs.has_centres());
}

TEST_F(IngestGraphs, LeavesOutAndCountsWhatANetworkDoesNotHold) {
  const IngestSummary summary =
      data::ingest_graphs(options_for("from to weight\na b 1\nb a 2\nb b 3\nb c 4\nb\n"));
  EXPECT_EQ(summary.decisions, (Decisions{{"header lines", 1},
                                          {"self loops left out", 1},
                                          {"repeated edges left out", 1},
                                          {"columns left out", 1}}));
  EXPECT_EQ(summary.rejected, 1);
  EXPECT_EQ(rejects(), "source,line,text,code,reason\n" + folder_.path("in.txt") +
                           ",6,b,syntax,\"expected two nodes, got one field\"\n");
  EXPECT_EQ(stored().graphs.edge_count(), 2);
}

TEST_F(IngestGraphs, ALineOfCountsAboveTheEdgesIsAHeader) {
  const IngestSummary summary = data::ingest_graphs(options_for("3 2\n0 1 0.5\n1 2 0.25\n"));
  EXPECT_EQ(summary.decisions, (Decisions{{"header lines", 1}, {"columns left out", 1}}));
  EXPECT_EQ(stored().graphs.node_count(), 3);
}

TEST_F(IngestGraphs, KeepsTheValuesThatAreNamed) {
  IngestGraphsOptions options = options_for("0 1 7 0.5\n1 2 8 -1e3\n2 3 9 nan\n2 3 9\n");
  options.edge_values = {"-", "weight"};
  const IngestSummary summary = data::ingest_graphs(options);
  EXPECT_EQ(summary.rejected_by_code, (Decisions{{"syntax", 2}}));
  const store::DatasetContent content = stored();
  EXPECT_EQ(content.graphs.schema(), graphs::network_schema(1, {"weight"}));
  EXPECT_EQ(graphs::Graph(content.graphs[0]).edge_values, (std::vector<float>{0.5, -1e3f}));
}

TEST_F(IngestGraphs, CutsEgoNetworksWithLabelsAndNames) {
  IngestGraphsOptions options = options_for("a b\nb c\nc d\n");
  options.labels = folder_.write("labels.txt", "node label\na 0\nb 1\nc 1\nz 0\nb 0\nbad\n");
  options.ego_hops = 1;
  const IngestSummary summary = data::ingest_graphs(options);
  EXPECT_EQ(summary.stored, 5);
  EXPECT_EQ(summary.targets, (std::vector<std::string>{"label"}));
  EXPECT_EQ(summary.decisions, (Decisions{{"nodes that only the labels name", 1}}));
  EXPECT_EQ(summary.rejected_by_code, (Decisions{{"bad-target", 1}, {"duplicate", 1}}));
  const store::DatasetContent content = stored();
  EXPECT_EQ(content.centre_names, (std::vector<std::string>{"a", "b", "c", "d", "z"}));
  Ints sizes, centres;
  for (std::int64_t g = 0; g < content.graphs.size(); ++g) {
    sizes.push_back(content.graphs[g].node_count());
    centres.push_back(content.graphs[g].centre);
  }
  EXPECT_EQ(sizes, (Ints{2, 3, 3, 2, 1}));
  EXPECT_EQ(centres, (Ints{0, 1, 1, 1, 0}));
  EXPECT_EQ(content.targets[0], 0);
  EXPECT_EQ(content.targets[1], 1);
  EXPECT_EQ(content.targets[2], 1);
  EXPECT_TRUE(std::isnan(content.targets[3]));
  EXPECT_EQ(content.targets[4], 0);
}

TEST_F(IngestGraphs, ThreeLabelsAreATargetEach) {
  IngestGraphsOptions options = options_for("0 1\n1 2\n");
  options.labels = folder_.write("labels.txt", "0 10\n1 9\n2 x\n");
  options.ego_hops = 1;
  EXPECT_EQ(data::ingest_graphs(options).targets,
            (std::vector<std::string>{"label=10", "label=9", "label=x"}));
  EXPECT_EQ(stored().targets, (std::vector<float>{1, 0, 0, 0, 1, 0, 0, 0, 1}));
}

TEST_F(IngestGraphs, RefusesEgoNetworksAboveTheLimitByName) {
  IngestGraphsOptions options = options_for("hub a\nhub b\nhub c\n");
  options.ego_hops = 1;
  options.ego_max_nodes = 3;
  const IngestSummary summary = data::ingest_graphs(options);
  EXPECT_EQ(summary.stored, 3);
  EXPECT_EQ(summary.rows, 4);
  EXPECT_EQ(summary.rejected_by_code, (Decisions{{"too-large", 1}}));
  EXPECT_NE(rejects().find(",hub,too-large,the ego network of this node has more than 3 nodes"),
            std::string::npos)
      << rejects();
}

TEST_F(IngestGraphs, DrawsCentresBySeed) {
  std::string ring;
  for (int v = 0; v < 50; ++v)
    ring += std::to_string(v) + ' ' + std::to_string((v + 1) % 50) + '\n';
  IngestGraphsOptions options = options_for(ring);
  options.ego_hops = 2;
  options.ego_count = 12;
  const auto names = [&](std::uint64_t seed) {
    options.seed = seed;
    EXPECT_EQ(data::ingest_graphs(options).stored, 12);
    return stored().centre_names;
  };
  const std::vector<std::string> first = names(1);
  EXPECT_EQ(std::set<std::string>(first.begin(), first.end()).size(), 12u);
  EXPECT_EQ(names(1), first);
  EXPECT_NE(names(2), first);
}

constexpr const char* kTwoGraphs = "2\n3 1\n0 1 1\n4 2 0 2\n0 1 1\n2 -1\n0 1 1 0.5\n0 0\n";

TEST_F(IngestGraphs, ReadsSetsOfGraphs) {
  const IngestSummary summary = data::ingest_graphs(options_for(kTwoGraphs));
  EXPECT_EQ(summary.targets, (std::vector<std::string>{"label"}));
  EXPECT_EQ(summary.decisions, (Decisions{{"columns left out", 1}}));
  const store::DatasetContent content = stored();
  ASSERT_EQ(content.graphs.size(), 2);
  EXPECT_EQ(content.graphs.schema(), graphs::network_schema(5));
  EXPECT_EQ(graphs::Graph(content.graphs[0]).node_codes, (std::vector<std::uint16_t>{0, 4, 0}));
  EXPECT_EQ(graphs::Graph(content.graphs[0]).begin, (Ints{0, 1}));
  EXPECT_EQ(content.graphs[1].edge_count(), 1);  // named by one of its nodes only
  EXPECT_EQ(content.targets, (std::vector<float>{1, 0}));
}

TEST_F(IngestGraphs, ManyTagsThanAskedForAreUnknown) {
  IngestGraphsOptions options = options_for(kTwoGraphs);
  options.node_tags = 2;
  EXPECT_EQ(data::ingest_graphs(options).decisions,
            (Decisions{{"columns left out", 1}, {"unknown tags", 1}}));
  EXPECT_EQ(graphs::Graph(stored().graphs[0]).node_codes, (std::vector<std::uint16_t>{0, 2, 0}));
}

TEST_F(IngestGraphs, ABadGraphOfASetIsARowWithItsReason) {
  const IngestSummary summary =
      data::ingest_graphs(options_for("3\n2 0\n0 1 5\n0 0\n1 0\n0 9 1\n1 1\n7 0\n"));
  EXPECT_EQ(summary.rows, 3);
  EXPECT_EQ(summary.stored, 1);
  EXPECT_EQ(summary.rejected, 2);
  EXPECT_NE(rejects().find(",2,2 0,syntax,line 3: neighbour '5' of a graph of 2 nodes"),
            std::string::npos);
  EXPECT_NE(rejects().find(",5,1 0,syntax,line 6: the number of neighbours does not fit the line"),
            std::string::npos)
      << rejects();
}

TEST_F(IngestGraphs, TheSameInputGivesTheSameBytes) {
  IngestGraphsOptions options = options_for(kTwoGraphs);
  data::ingest_graphs(options);
  const std::string first = testing::read_text(options.output);
  data::ingest_graphs(options);
  EXPECT_EQ(testing::read_text(options.output), first);
}

TEST_F(IngestGraphs, ErrorsSayWhatToDo) {
  IngestGraphsOptions options = options_for("a b\n");
  options.labels = folder_.write("labels.txt", "a 1\n");
  expect_error(options, ErrorKind::usage, "give --ego-hops");
  options.labels.clear();
  options.ego_count = 5;
  expect_error(options, ErrorKind::usage, "ego networks need a radius");
  options = options_for("a b\n");
  options.format = "tuu";
  expect_error(options, ErrorKind::usage, "unknown graph format 'tuu'");
  options = options_for(kTwoGraphs);
  options.labels = folder_.write("labels.txt", "a 1\n");
  expect_error(options, ErrorKind::usage, "has its labels in its own lines");
  options = options_for(kTwoGraphs);
  options.ego_hops = 1;
  expect_error(options, ErrorKind::usage, "leave --ego-hops out");
  for (const std::vector<std::string>& names :
       {std::vector<std::string>{"w", "w"}, {"\xff"}, {""}, {"two words"}}) {
    options = options_for("a b 1 2\n");
    options.edge_values = names;
    expect_error(options, ErrorKind::usage, "--edge-values: name ");
  }
  options.edge_values.clear();
  for (int i = 0; i < 300; ++i) options.edge_values.push_back("v" + std::to_string(i));
  std::string wide = "a b";
  for (int i = 0; i < 300; ++i) wide += " 1";
  options.inputs = {folder_.write("wide.txt", wide + "\n")};
  expect_error(options, ErrorKind::usage, "300 real-valued edge features; at most 256");
  options = options_for("1\n2 0\n0 1 5\n0 0\n");
  expect_error(options, ErrorKind::nothing_valid, "most often syntax (1 graphs)");
  options = options_for(kTwoGraphs);
  options.edge_values = {"weight"};
  expect_error(options, ErrorKind::usage, "leave --edge-values out");
  expect_error(options_for("lonely\n"), ErrorKind::input, "no line holds an edge");
  expect_error(options_for(""), ErrorKind::input, "no line holds an edge");
  expect_error(options_for("5\n2 0\n0 0\n0 0\n"), ErrorKind::input, "ends after 1 of 5 graphs");
  expect_error(options_for("1\n2 0\n0 0\n"), ErrorKind::input, "ends inside graph 1 of 1");
  expect_error(options_for("1\n99999999999 0\n"), ErrorKind::input, "number of nodes of a graph");
  options = options_for("a b\n");
  options.force = false;
  folder_.write("out.h5", "something");
  expect_error(options, ErrorKind::usage, "use --force");
}

}  // namespace
}  // namespace aufbau::data
