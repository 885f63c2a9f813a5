#include "report/benchmark.h"

#include <gtest/gtest.h>

#include <cmath>

#include "molecules/molecule.h"
#include "objectives/objective.h"
#include "report/builtin_molecules.h"
#include "report/measurements.h"
#include "testing/files.h"

namespace aufbau::report {
namespace {

BenchmarkOptions small(const std::string& what) {
  BenchmarkOptions options;
  options.what = what;
  options.data = testing::test_file("../examples/data/nci_tpsa.csv");
  options.encoder = {.layers = 2, .width = 16};
  options.batch_sizes = {16};
  options.seconds = 0.01;
  return options;
}

TEST(Benchmark, EveryKindGivesPositiveFiguresAndCeilings) {
  for (const char* what : {"training", "inference", "ingest"}) {
    const auto summary = report::benchmark(small(what));
    EXPECT_EQ(summary.what, what);
    EXPECT_FALSE(summary.rows.empty());
    for (const auto& row : summary.rows) {
      EXPECT_GT(row.figure, 0) << row.name;
      EXPECT_GT(row.ceiling, 0) << row.name;
      EXPECT_GT(row.ratio, 0) << row.name;
      EXPECT_TRUE(std::isfinite(row.ratio)) << row.name;
    }
  }
}

TEST(Benchmark, TrainingTakesEveryObjectiveThatNeedsNoLabels) {
  auto options = small("training");
  options.objectives.clear();
  for (const auto& objective : objectives::kObjectives)
    if (objective.name != std::string("supervised"))
      options.objectives.emplace_back(objective.name);
  const auto rows = report::benchmark(options).rows;
  ASSERT_EQ(rows.size(), 4 * options.objectives.size());
  for (const auto& row : rows) EXPECT_GT(row.figure, 0) << row.name;
  options.compaction = false;
  EXPECT_EQ(report::benchmark(options).rows.size(), 2 * options.objectives.size());
}

TEST(Benchmark, TrainingHasARowForEveryObjectiveAndBatchSize) {
  auto options = small("training");
  options.batch_sizes = {8, 16};
  const auto rows = report::benchmark(options).rows;
  ASSERT_EQ(rows.size(), 16u);  // each beside its own products and beside the dense ones
  EXPECT_EQ(rows[0].name.find("attribute-masking, batch 8, median of"), 0u);
  EXPECT_EQ(rows[2].name, rows[0].name);
  EXPECT_NE(rows[2].ceiling_name.find("sharing allows"), std::string::npos);
  EXPECT_GE(rows[0].ceiling, rows[2].ceiling * 0.5);
  EXPECT_EQ(rows[15].name, "context-prediction, batch 16, best");
}

TEST(Benchmark, MistakesAreErrors) {
  EXPECT_THROW(report::benchmark(small("trainng")), Error);
  auto options = small("training");
  options.batch_sizes = {0};
  EXPECT_THROW(report::benchmark(options), Error);
  options = small("training");
  options.seconds = 0;
  EXPECT_THROW(report::benchmark(options), Error);
  options = small("training");
  options.objectives = {"masking"};
  EXPECT_THROW(report::benchmark(options), Error);
}

TEST(Benchmark, StopsWhenAsked) {
  auto options = small("inference");
  options.should_stop = [] { return true; };
  EXPECT_THROW(report::benchmark(options), Error);
}

TEST(Benchmark, TakesTheMedianAndTheBestOfItsRounds) {
  BenchmarkOptions options;
  options.seconds = 4;
  int calls = 0;
  const auto rows = measure_in_turns(options, "n", "u", "c", 8, [&] {
    const double work[] = {100, 1, 4, 2};  // the first is not counted
    return Round{work[calls++], 1};
  });
  EXPECT_EQ(calls, 4);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].name, "n, median of 3");
  EXPECT_EQ(rows[0].figure, 4);
  EXPECT_EQ(rows[0].ceiling, 8);
  EXPECT_EQ(rows[0].ratio, 0.5);
  EXPECT_EQ(rows[1].figure, 8);
  EXPECT_EQ(rows[1].ratio, 1);
}

TEST(BuiltinMolecules, AreAllValidAndDrugSized) {
  std::int64_t atoms = 0;
  for (const auto& smiles : kBuiltinMolecules) {
    auto parsed = molecules::parse_smiles(smiles);
    ASSERT_TRUE(std::holds_alternative<molecules::Molecule>(parsed)) << smiles;
    atoms += std::get<molecules::Molecule>(parsed).atom_count();
  }
  const double mean = static_cast<double>(atoms) / static_cast<double>(kBuiltinMolecules.size());
  EXPECT_GT(mean, 20);
  EXPECT_LT(mean, 30);
}

}  // namespace
}  // namespace aufbau::report
