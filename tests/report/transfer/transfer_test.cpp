// The whole of `transfer` on small data, and the answer it gives.
#include "report/transfer/transfer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "core/parallel.h"
#include "graphs/schema.h"
#include "report/transfer/example_reports.h"
#include "report/transfer/graphon_file.h"
#include "report/transfer/study/study_file.h"
#include "report/transfer/verdict.h"
#include "store/dataset_file.h"
#include "testing/errors.h"
#include "testing/files.h"
#include "train/small_data.h"

namespace aufbau::report {
namespace {

using namespace aufbau::testing;
namespace fs = std::filesystem;

/// Small molecules from themselves, quickly.
TransferOptions small_options(const TemporaryFolder& folder) {
  TransferOptions options;
  options.sources = {write_small_dataset(folder.path("source.h5"), {.nitrogen = true}),
                     write_small_dataset(folder.path("second.h5"), {})};
  options.targets = {write_small_dataset(folder.path("target.h5"), {.ring = true}),
                     write_small_dataset(folder.path("values.h5"), {.atoms = true})};
  options.output = folder.path("report");
  options.measure.parts = 3;
  options.measure.bootstrap = 50;
  options.measure.permutations = 49;
  return options;
}

TEST(Transfer, WritesOneReportOfAllTargets) {
  const TemporaryFolder folder;
  const TransferOptions options = small_options(folder);
  const TransferReport report = report::transfer(options);
  ASSERT_EQ(report.sources.size(), 2u);
  ASSERT_EQ(report.targets.size(), 2u);
  ASSERT_EQ(report.bases.size(), 3u);
  for (const TransferTarget& target : report.targets) {
    EXPECT_EQ(target.fits.size(), 3u);
    EXPECT_EQ(target.tests.size(), 2u);
    for (const TransferTest& test : target.tests) EXPECT_GT(test.p_value, 0.05);  // the same
    EXPECT_EQ(target.verdict.answer, "promising");
    EXPECT_EQ(target.verdict.lines.size(), 3u);
    EXPECT_EQ(target.verdict.sources.size(), 2u);
    EXPECT_EQ(target.coverage.size(), 2u);
    EXPECT_FALSE(target.notes.empty());  // forty molecules are few
  }
  EXPECT_NE(read_text(options.output + "/report.html").find("promising"), std::string::npos);
  EXPECT_NE(read_text(options.output + "/report.json").find("\"promising\""), std::string::npos);
}

TEST(Transfer, IsTheSameReportOnOneAndTwoThreads) {
  const TemporaryFolder folder;
  TransferOptions options = small_options(folder);
  std::vector<std::string> first;
  for (const int threads : {1, 2}) {
    const ThreadScope scope(threads);
    options.output = folder.path("report" + std::to_string(threads));
    report::transfer(options);
    std::vector<std::string> files;
    for (const char* name : {"report.json", "report.html", "graphons.h5"})
      files.push_back(read_text(options.output + "/" + name));
    if (threads == 1) first = files;
    for (std::size_t i = 0; i < files.size(); ++i) EXPECT_TRUE(files[i] == first[i]) << i;
  }
}

TEST(Transfer, OverwritesAReportOnlyWhenTold) {
  const TemporaryFolder folder;
  TransferOptions options = small_options(folder);
  options.measure.scores = {"graphon"};
  report::transfer(options);
  const Error error = error_of([&] { report::transfer(options); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(error, "--force")) << error.what();
  options.force = true;
  report::transfer(options);
}

TEST(Transfer, LooksAtEverythingBeforeItBegins) {
  const TemporaryFolder folder;
  const auto kind_with = [&](const auto& change) {
    TransferOptions options = small_options(folder);
    change(options);
    const Error error = error_of([&] { report::transfer(options); });
    EXPECT_FALSE(fs::exists(options.output + "/report.json"));
    return error.kind();
  };
  using O = TransferOptions&;
  EXPECT_EQ(kind_with([](O o) { o.sources.clear(); }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](O o) { o.targets.clear(); }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](O o) { o.output.clear(); }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](O o) { o.measure.bases = {"top"}; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](O o) { o.measure.estimator = "sass"; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](O o) { o.measure.scores = {"graphn"}; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](O o) { o.measure.resolution = 1; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](O o) { o.measure.level = 1; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](O o) { o.measure.level = NAN; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](O o) { o.measure.sample = 1; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](O o) { o.sources.push_back(o.sources[0]); }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](O o) { o.sources = {"nowhere.h5"}; }), ErrorKind::input);
  EXPECT_EQ(kind_with([](O o) { o.study = "nowhere.json"; }), ErrorKind::input);
  EXPECT_EQ(kind_with([](O o) { o.measure.model = "nowhere.safetensors"; }), ErrorKind::input);
  EXPECT_EQ(kind_with([](O o) {
              o.measure.node_types = 3;
              o.measure.estimator = "sas";
            }),
            ErrorKind::usage);
  EXPECT_EQ(kind_with([](O o) { o.should_stop = [] { return true; }; }), ErrorKind::interrupted);
}

