// What the report says of real data: samples of a source, mixtures, and graphs of another kind.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "core/random.h"
#include "data/ingest.h"
#include "data/networks/ingest_graphs.h"
#include "report/transfer/feasibility.h"
#include "report/transfer/transfer.h"
#include "testing/files.h"

namespace aufbau::report {
namespace {

using testing::data_file;
using testing::TemporaryFolder;

data::Dataset molecules(const TemporaryFolder& folder, const std::string& file,
                        const std::string& name) {
  IngestOptions options;
  options.inputs = {data_file(file)};
  options.output = folder.path(name + ".h5");
  return data::Dataset::open(data::ingest(options).dataset);
}

/// Networks around the nodes of a larger one.
std::string ego_networks(const TemporaryFolder& folder, const std::string& file,
                         const std::string& name, int hops) {
  IngestGraphsOptions options;
  options.inputs = {data_file(file)};
  options.output = folder.path(name + ".h5");
  options.ego_hops = hops;
  options.ego_count = 100;
  return data::ingest_graphs(options).dataset;
}

/// The rows of a dataset in an order by chance.
std::vector<std::int64_t> shuffled_rows(const data::Dataset& dataset, std::uint32_t number) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(dataset.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::int64_t>(i);
  Random random({.purpose = Purpose::test, .item = number});
  for (std::size_t i = rows.size(); i-- > 1;) std::swap(rows[i], rows[random.below(i + 1)]);
  return rows;
}

FittedBasis fitted(const std::string& name, std::vector<BasisPart::Rows> graphs) {
  FittedBasis basis;
  basis.name = name;
  const GraphonSettings settings;
  BasisPart part{name, std::move(graphs)};
  basis.samples.push_back(histograms_of(part, settings.histograms));
  basis.parts.push_back(
      {name, part.size(), mean_graphon(basis.samples[0].moments(), settings.histograms), {}});
  return basis;
}

std::vector<std::int64_t> piece(const std::vector<std::int64_t>& rows, std::size_t first,
                                std::size_t count) {
  return {rows.begin() + static_cast<std::ptrdiff_t>(first),
          rows.begin() + static_cast<std::ptrdiff_t>(first + count)};
}

TEST(TransferData, ASampleOfASourceIsNotToldApartFromIt) {
  if (data_file("moleculenet/clean/tox21.csv.gz").empty())
    GTEST_SKIP() << "the large sets are not here";
  const TemporaryFolder folder;
  const data::Dataset source = molecules(folder, "moleculenet/clean/tox21.csv.gz", "tox21");
  constexpr int kRepetitions = 200;
  MeasureOptions options;
  options.permutations = 199;
  options.bootstrap = 200;
  std::vector<double> p_values;
  int holds_zero = 0;
  for (int r = 0; r < kRepetitions; ++r) {
    const auto rows = shuffled_rows(source, static_cast<std::uint32_t>(r));
    const FittedBasis rest = fitted("rest", {{&source, piece(rows, 0, 600)}});
    const FittedBasis sample = fitted("sample", {{&source, piece(rows, 600, 200)}});
    p_values.push_back(test_source(rest, sample, options, {}).p_value);
    const TransferFit fit = nearest_mixture(rest, sample, options, {});
    holds_zero += fit.low <= 0 && fit.high >= 0;
  }
  // Kolmogorov's distance to the uniform distribution: 1.63 / sqrt(200) is passed once in a hundred
  // times; the draws are fixed.
  std::sort(p_values.begin(), p_values.end());
  double distance = 0;
  for (int i = 0; i < kRepetitions; ++i)
    distance = std::max(
        {distance,
         std::abs(p_values[static_cast<std::size_t>(i)] -
                  static_cast<double>(i + 1) / kRepetitions),
         std::abs(p_values[static_cast<std::size_t>(i)] - static_cast<double>(i) / kRepetitions)});
  EXPECT_LT(distance, 1.63 / std::sqrt(kRepetitions));
  EXPECT_GE(holds_zero, 0.9 * kRepetitions);
}

TEST(TransferData, AMixtureOfTwoSetsIsRecoveredWithItsWeights) {
  if (data_file("moleculenet/clean/bace.csv").empty())
    GTEST_SKIP() << "the large sets are not here";
  const TemporaryFolder folder;
  const data::Dataset bace = molecules(folder, "moleculenet/clean/bace.csv", "bace");
  const data::Dataset esol = molecules(folder, "moleculenet/clean/delaney.csv", "esol");
  const auto of_bace = shuffled_rows(bace, 1), of_esol = shuffled_rows(esol, 2);
  FittedBasis basis = fitted("bace", {{&bace, piece(of_bace, 0, 700)}});
  FittedBasis second = fitted("esol", {{&esol, piece(of_esol, 0, 500)}});
  basis.parts.push_back(std::move(second.parts[0]));
  basis.samples.push_back(std::move(second.samples[0]));
  const FittedBasis mixed = fitted("mixed", {{&bace, piece(of_bace, 700, 600)},  // 60 %
                                             {&esol, piece(of_esol, 500, 400)}});
  const TransferFit fit = nearest_mixture(basis, mixed, {}, {});
  EXPECT_NEAR(fit.weights[0], 0.6, 0.05);
  EXPECT_LE(fit.weights_low[0], 0.6);
  EXPECT_GE(fit.weights_high[0], 0.6);
  EXPECT_LE(fit.low, 0);
}

/// The only fit of the only target.
TransferReport report_of(const std::vector<std::string>& sources,
                         const std::vector<std::string>& targets, const std::string& output) {
  TransferOptions options;
  options.sources = sources;
  options.targets = targets;
  options.output = output;
  return report::transfer(options);
}

TEST(TransferData, SocialNetworksAreFarFromMolecules) {
  if (data_file("graphs/social/facebook_combined.txt.gz").empty())
    GTEST_SKIP() << "the large sets are not here";
  const TemporaryFolder folder;
  const std::string social =
      ego_networks(folder, "graphs/social/facebook_combined.txt.gz", "facebook", 1);
  const std::string esol = molecules(folder, "moleculenet/clean/delaney.csv", "esol").path();
  const std::string bace = molecules(folder, "moleculenet/clean/bace.csv", "bace").path();
  const TransferReport far = report_of({bace}, {social}, folder.path("far"));
  const TransferReport near = report_of({bace}, {esol}, folder.path("near"));
  EXPECT_EQ(far.targets[0].verdict.answer, "unpromising");
  for (std::size_t b = 0; b < far.targets[0].fits.size(); ++b) {
    EXPECT_GT(far.targets[0].fits[b].low, 10 * near.targets[0].fits[b].high);
    EXPECT_GT(far.targets[0].fits[b].gromov_lower, near.targets[0].fits[b].gromov_upper);
  }
  EXPECT_EQ(far.targets[0].tests[0].p_value, 0.001);
}

TEST(TransferData, NetworksGoThroughTheSameFunctions) {
  if (data_file("graphs/airports/usa-airports.edgelist").empty())
    GTEST_SKIP() << "the large sets are not here";
  const TemporaryFolder folder;
  const std::vector<std::string> sources = {
      ego_networks(folder, "graphs/social/facebook_combined.txt.gz", "facebook", 1),
      ego_networks(folder, "graphs/citation/cora.edges", "cora", 2),
      ego_networks(folder, "graphs/coauthor/kdd.graph", "kdd", 2)};
  const std::vector<std::string> targets = {
      ego_networks(folder, "graphs/airports/usa-airports.edgelist", "usa", 1),
      ego_networks(folder, "graphs/airports/brazil-airports.edgelist", "brazil", 1),
      ego_networks(folder, "graphs/airports/europe-airports.edgelist", "europe", 1)};
  const TransferReport report = report_of(sources, targets, folder.path("report"));
  ASSERT_EQ(report.targets.size(), 3u);
  for (const TransferTarget& target : report.targets) {
    SCOPED_TRACE(target.set.name);
    EXPECT_EQ(target.fits.size(), 3u);
    EXPECT_EQ(target.tests.size(), 3u);
    EXPECT_EQ(target.verdict.lines.size(), 3u);
    EXPECT_EQ(target.verdict.sources.size(), 3u);
    for (const TransferFit& fit : target.fits) {
      EXPECT_LE(fit.low, fit.unbiased);
      EXPECT_LE(fit.unbiased, fit.high);
    }
  }
  for (const char* file : {"report.html", "report.json", "graphons.h5"})
    EXPECT_TRUE(std::filesystem::exists(folder.path("report/" + std::string(file)))) << file;
}

}  // namespace
}  // namespace aufbau::report
