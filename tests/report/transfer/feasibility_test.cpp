#include "report/transfer/feasibility.h"

#include <gtest/gtest.h>

#include <set>

#include "core/parallel.h"
#include "core/random.h"
#include "testing/errors.h"

namespace aufbau::report {
namespace {

using testing::error_of;
using testing::says;

/// Graphs of 12 nodes in which each pair is joined with that chance, more among the first half.
data::Dataset random_graphs(const std::string& path, int count, double chance, double in_half,
                            std::uint32_t number) {
  store::DatasetContent content;
  content.graphs = graphs::GraphSet(graphs::network_schema());
  Random random({.purpose = Purpose::test, .item = number});
  constexpr int kNodes = 12;
  for (int g = 0; g < count; ++g) {
    graphs::Graph graph;
    graph.node_columns = 1;
    graph.node_codes.assign(kNodes, 0);
    for (int u = 0; u < kNodes; ++u)
      for (int v = u + 1; v < kNodes; ++v)
        if (random.uniform() < (v < kNodes / 2 ? in_half : chance)) {
          graph.begin.push_back(u);
          graph.end.push_back(v);
        }
    content.graphs.append(graph.view());
  }
  return data::Dataset(std::move(content), path);
}

/// Every row of every source in one part.
void expect_divides(std::span<const data::Dataset> sources, const std::vector<BasisPart>& parts) {
  std::set<std::pair<const data::Dataset*, std::int64_t>> met;
  std::int64_t graphs = 0, rows = 0;
  for (const data::Dataset& source : sources) graphs += source.size();
  for (const BasisPart& part : parts) {
    EXPECT_GT(part.size(), 0) << part.name;
    rows += part.size();
    for (const BasisPart::Rows& of_source : part.graphs)
      for (const std::int64_t row : of_source.rows) met.emplace(of_source.dataset, row);
  }
  EXPECT_EQ(rows, graphs);
  EXPECT_EQ(static_cast<std::int64_t>(met.size()), graphs);
}

std::vector<data::Dataset> two_sources() {
  std::vector<data::Dataset> sources;
  sources.push_back(random_graphs("sparse.h5", 150, 0.1, 0.2, 1));
  sources.push_back(random_graphs("dense.h5", 150, 0.4, 0.8, 2));
  return sources;
}

TEST(Basis, EveryEntryDividesAllGraphs) {
  const std::vector<data::Dataset> sources = two_sources();
  for (const BasisEntry& entry : kBases) {
    SCOPED_TRACE(entry.name);
    expect_divides(sources, entry.divide(sources, {}));
  }
  EXPECT_EQ(basis_by_name("domain").divide(sources, {})[1].name, "dense");
  EXPECT_EQ(basis_by_name("topo").divide(sources, {.parts = 3}).size(), 3u);
  EXPECT_TRUE(says(error_of([] { basis_by_name("top"); }), "did you mean 'topo'"));
}

TEST(Basis, ScaffoldsOfOneSourceStayTogether) {
  store::DatasetContent content;
  content.graphs = graphs::GraphSet(graphs::network_schema());
  const data::Dataset graphs = random_graphs("", 60, 0.3, 0.3, 3);
  for (std::int64_t row = 0; row < graphs.size(); ++row) {
    content.graphs.append(graphs.graph(row));
    content.molecules.smiles.push_back("C");
    content.molecules.scaffold.push_back(static_cast<std::int32_t>(row % 12));
  }
  std::vector<data::Dataset> source;
  source.emplace_back(std::move(content), "one.h5");
  const std::vector<BasisPart> parts = basis_by_name("domain").divide(source, {.parts = 4});
  expect_divides(source, parts);
  ASSERT_EQ(parts.size(), 4u);
  std::set<std::int64_t> met;
  for (const BasisPart& part : parts) {
    std::set<std::int64_t> scaffolds;
    for (const std::int64_t row : part.graphs[0].rows) scaffolds.insert(row % 12);
    EXPECT_EQ(scaffolds.size(), 3u);
    for (const std::int64_t scaffold : scaffolds) EXPECT_TRUE(met.insert(scaffold).second);
  }
  const Error error = error_of([&] { basis_by_name("domain").divide(source, {.parts = 13}); });
  EXPECT_TRUE(says(error, "12 scaffolds")) << error.what();
}

TEST(Feasibility, ATargetFromASourceIsNear) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target = random_graphs("target.h5", 120, 0.4, 0.8, 9);
  const Feasibility found = measure_feasibility(sources, target, {.basis = "domain"});
  ASSERT_EQ(found.parts.size(), 2u);
  EXPECT_GT(found.parts[1].weight, 0.9);
  EXPECT_LE(found.interval.low, 0);
  EXPECT_LT(found.distance.unbiased, found.distance.noise_floor);
  ASSERT_EQ(found.sources.size(), 2u);
  EXPECT_LT(found.sources[0].p_value, 0.01);
  EXPECT_GT(found.sources[1].p_value, 0.05);
  EXPECT_LE(found.bounds.lower_degree, found.bounds.searched * (1 + 1e-9));
}

TEST(Feasibility, AnotherKindOfTargetIsFar) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target = random_graphs("target.h5", 120, 0.9, 0.05, 9);
  const Feasibility found = measure_feasibility(sources, target, {.basis = "domain"});
  EXPECT_GT(found.interval.low, 10 * found.distance.noise_floor);
  for (const SourceTest& source : found.sources) EXPECT_LT(source.p_value, 0.01);
}

TEST(Feasibility, IsTheSameOnOneAndTwoThreads) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target = random_graphs("target.h5", 50, 0.2, 0.5, 9);
  const auto run = [&](int threads) {
    const ThreadScope scope(threads);
    return measure_feasibility(sources, target);
  };
  const Feasibility one = run(1), two = run(2);
  EXPECT_EQ(one.distance.fit.alpha, two.distance.fit.alpha);
  EXPECT_EQ(one.distance.unbiased, two.distance.unbiased);
  EXPECT_EQ(one.interval.low, two.interval.low);
  EXPECT_EQ(one.sources[0].p_value, two.sources[0].p_value);
}

TEST(Feasibility, SaysWhatItCannotMeasure) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset single = random_graphs("single.h5", 1, 0.2, 0.5, 9);
  const Error error = error_of([&] { measure_feasibility(sources, single); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(error, "single.h5 has 1 graph")) << error.what();
  std::vector<data::Dataset> none;
  none.push_back(random_graphs("none.h5", 0, 0, 0, 1));
  const data::Dataset target = random_graphs("target.h5", 20, 0.2, 0.5, 9);
  EXPECT_EQ(error_of([&] { measure_feasibility(none, target); }).kind(), ErrorKind::nothing_valid);
}

}  // namespace
}  // namespace aufbau::report
