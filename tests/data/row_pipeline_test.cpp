#include <gtest/gtest.h>

#include "core/parallel.h"
#include "data/ingest.h"

namespace aufbau::data {
namespace {

// Rows come out in the order they went in, whatever the number of threads.
std::vector<std::string> rows_with(int threads, const std::string& text) {
  const ThreadScope scope(threads);
  molecules::RecordReader reader(molecules::memory_source(text), "a.csv", {});
  molecules::Decisions decisions;
  std::vector<std::string> rows;
  PipelineOptions options;
  options.canonical = true;
  for_each_row(reader, options, decisions, [&](IngestedRow& row) {
    rows.push_back(std::to_string(row.record.line) + ' ' + row.canonical_smiles + ' ' +
                   row.molecule.scaffold + ' ' + row.code + ' ' + row.reason);
  });
  rows.push_back(std::to_string(decisions.unknown_element));
  return rows;
}

TEST(ForEachRow, GivesTheSameRowsAtAnyNumberOfThreads) {
  std::string text = "smiles,y\n";
  for (int i = 0; i < 3000; ++i) {
    const std::string kinds[] = {"C1CCCCC1", "C1CC", "*C", "", "N->[Fe]"};
    text += kinds[i % 5] + (i % 5 == 0 ? std::string(static_cast<std::size_t>(i % 50), 'C') : "") +
            ",1\n";
    if (i % 100 == 0) text += "\"damaged\n";
  }
  const std::vector<std::string> one = rows_with(1, text);
  EXPECT_EQ(one.size(), 3031u);
  EXPECT_EQ(rows_with(2, text), one);
  EXPECT_EQ(rows_with(5, text), one);
}

TEST(ForEachRow, CarriesTheErrorOfTheTaker) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "CCO\n";
  molecules::RecordReader reader(molecules::memory_source(text), "a.smi", {});
  molecules::Decisions decisions;
  int taken = 0;
  EXPECT_THROW(for_each_row(reader, {}, decisions,
                            [&](IngestedRow&) {
                              if (++taken == 700) throw std::runtime_error("enough");
                            }),
               std::runtime_error);
  EXPECT_EQ(taken, 700);
}

class BrokenSource : public molecules::ByteSource {
 public:
  std::size_t read(char* to, std::size_t) override {
    if (++calls_ > 3) throw Error(ErrorKind::input, "the cable is out");
    const std::string_view rows = "CCO\nCC\n";
    std::copy(rows.begin(), rows.end(), to);
    return rows.size();
  }

 private:
  int calls_ = 0;
};

TEST(ForEachRow, DeliversEverythingBeforeTheErrorOfTheReader) {
  molecules::RecordReader reader(std::make_unique<BrokenSource>(), "a.smi", {});
  molecules::Decisions decisions;
  int taken = 0;
  EXPECT_THROW(for_each_row(reader, {}, decisions, [&](IngestedRow&) { ++taken; }), Error);
  EXPECT_EQ(taken, 6);
}

}  // namespace
}  // namespace aufbau::data
