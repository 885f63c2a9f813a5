#include "report/transfer/report_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "report/transfer/example_reports.h"
#include "report/transfer/report_text.h"
#include "testing/files.h"

namespace aufbau::report {
namespace {

using nlohmann::json;

TEST(ReportJson, HoldsTheNumbersOfTheReport) {
  const TransferReport report = testing::molecule_report();
  const json read = json::parse(report_json(report));
  EXPECT_EQ(read["format"], "aufbau-transfer-report");
  EXPECT_EQ(read["format_version"], 1);
  EXPECT_EQ(read["seed"], 7);
  EXPECT_EQ(read["measure"]["bases"], report.measure.bases);
  EXPECT_EQ(read["sources"][1]["graphs"], 456331);
  EXPECT_EQ(read["bases"][0]["parts"][4]["graphon"]["values"],
            report.bases[0].parts[4].graphon.values);
  const TransferTarget& target = report.targets[0];
  const json& first = read["targets"][0];
  EXPECT_EQ(first["set"]["mean_nodes"], target.set.mean_nodes);
  EXPECT_EQ(first["fits"][1]["weights_high"], target.fits[1].weights_high);
  EXPECT_EQ(first["fits"][0]["unbiased"], target.fits[0].unbiased);
  EXPECT_EQ(first["fits"][0]["distances"]["gw-kl"], 0.0345);
  EXPECT_EQ(first["fits"][0]["compat"]["loss"], target.fits[0].compat->loss);
  EXPECT_TRUE(first["fits"][1]["compat"].is_null());
  EXPECT_EQ(first["fits"][2]["motifs"][6]["bound"], target.fits[2].motifs[6].bound);
  EXPECT_EQ(first["tests"][1]["p_value"], 0.014);
  EXPECT_EQ(first["scores"].size(), target.scores.size());
  EXPECT_EQ(first["scores"][3]["higher_is_closer"], true);
  EXPECT_EQ(first["scores"][3]["itself"], 0.467);
  EXPECT_EQ(first["coverage"][1]["shares"], target.coverage[1].shares);
  EXPECT_EQ(first["nearest"][1]["nearest"], target.nearest[1].nearest);
  EXPECT_EQ(first["probe"][1]["scratch"], target.probe[1].scratch);
  EXPECT_EQ(first["verdict"]["lines"], target.verdict.lines);
  EXPECT_EQ(first["verdict"]["gain_low"], 0.21);
  EXPECT_EQ(first["notes"], target.notes);
}

TEST(ReportJson, WhatIsNotKnownIsNullAndBytesThatAreNotTextAreReplaced) {
  const json read = json::parse(report_json(testing::hostile_report()));
  EXPECT_TRUE(read["measure"]["level"].is_null());
  EXPECT_TRUE(read["bases"][0]["parts"][1]["graphon"]["values"][3].is_null());
  EXPECT_TRUE(read["targets"][0]["fits"][0]["unbiased"].is_null());
  EXPECT_TRUE(read["targets"][0]["tests"][1]["distance"].is_null());
}

void collect_keys(const json& value, std::set<std::string>& keys) {
  if (value.is_object())
    for (const auto& [key, item] : value.items()) {
      keys.insert(key);
      if (key != "distances")
        collect_keys(item, keys);  // its keys are names of NameTable::distances
    }
  if (value.is_array())
    for (const json& item : value) collect_keys(item, keys);
}

TEST(ReportJson, EveryKeyStandsInTheReadme) {
  const std::string readme =
      testing::read_text(testing::test_file("../src/report/transfer/README.md"));
  std::set<std::string> keys;
  collect_keys(json::parse(report_json(testing::molecule_report())), keys);
  EXPECT_GT(keys.size(), 60u);
  for (const std::string& key : keys)
    EXPECT_NE(readme.find('`' + key + '`'), std::string::npos) << key;
}

TEST(ReportText, ShowsTheAnswerThenDistancesThenSourcesSideBySide) {
  TransferReport report;
  report.sources = {{}, {}};
  report.sources[0].name = "zinc";
  report.sources[1].name = "chembl";
  report.bases = {{"topo", {}, "too few graphs"},
                  {"domain", {{"zinc", 1, {}}, {"chembl", 1, {}}}, ""}};
  TransferTarget target;
  target.set.name = "bbbp";
  target.verdict.answer = "promising";
  target.verdict.lines = {"One.", "Two.", "Three."};
  TransferFit fit;
  fit.basis = "domain";
  fit.weights = {0.25, 0.75};
  fit.unbiased = 0.000184;
  fit.noise_floor = 0.0000312;
  target.fits = {fit};
  target.tests = {{"zinc", 0.000391, 0.0004}, {"chembl", 0.000176, 0.014}};
  TransferScoreValue score;
  score.score = "egi";
  score.source = "chembl";
  score.value = 0.725;
  score.itself = 0.701;
  target.scores = {score};
  target.notes = {"few\x1B graphs"};
  report.targets = {target};
  EXPECT_EQ(report_text(report),
            "bbbp: promising\n"
            "  One.\n"
            "  Two.\n"
            "  Three.\n"
            "\n"
            "  nearest mixture  distance  from  to  noise floor\n"
            "  domain           0.000184     -   -     3.12e-05\n"
            "  weights of domain: 0.25 zinc, 0.75 chembl\n"
            "  topo is missing: too few graphs\n"
            "\n"
            "  source        zinc    chembl  itself  closer is\n"
            "  distance  0.000391  0.000176       -      lower\n"
            "  p-value    < 0.001     0.014       -     higher\n"
            "  egi              -     0.725   0.701      lower\n"
            "note: few? graphs\n");
}

TEST(ReportText, HoldsForEveryReport) {
  for (const TransferReport& report :
       {testing::molecule_report(), testing::network_report(), testing::hostile_report(), {}})
    EXPECT_EQ(report_text(report).find('\x1B'), std::string::npos);
}

}  // namespace
}  // namespace aufbau::report
