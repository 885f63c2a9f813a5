#include "report/benchmark/benchmark.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "core/parallel.h"
#include "data/ingest.h"
#include "molecules/molecule.h"
#include "nn/encoder.h"
#include "objectives/objective.h"
#include "report/benchmark/builtin_molecules.h"
#include "report/benchmark/measurements.h"
#include "report/benchmark/small_benchmark.h"
#include "testing/errors.h"
#include "testing/files.h"

namespace aufbau::report {
namespace {

TEST(Benchmark, EveryOneGivesPositiveRatesAndRatios) {
  const auto summary = report::benchmark(small_benchmark("all"));
  EXPECT_EQ(summary.what, "all");
  std::map<std::string, int> rows;
  for (const auto& row : summary.rows) {
    ++rows[row.benchmark];
    EXPECT_EQ(row.threads, thread_count());
    EXPECT_GE(row.rounds, 3);
    EXPECT_TRUE(row.rate > 0 && std::isfinite(row.rate)) << row.name;
    EXPECT_GE(row.best, row.rate) << row.name;
    EXPECT_TRUE(row.benchmark == "machine" || !row.ceilings.empty()) << row.name;
    for (const auto& ceiling : row.ceilings)
      for (const double value : {ceiling.rate, ceiling.ratio, ceiling.best_ratio})
        EXPECT_TRUE(value > 0 && std::isfinite(value)) << row.name << ceiling.name;
  }
  EXPECT_EQ(
      rows,
      (std::map<std::string, int>{
          {"machine", 4}, {"training", 2}, {"inference", 3}, {"ingest", 1}, {"transfer", 3}}));
}

TEST(Benchmark, TrainingTakesEveryObjectiveThatTheDataHaveLabelsFor) {
  auto options = small_benchmark("training");
  options.objectives = {"all"};
  const auto rows = report::benchmark(options).rows;
  ASSERT_EQ(rows.size(), objectives::kObjectives.size() - 1);  // a text file has no labels
  for (std::size_t i = 0; i < rows.size(); ++i)
    EXPECT_EQ(rows[i].name,
              "gin 16 x 2, " + std::string(objectives::kObjectives[i].name) + ", batch 16");
  options.objectives = {"supervised"};
  const Error error = testing::error_of([&] { report::benchmark(options); });
  EXPECT_EQ(error.kind(), ErrorKind::nothing_valid) << error.what();
}

TEST(Benchmark, TrainingTakesEveryEncoderBatchSizeAndNumberOfThreads) {
  auto options = small_benchmark("training");
  options.objectives = {"attribute-masking"};
  options.encoders = {"all"};
  EXPECT_EQ(report::benchmark(options).rows.size(), nn::encoder_names().size());
  options.encoders = {"gcn", "gat"};
  options.batch_sizes = {8, 16};
  options.thread_counts = {1, 2};
  const auto rows = report::benchmark(options).rows;
  ASSERT_EQ(rows.size(), 8u);
  EXPECT_EQ(rows[0].name, "gcn 16 x 2, attribute-masking, batch 8");
  EXPECT_EQ(rows[3].name, "gat 16 x 2, attribute-masking, batch 16");
  EXPECT_EQ(rows[3].threads, 1);
  EXPECT_EQ(rows[4].name, rows[0].name);
  EXPECT_EQ(rows[4].threads, 2);
}

TEST(Benchmark, SharedRowsHaveTheProductsOfThePlainComputationBesideThem) {
  auto options = small_benchmark("training");
  options.objectives = {"attribute-masking"};
  const auto shared = report::benchmark(options).rows.at(0);
  ASSERT_EQ(shared.ceilings.size(), 3u);
  options.compaction = false;
  const auto plain = report::benchmark(options).rows.at(0);
  EXPECT_EQ(plain.name, "gin 16 x 2 without sharing, attribute-masking, batch 16");
  ASSERT_EQ(plain.ceilings.size(), 2u);
  EXPECT_EQ(plain.ceilings[0].name, shared.ceilings[0].name);
}

TEST(Benchmark, WorksOnADatasetFileAndWithoutAnyFile) {
  const testing::TemporaryFolder folder;
  IngestOptions ingest;
  ingest.inputs = {small_benchmark("").data};
  ingest.target_columns = {"tpsa"};
  ingest.output = folder.path("data.h5");
  data::ingest(ingest);
  auto options = small_benchmark("all");
  options.data = ingest.output;
  options.objectives = {"supervised"};
  EXPECT_EQ(report::benchmark(options).rows.size(), 12u);
  options = small_benchmark("ingest");
  options.data.clear();
  EXPECT_EQ(report::benchmark(options).rows.size(), 1u);
}

TEST(Benchmark, MistakesAreErrors) {
  const auto refused = [](const BenchmarkOptions& options, const char* says) {
    const Error error = testing::error_of([&] { report::benchmark(options); });
    EXPECT_EQ(error.kind(), ErrorKind::usage) << error.what();
    EXPECT_TRUE(testing::says(error, says)) << error.what();
  };
  refused(small_benchmark("trainng"), "'training'");
  auto options = small_benchmark("training");
  options.batch_sizes = {0};
  refused(options, "batch size is 0");
  options = small_benchmark("training");
  options.seconds = 0;
  refused(options, "seconds is 0");
  options = small_benchmark("training");
  options.molecules = 3;
  refused(options, "molecules is 3");
  options = small_benchmark("training");
  options.thread_counts = {1, -1};
  refused(options, "threads is -1");
  options = small_benchmark("training");
  options.objectives = {"all", "infomx"};
  refused(options, "'infomax'");
  options = small_benchmark("machine");
  options.encoders = {"gim"};
  refused(options, "'gin'");
}

TEST(Benchmark, StopsWhenAsked) {
  auto options = small_benchmark("inference");
  int calls = 0;
  options.should_stop = [&] { return ++calls > 1; };
  EXPECT_THROW(report::benchmark(options), Error);
}

TEST(Measurements, TakeTheMedianAndTheBestOfTheRounds) {
  BenchmarkOptions options;
  options.seconds = 4;
  int calls = 0;
  const auto row = measure_in_turns(options, {"n", "u", 8, {"c"}}, [&] {
    const double work[] = {100, 1, 4, 2};  // the first is not counted
    return Round{work[calls++], {1}};
  });
  EXPECT_EQ(calls, 4);
  EXPECT_EQ(row.name, "n");
  EXPECT_EQ(row.unit, "u");
  EXPECT_EQ(row.rounds, 3);
  EXPECT_EQ(row.rate, 4);
  EXPECT_EQ(row.best, 8);
  ASSERT_EQ(row.ceilings.size(), 1u);
  EXPECT_EQ(row.ceilings[0].name, "c");
  EXPECT_EQ(row.ceilings[0].rate, 8);
  EXPECT_EQ(row.ceilings[0].ratio, 0.5);
  EXPECT_EQ(row.ceilings[0].best_ratio, 1);
}

TEST(Measurements, TheRatioIsTheMedianOfThoseOfTheRounds) {
  const auto row = row_of({"n", "u", 1, {"a", "b"}}, {{1, {0.5, 3}}, {2, {1.5, 1}}, {4, {1, 2}}});
  EXPECT_EQ(row.ceilings[0].ratio, 0.5);
  EXPECT_EQ(row.ceilings[1].ratio, 0.5);
  EXPECT_EQ(row.ceilings[1].rate, 0.5);
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
