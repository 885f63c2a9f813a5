#include "report/transfer/feasibility.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/parallel.h"
#include "core/random.h"
#include "graphs/graphon/estimators.h"
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

template <class T>
MeasureOptions with(T MeasureOptions::*member, const T& value) {
  MeasureOptions options;
  options.*member = value;
  return options;
}

/// What `transfer` does with one basis and one target.
struct Measured {
  FittedBasis basis;
  TransferFit fit;
  std::vector<TransferTest> tests;
};

Measured measure(std::span<const data::Dataset> sources, const data::Dataset& target,
                 const std::string& basis, MeasureOptions options = {}) {
  const GraphonSettings settings = graphon_settings(options, 0, sources, {&target, 1});
  Measured measured{fit_basis(basis, options.parts, sources, settings), {}, {}};
  const FittedBasis of_target = fit_whole(target, settings);
  measured.fit = nearest_mixture(measured.basis, of_target, options, settings);
  for (const data::Dataset& source : sources)
    measured.tests.push_back(
        test_source(fit_whole(source, settings), of_target, options, settings));
  return measured;
}

TEST(Feasibility, ATargetFromASourceIsNear) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target = random_graphs("target.h5", 120, 0.4, 0.8, 9);
  const Measured found = measure(sources, target, "domain");
  ASSERT_EQ(found.fit.weights.size(), 2u);
  EXPECT_GT(found.fit.weights[1], 0.9);
  EXPECT_LE(found.fit.low, 0);
  EXPECT_LT(found.fit.unbiased, found.fit.noise_floor);
  ASSERT_EQ(found.tests.size(), 2u);
  EXPECT_LT(found.tests[0].p_value, 0.01);
  EXPECT_GT(found.tests[1].p_value, 0.05);
  EXPECT_LE(found.fit.gromov_lower, found.fit.gromov_upper * (1 + 1e-9));
  EXPECT_LE(found.fit.gromov_upper, found.fit.plug_in * (1 + 1e-9));
}

TEST(Feasibility, AnotherKindOfTargetIsFar) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target = random_graphs("target.h5", 120, 0.9, 0.05, 9);
  const Measured found = measure(sources, target, "domain");
  EXPECT_GT(found.fit.low, 10 * found.fit.noise_floor);
  for (const TransferTest& test : found.tests) EXPECT_LT(test.p_value, 0.01);
}

TEST(Feasibility, AMixtureOfTwoSourcesIsRecovered) {
  const std::vector<data::Dataset> sources = two_sources();
  store::DatasetContent content;
  content.graphs = graphs::GraphSet(graphs::network_schema());
  const data::Dataset sparse = random_graphs("", 210, 0.1, 0.2, 31);
  const data::Dataset dense = random_graphs("", 90, 0.4, 0.8, 32);
  for (const data::Dataset* from : {&sparse, &dense})
    for (std::int64_t row = 0; row < from->size(); ++row) content.graphs.append(from->graph(row));
  const Measured found = measure(sources, data::Dataset(std::move(content), "mixed.h5"), "domain");
  EXPECT_NEAR(found.fit.weights[0], 0.7, 0.05);
  EXPECT_LE(found.fit.weights_low[0], 0.7);
  EXPECT_GE(found.fit.weights_high[0], 0.7);
  EXPECT_LE(found.fit.low, 0);
  EXPECT_LT(found.fit.plug_in, found.fit.single);
}

TEST(Feasibility, EveryEstimatorFitsAMixture) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target = random_graphs("target.h5", 60, 0.4, 0.8, 9);
  for (const graphs::Estimator& estimator : graphs::estimators()) {
    SCOPED_TRACE(estimator.name);
    const Measured found = measure(sources, target, "domain",
                                   with<std::string>(&MeasureOptions::estimator, estimator.name));
    EXPECT_GT(found.fit.weights[1], 0.5);
    EXPECT_GE(found.fit.plug_in, 0);
    EXPECT_EQ(std::isnan(found.fit.unbiased), !found.basis.samples.size());
  }
}

