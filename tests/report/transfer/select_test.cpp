#include "report/transfer/selection/select.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <functional>

#include "report/transfer/selection_sets.h"
#include "testing/errors.h"
#include "testing/files.h"

namespace aufbau::report {
namespace {

using namespace testing;
namespace fs = std::filesystem;

/// Two sources and a target in a folder.
class Select : public ::testing::Test {
 protected:
  Select() {
    write("sparse.h5", random_content(150, kSparse, 1));
    write("dense.h5", random_content(150, kDense, 2));
    write("target.h5", random_content(80, kDense, 3, 60, kSparse));
  }

  void write(const std::string& name, const store::DatasetContent& content) const {
    const data::Dataset dataset(content, name);
    data::write_subset(dataset, whole(dataset).graphs.front().rows, folder_.path(name));
  }

  SelectOptions options(const std::string& method = "mixture", std::int64_t budget = 100) const {
    SelectOptions options;
    options.sources = {folder_.path("sparse.h5"), folder_.path("dense.h5")};
    options.target = folder_.path("target.h5");
    options.output = folder_.path("chosen.h5");
    options.method = method;
    options.budget = budget;
    options.measure.bases = {"domain"};
    return options;
  }

  bool wrote_nothing() const {
    return !fs::exists(folder_.path("chosen.h5")) && !fs::exists(folder_.path("chosen.csv"));
  }