TEST(Transfer, ABasisThatTheSourcesDoNotHaveIsMissingWithItsReason) {
  const TemporaryFolder folder;
  TransferOptions options = small_options(folder);
  options.measure.parts = 1000;
  options.measure.scores = {"graphon"};
  const TransferReport report = report::transfer(options);
  EXPECT_NE(report.bases[0].missing, "");
  EXPECT_EQ(report.bases[1].missing, "");
  EXPECT_EQ(report.targets[0].fits.size(), 2u);
}

/// A path of so many nodes.
graphs::Graph path_graph(std::int32_t nodes) {
  graphs::Graph graph;
  graph.node_columns = 1;
  graph.node_codes.assign(static_cast<std::size_t>(nodes), 0);
  for (std::int32_t node = 1; node < nodes; ++node) {
    graph.begin.push_back(node - 1);
    graph.end.push_back(node);
  }
  return graph;
}

std::string write_networks(const std::string& path, const std::vector<graphs::Graph>& graphs) {
  store::DatasetWriter writer(path, graphs::network_schema(), {}, /*with_molecules=*/false,
                              /*with_parts=*/false);
  for (const graphs::Graph& graph : graphs) writer.append(graph.view(), {}, {});
  writer.finish({});
  return path;
}

TEST(Transfer, TakesGraphsOfAnySize) {
  const TemporaryFolder folder;
  TransferOptions options = small_options(folder);
  graphs::Graph no_edges;
  no_edges.node_columns = 1;
  no_edges.node_codes.assign(7, 0);
  options.sources = {write_networks(folder.path("paths.h5"),
                                    {path_graph(10000), path_graph(3), path_graph(1), no_edges})};
  options.targets = {write_networks(folder.path("points.h5"), {path_graph(1), path_graph(1)}),
                     write_networks(folder.path("long.h5"), {path_graph(10000), path_graph(9999)})};
  options.measure.parts = 2;
  const TransferReport report = report::transfer(options);
  for (const TransferTarget& target : report.targets) {
    EXPECT_EQ(target.fits.size(), 3u);
    for (const TransferFit& fit : target.fits) EXPECT_FALSE(std::isnan(fit.unbiased));
    for (const TransferScoreValue& value : target.scores)
      EXPECT_EQ(std::isnan(value.value), !value.missing.empty()) << value.score;
  }
}