TEST(Feasibility, CompatNumbersArePresentWhenAskedFor) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target = random_graphs("target.h5", 60, 0.4, 0.8, 9);
  EXPECT_FALSE(measure(sources, target, "domain").fit.compat.has_value());
  const Measured found = measure(sources, target, "domain", with(&MeasureOptions::compat, true));
  ASSERT_TRUE(found.fit.compat.has_value());
  EXPECT_NEAR(found.fit.compat->weights[0] + found.fit.compat->weights[1], 1, 1e-9);
  EXPECT_GE(found.fit.compat->distance, 0);
}

TEST(Feasibility, NodeTypesTellApartWhatStructureDoesNot) {
  const auto tagged = [](const std::string& path, int shift, std::uint32_t number) {
    store::DatasetContent content;
    content.graphs = graphs::GraphSet(graphs::network_schema(3));
    const data::Dataset plain = random_graphs("", 80, 0.3, 0.3, number);
    for (std::int64_t row = 0; row < plain.size(); ++row) {
      const graphs::GraphView view = plain.graph(row);
      graphs::Graph graph;
      graph.node_columns = 1;
      for (int node = 0; node < view.node_count(); ++node)
        graph.node_codes.push_back(static_cast<std::uint16_t>((node + shift) % 2));
      graph.begin.assign(view.begin.begin(), view.begin.end());
      graph.end.assign(view.end.begin(), view.end.end());
      for (auto& code : graph.node_codes) code = code == 1 && shift > 1 ? 2 : code;
      content.graphs.append(graph.view());
    }
    return data::Dataset(std::move(content), path);
  };
  std::vector<data::Dataset> sources;
  sources.push_back(tagged("source.h5", 0, 41));
  const data::Dataset target = tagged("target.h5", 2, 42);  // tag 2 in place of tag 1
  const Measured plain = measure(sources, target, "integr");
  const Measured typed = measure(sources, target, "integr", with(&MeasureOptions::node_types, 3));
  EXPECT_LE(plain.fit.low, 0);
  EXPECT_GT(typed.fit.low, 0);
  EXPECT_LT(typed.tests[0].p_value, 0.01);
  const data::Dataset other = random_graphs("other.h5", 20, 0.3, 0.3, 1);
  EXPECT_EQ(error_of([&] {
              measure(sources, other, "integr", with(&MeasureOptions::node_types, 3));
            }).kind(),
            ErrorKind::mismatch);
}

TEST(Feasibility, IsTheSameOnOneAndTwoThreadsAndInAnyOrderOfGraphs) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target = random_graphs("target.h5", 50, 0.2, 0.5, 9);
  const auto run = [&](int threads) {
    const ThreadScope scope(threads);
    return measure(sources, target, "topo");
  };
  const Measured one = run(1), two = run(2);
  EXPECT_EQ(one.fit.weights, two.fit.weights);
  EXPECT_EQ(one.fit.unbiased, two.fit.unbiased);
  EXPECT_EQ(one.fit.low, two.fit.low);
  EXPECT_EQ(one.fit.gromov_upper, two.fit.gromov_upper);
  EXPECT_EQ(one.tests[0].p_value, two.tests[0].p_value);

  store::DatasetContent content;
  content.graphs = graphs::GraphSet(graphs::network_schema());
  for (std::int64_t row = target.size(); row-- > 0;) content.graphs.append(target.graph(row));
  const Measured backwards =
      measure(sources, data::Dataset(std::move(content), "target.h5"), "topo");
  EXPECT_NEAR(backwards.fit.unbiased, one.fit.unbiased, 1e-12);
}

TEST(Feasibility, SaysWhatItCannotMeasure) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset single = random_graphs("single.h5", 1, 0.2, 0.5, 9);
  const Error error = error_of([&] { measure(sources, single, "topo"); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(error, "single.h5 has 1 graph")) << error.what();
  std::vector<data::Dataset> none;
  none.push_back(random_graphs("none.h5", 0, 0, 0, 1));
  const data::Dataset target = random_graphs("target.h5", 20, 0.2, 0.5, 9);
  EXPECT_EQ(error_of([&] { measure(none, target, "topo"); }).kind(), ErrorKind::nothing_valid);
  const FittedBasis few = fit_basis("topo", 1000, sources, {});
  EXPECT_NE(few.missing, "");
  EXPECT_TRUE(few.parts.empty());
}

}  // namespace
}  // namespace aufbau::report