  TemporaryFolder folder_;
};

TEST_F(Select, WritesTheChosenRowsAndWhy) {
  const SelectSummary summary = report::select(options());
  EXPECT_EQ(summary.available, 300);
  EXPECT_EQ(summary.chosen, 100);
  ASSERT_EQ(summary.parts.size(), 2u);
  EXPECT_EQ(summary.output, folder_.path("chosen.h5"));
  EXPECT_EQ(summary.reasons, folder_.path("chosen.csv"));

  const data::Dataset chosen = data::Dataset::open(summary.output);
  const data::Dataset target = data::Dataset::open(folder_.path("target.h5"));
  std::vector<data::Dataset> sources;
  for (const std::string& path : options().sources) sources.push_back(data::Dataset::open(path));
  SelectionProblem problem = problem_of(sources, target, 100);
  problem.histograms.resolution = 16;
  problem.target_moments = moments_of(whole(target), problem.histograms, {});
  const Selection selection = choose_mixture(problem);
  ASSERT_EQ(chosen.size(), 100);
  std::int64_t place = 0;
  for (const data::DatasetRows& part : selection.rows)
    for (const std::int64_t row : part.rows) {
      const graphs::GraphView expected = part.dataset->graph(row), got = chosen.graph(place++);
      EXPECT_TRUE(std::equal(got.begin.begin(), got.begin.end(), expected.begin.begin(),
                             expected.begin.end()));
      EXPECT_TRUE(
          std::equal(got.end.begin(), got.end.end(), expected.end.begin(), expected.end.end()));
    }
  EXPECT_NEAR(summary.distance, distance_of(selection, problem), 1e-15);

  const store::Provenance& made = chosen.provenance();
  ASSERT_EQ(made.sources.size(), 2u);
  EXPECT_EQ(made.sources[1].first, folder_.path("dense.h5"));
  EXPECT_EQ(made.sources[1].second, sources[1].hash());
  for (const char* word : {"\"method\":\"mixture\"", "\"budget\":100", "\"basis\":\"domain\""})
    EXPECT_NE(made.options_json.find(word), std::string::npos) << made.options_json;
  EXPECT_NE(made.options_json.find(target.hash()), std::string::npos);

  const std::string csv = read_text(summary.reasons);
  EXPECT_EQ(csv.find("source,part,available,chosen,weight,reason\n"), 0u);
  EXPECT_NE(csv.find("dense,150," + std::to_string(summary.parts[1].chosen)), std::string::npos)
      << csv;
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 3);
}

TEST_F(Select, PutsDistancesBesideEachOther) {
  for (const char* method : {"mixture", "herding"}) {
    SelectOptions chosen = options(method);
    chosen.force = true;
    const SelectSummary summary = report::select(chosen);
    EXPECT_LT(summary.distance, 0.2 * summary.distance_random) << method;
    EXPECT_LT(summary.distance, 0.2 * summary.distance_all) << method;
    EXPECT_GT(summary.noise_floor, 0) << method;
  }
  write("single.h5", random_content(1, kDense, 4));
  SelectOptions of_one = options("herding", 10);
  of_one.target = folder_.path("single.h5");
  of_one.force = true;
  const SelectSummary summary = report::select(of_one);
  EXPECT_EQ(summary.chosen, 10);
  EXPECT_TRUE(std::isnan(summary.distance) && std::isnan(summary.noise_floor));
}

TEST_F(Select, EveryMistakeIsMetBeforeAnythingIsWritten) {
  write("empty.h5", random_content(0, kDense, 4));
  store::DatasetContent tagged;
  tagged.graphs = graphs::GraphSet(graphs::network_schema(2));
  tagged.graphs.append({1, 0, std::vector<std::uint16_t>{0}, {}, {}, {}});
  write("tagged.h5", tagged);
  struct Mistake {
    std::function<void(SelectOptions&)> make;
    ErrorKind kind;
    std::string says;
  };
  const std::vector<Mistake> mistakes = {
      {[](auto& o) { o.method = "herdin"; }, ErrorKind::usage, "did you mean 'herding'"},
      {[](auto& o) { o.sources.clear(); }, ErrorKind::usage, "no source is named"},
      {[](auto& o) { o.target.clear(); }, ErrorKind::usage, "no target is named"},
      {[](auto& o) { o.output.clear(); }, ErrorKind::usage, "no output is named"},
      {[](auto& o) { o.budget = -1; }, ErrorKind::usage, "the budget is -1"},
      {[](auto& o) { o.output = o.sources[1]; }, ErrorKind::usage, "is an input"},
      {[](auto& o) { o.output = o.target; }, ErrorKind::usage, "is an input"},
      {[](auto& o) { o.sources[1] = o.sources[0]; }, ErrorKind::usage, "twice"},
      {[](auto& o) { o.sources[1] = "none.h5"; }, ErrorKind::input, "none.h5"},
      {[](auto& o) { o.method = "nearest"; }, ErrorKind::usage, "holds none"},
      {[](auto& o) { o.measure.bases = {"domian"}; }, ErrorKind::usage, "did you mean 'domain'"},
      {[](auto& o) { o.measure.resolution = 1; }, ErrorKind::usage, "--resolution is 1"},
      {[](auto& o) { o.measure.parts = 0; }, ErrorKind::usage, "--parts is 0"},
      {[](auto& o) { o.measure.node_types = -1; }, ErrorKind::usage, "--node-types is -1"},
      {[](auto& o) { o.measure.estimator = "sas"; }, ErrorKind::usage, "not by sas"},
      {[&](auto& o) { o.sources[1] = folder_.path("empty.h5"); }, ErrorKind::nothing_valid,
       "empty.h5 holds no graphs"},
      {[&](auto& o) { o.target = folder_.path("empty.h5"); }, ErrorKind::nothing_valid,
       "empty.h5 holds no graphs"},
      {[&](auto& o) { o.sources[1] = folder_.path("tagged.h5"); }, ErrorKind::mismatch,
       "tagged.h5 beside"},
      {[](auto& o) { o.should_stop = [] { return true; }; }, ErrorKind::interrupted, "stopped"},
  };
  for (const Mistake& mistake : mistakes) {
    SelectOptions wrong = options();
    mistake.make(wrong);
    const Error error = error_of([&] { report::select(wrong); });
    EXPECT_EQ(error.kind(), mistake.kind) << error.what();
    EXPECT_TRUE(says(error, mistake.says)) << error.what();
    EXPECT_TRUE(wrote_nothing()) << error.what();
  }
}

TEST_F(Select, OverwritesOnlyWhenItIsTold) {
  report::select(options());
  const std::string before = read_text(folder_.path("chosen.h5"));
  EXPECT_TRUE(says(error_of([&] { report::select(options()); }), "--force"));
  fs::remove(folder_.path("chosen.h5"));
  EXPECT_TRUE(says(error_of([&] { report::select(options()); }), "chosen.csv exists"));
  SelectOptions again = options();
  again.force = true;
  report::select(again);
  EXPECT_EQ(read_text(folder_.path("chosen.h5")), before);
}

TEST_F(Select, StopsAtEveryPointWithoutAFile) {
  for (const char* method : {"sources", "mixture", "herding", "recursive"}) {
    int asked = 0;
    SelectOptions counting = options(method, method == std::string("sources") ? 150 : 100);
    counting.should_stop = [&] { return ++asked < 0; };
    counting.force = true;
    report::select(counting);
    fs::remove(folder_.path("chosen.h5"));
    fs::remove(folder_.path("chosen.csv"));
    for (const int last : {2, asked / 2, asked}) {
      int times = 0;
      counting.should_stop = [&] { return ++times == last; };
      EXPECT_EQ(error_of([&] { report::select(counting); }).kind(), ErrorKind::interrupted)
          << method << ' ' << last;
      EXPECT_TRUE(wrote_nothing());
    }
  }
}

TEST_F(Select, NodeTypesTellGraphsOfOneStructureApart) {
  const auto tagged = [](int count, std::uint16_t tag, std::uint32_t number) {
    store::DatasetContent content;
    content.graphs = graphs::GraphSet(graphs::network_schema(2));
    const store::DatasetContent plain = random_content(count, kEven, number);
    for (std::int64_t g = 0; g < plain.graphs.size(); ++g) {
      graphs::Graph graph(plain.graphs[g]);
      std::fill(graph.node_codes.begin(), graph.node_codes.end(), tag);
      content.graphs.append(graph.view());
    }
    return content;
  };
  write("sparse.h5", tagged(120, 0, 1));
  write("dense.h5", tagged(120, 1, 2));
  write("target.h5", tagged(80, 1, 3));
  SelectOptions chosen = options("herding", 60);
  chosen.measure.node_types = 2;
  EXPECT_EQ(report::select(chosen).parts[1].chosen, 60);
  chosen.force = true;
  chosen.measure.node_types = 0;
  EXPECT_GT(report::select(chosen).parts[0].chosen, 15);
}

TEST(ReasonsPath, StandsBesideTheDataset) {
  EXPECT_EQ(reasons_path("a/b.h5"), "a/b.csv");
  EXPECT_EQ(reasons_path("a/b"), "a/b.csv");
}

}  // namespace
}  // namespace aufbau::report
