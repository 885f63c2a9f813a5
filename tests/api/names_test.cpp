#include <gtest/gtest.h>

#include <set>

#include "aufbau.h"

namespace aufbau {
namespace {

const std::vector<NameTable> kTables = {
    NameTable::schemas,        NameTable::encoders,      NameTable::jumping_knowledge,
    NameTable::poolings,       NameTable::objectives,    NameTable::augmentations,
    NameTable::splits,         NameTable::schedules,     NameTable::metrics,
    NameTable::protocols,      NameTable::budgets,       NameTable::strategies,
    NameTable::benchmark_sets, NameTable::graph_formats, NameTable::bases,
    NameTable::estimators,     NameTable::distances,     NameTable::scores,
    NameTable::selections,     NameTable::benchmarks};

TEST(Names, EveryTableHasDistinctNamesWithSummaries) {
  for (const auto table : kTables) {
    const auto entries = names(table);
    EXPECT_FALSE(entries.empty());
    std::set<std::string> seen;
    for (const auto& entry : entries) {
      EXPECT_TRUE(seen.insert(entry.name).second) << entry.name;
      EXPECT_FALSE(entry.summary.empty()) << entry.name;
      EXPECT_EQ(entry.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-+"),
                std::string::npos)
          << entry.name;
    }
  }
}

TEST(Names, TheDefaultsOfTheOptionsAreInTheTables) {
  const auto has = [](NameTable table, const std::string& name) {
    for (const auto& entry : names(table))
      if (entry.name == name) return true;
    return false;
  };
  const IngestOptions ingest_options;  // a temporary one makes g++ 12 warn of what it does not do
  EXPECT_TRUE(has(NameTable::schemas, ingest_options.schema));
  EXPECT_TRUE(has(NameTable::splits, SplitOptions{}.split));
  EXPECT_TRUE(has(NameTable::encoders, EncoderOptions{}.encoder));
  EXPECT_TRUE(has(NameTable::jumping_knowledge, EncoderOptions{}.jk));
  EXPECT_TRUE(has(NameTable::schedules, OptimizerOptions{}.schedule));
  EXPECT_TRUE(has(NameTable::poolings, PretrainOptions{}.pooling));
  for (const auto& augmentation : PretrainOptions{}.augmentations)
    EXPECT_TRUE(has(NameTable::augmentations, augmentation));
  EXPECT_TRUE(has(NameTable::protocols, ReproduceOptions{}.protocol));
  EXPECT_TRUE(has(NameTable::budgets, ReproduceOptions{}.budget));
  EXPECT_TRUE(has(NameTable::benchmarks, BenchmarkOptions{}.what));
  for (const auto& objective : BenchmarkOptions{}.objectives)
    EXPECT_TRUE(has(NameTable::objectives, objective));
}

TEST(Names, SuggestFindsTheNameThatWasMeant) {
  EXPECT_EQ(suggest("scafold", {"random", "scaffold"}), "scaffold");
  EXPECT_EQ(suggest("zzzzzz", {"random", "scaffold"}), "");
}

TEST(Version, IsThatOfTheProject) {
  EXPECT_EQ(version(), AUFBAU_VERSION);
  EXPECT_NE(version_json().find("\"version\":\"" + version() + '"'), std::string::npos);
}

}  // namespace
}  // namespace aufbau