TEST(Transfer, RefusesSetsOfNothing) {
  const TemporaryFolder folder;
  TransferOptions options = small_options(folder);
  const std::string nothing = write_networks(folder.path("nothing.h5"), {});
  options.sources = {nothing};
  EXPECT_EQ(error_of([&] { report::transfer(options); }).kind(), ErrorKind::nothing_valid);
  options = small_options(folder);
  options.targets = {nothing};
  const Error error = error_of([&] { report::transfer(options); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(error, "nothing.h5 has 0 graphs")) << error.what();
}

TEST(Transfer, AProbeMeasuresTheGain) {
  const TemporaryFolder folder;
  TransferOptions options = small_options(folder);
  options.targets.resize(1);
  options.measure.scores = {"graphon"};
  options.probe.emplace();
  options.probe->encoder.layers = 2;
  options.probe->encoder.width = 8;
  options.probe->pretrain_epochs = 1;
  options.probe->finetune_epochs = 2;
  options.probe->split = "random";
  const TransferReport report = report::transfer(options);
  ASSERT_EQ(report.targets[0].probe.size(), 2u);
  // Every molecule of the sources is one of the target, so nothing is left to learn from.
  for (const ProbeGain& gain : report.targets[0].probe) EXPECT_NE(gain.missing, "");
  EXPECT_EQ(report.targets[0].verdict.score, "graphon-mixture");
}

TEST(GraphonFile, ComesBackAsItWasWritten) {
  const TemporaryFolder folder;
  const std::string path = folder.path("graphons.h5");
  const TransferReport report = molecule_report();
  write_graphons(path, report);
  EXPECT_TRUE(is_graphon_file(path));
  const GraphonFile file = read_graphons(path);
  std::size_t bases = 0;
  for (const TransferBasis& basis : report.bases) bases += basis.parts.empty() ? 0 : 1;
  ASSERT_EQ(file.bases.size(), bases);
  for (const TransferBasis& basis : file.bases)  // groups come back by name
    for (const TransferBasis& written : report.bases) {
      if (written.name != basis.name) continue;
      ASSERT_EQ(basis.parts.size(), written.parts.size());
      for (std::size_t p = 0; p < basis.parts.size(); ++p) {
        EXPECT_EQ(basis.parts[p].name, written.parts[p].name);
        EXPECT_EQ(basis.parts[p].graphs, written.parts[p].graphs);
        EXPECT_EQ(basis.parts[p].graphon.values, written.parts[p].graphon.values);
      }
    }
  ASSERT_EQ(file.targets.size(), report.targets.size());
  EXPECT_EQ(file.targets[0].set.name, report.targets[0].set.name);
  EXPECT_EQ(file.targets[0].graphon.values, report.targets[0].graphon.values);
  EXPECT_EQ(file.targets[0].fits.size(), report.targets[0].fits.size());
}

TEST(GraphonFile, RefusesAnotherFile) {
  const TemporaryFolder folder;
  const std::string dataset = write_small_dataset(folder.path("data.h5"), {});
  EXPECT_FALSE(is_graphon_file(dataset));
  EXPECT_EQ(error_of([&] { read_graphons(dataset); }).kind(), ErrorKind::mismatch);
  const std::string path = folder.path("graphons.h5");
  write_graphons(path, molecule_report());
  std::string bytes = read_text(path);
  bytes.resize(bytes.size() / 2);
  const std::string half = folder.write("half.h5", bytes);
  EXPECT_EQ(error_of([&] { read_graphons(half); }).kind(), ErrorKind::input);
}

/// A target whose nearest mixture leaves `share` of its structure out.
TransferTarget target_at(double share, double half_width) {
  TransferTarget target;
  target.graphon = {2, {0.2, 0.2, 0.2, 0.2}};
  TransferFit fit;
  fit.basis = "topo";
  fit.unbiased = 0.04 * share;
  fit.low = 0.04 * (share - half_width);
  fit.high = 0.04 * (share + half_width);
  target.fits = {fit};
  for (const auto& [source, value] :
       std::vector<std::pair<std::string, double>>{{"a", 0.2}, {"b", 0.1}, {"c", 0.3}}) {
    TransferScoreValue score;
    score.score = "graphon-mixture";
    score.source = source;
    score.value = value;
    target.scores.push_back(score);
  }
  return target;
}

TEST(Verdict, WithoutAStudyIsAboutStructureAndSaysSo) {
  EXPECT_NEAR(unexplained(target_at(0.3, 0), 0.01), 0.25, 1e-12);
  EXPECT_EQ(verdict_of(target_at(0.01, 0.005), nullptr).answer, "promising");
  EXPECT_EQ(verdict_of(target_at(0.01, 0.1), nullptr).answer, "uncertain");
  EXPECT_EQ(verdict_of(target_at(0.2, 0.01), nullptr).answer, "uncertain");
  EXPECT_EQ(verdict_of(target_at(0.5, 0.1), nullptr).answer, "unpromising");
  const TransferVerdict verdict = verdict_of(target_at(0.01, 0.005), nullptr);
  EXPECT_EQ(verdict.sources, (std::vector<std::string>{"b", "a", "c"}));
  ASSERT_EQ(verdict.lines.size(), 3u);
  EXPECT_NE(verdict.lines[0].find("1.0 %"), std::string::npos) << verdict.lines[0];
  EXPECT_NE(verdict.lines[2].find("No study"), std::string::npos);
  EXPECT_TRUE(std::isnan(verdict.gain));
}

/// Pairs whose gain falls as `graphon-mixture` rises; or rises and falls without regard to it.
TransferStudy study_of(bool is_told_by_the_score) {
  TransferStudy study;
  study.hash = "0123456789abcdef";
  for (int s = 0; s < 5; ++s)
    for (int t = 0; t < 4; ++t) {
      StudyPair pair;
      pair.source = "s" + std::to_string(s);
      pair.target = "t" + std::to_string(t);
      TransferScoreValue score;
      score.score = "graphon-mixture";
      score.source = pair.source;
      score.value = 0.1 * s + 0.01 * t;
      pair.scores = {score};
      pair.gain.gain = is_told_by_the_score ? 3 - s : (s * 7 + t * 3) % 5 - 2;
      study.pairs.push_back(pair);
    }
  StudyScore score{"graphon-mixture", "", 20};
  score.spearman = is_told_by_the_score ? 0.9 : 0.1;
  score.spearman_low = is_told_by_the_score ? 0.6 : -0.5;
  score.spearman_high = is_told_by_the_score ? 1 : 0.6;
  study.scores = {score};
  return study;
}

TEST(Verdict, RestsOnAStudyWhoseScoreCanBeTrusted) {
  const TransferStudy study = study_of(true);
  const TransferVerdict verdict = verdict_of(target_at(0.01, 0.005), &study);
  EXPECT_EQ(verdict.score, "graphon-mixture");
  EXPECT_EQ(verdict.sources, (std::vector<std::string>{"b", "a", "c"}));
  EXPECT_EQ(verdict.answer, "promising");
  EXPECT_NEAR(verdict.gain, 2, 0.7);  // source b is where s1 was
  EXPECT_LT(verdict.gain_low, verdict.gain);
  EXPECT_NE(verdict.lines[2].find("0123456789ab"), std::string::npos) << verdict.lines[2];
}

TEST(Verdict, BelievesNoScoreThatTheStudyDoesNot) {
  const TransferStudy study = study_of(false);
  const TransferVerdict verdict = verdict_of(target_at(0.01, 0.005), &study);
  EXPECT_EQ(verdict.answer, "uncertain");
  EXPECT_NE(verdict.lines[0].find("no score"), std::string::npos) << verdict.lines[0];
}

TEST(Verdict, PutsWhatWasMeasuredFirst) {
  TransferTarget target = target_at(0.01, 0.005);
  ProbeGain bad, good;
  bad.source = "a";
  bad.gain = -1;
  bad.p_value = 0.01;
  good.source = "c";
  good.gain = 2;
  good.p_value = 0.01;
  good.standard_error = 0.3;
  good.scratch = good.pretrained = {0.7, 0.8, 0.9};
  target.probe = {bad, good};
  TransferVerdict verdict = verdict_of(target, nullptr);
  EXPECT_EQ(verdict.answer, "promising");
  EXPECT_EQ(verdict.sources, (std::vector<std::string>{"c", "a"}));
  target.probe[1].p_value = 0.2;
  EXPECT_EQ(verdict_of(target, nullptr).answer, "uncertain");
  target.probe[1].gain = kUnknown;
  EXPECT_EQ(verdict_of(target, nullptr).answer, "unpromising");
}

}  // namespace
}  // namespace aufbau::report
