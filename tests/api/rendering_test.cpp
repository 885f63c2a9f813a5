#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "aufbau.h"

namespace aufbau {
namespace {

using nlohmann::json;

TEST(ToJson, KeysAreTheNamesOfTheMembers) {
  IngestSummary ingest;
  ingest.dataset = "x.h5";
  ingest.rows = 3;
  ingest.rejected_by_code = {{"syntax", 2}};
  const json read = json::parse(to_json(ingest));
  EXPECT_EQ(read["dataset"], "x.h5");
  EXPECT_EQ(read["rows"], 3);
  EXPECT_EQ(read["rejected_by_code"]["syntax"], 2);
  EXPECT_EQ(json::parse(to_json(PretrainSummary{}))["steps"], 0);
  EXPECT_EQ(json::parse(to_json(PretrainSummary{}))["dropped"], 0);
  EXPECT_EQ(json::parse(to_json(SplitSummary{}))["train"], 0);
  EXPECT_EQ(json::parse(to_json(ApplySummary{}))["refused"], 0);
}

TEST(ToJson, APipelineHoldsItsStages) {
  PipelineSummary summary;
  summary.model = "m";
  summary.stages.resize(2);
  EXPECT_EQ(json::parse(to_json(summary))["stages"].size(), 2u);
  EXPECT_TRUE(json::parse(to_json(summary))["finetune"].is_null());
  summary.finetune.emplace().metric = "roc-auc";
  EXPECT_EQ(json::parse(to_json(summary))["finetune"]["metric"], "roc-auc");
}

TEST(ToJson, WhatIsNotANumberIsNull) {
  FinetuneSummary summary;
  summary.mean = NAN;
  summary.seeds.push_back({});
  summary.seeds[0].last_test = INFINITY;
  const json read = json::parse(to_json(summary));
  EXPECT_TRUE(read["mean"].is_null());
  EXPECT_TRUE(read["seeds"][0]["last_test"].is_null());
}

TEST(ToJson, TextThatIsNotUtf8StaysValidJson) {
  IngestSummary summary;
  summary.dataset = "a\xFF.h5";
  EXPECT_TRUE(json::accept(to_json(summary)));
}

Comparison small_comparison() {
  Comparison comparison;
  comparison.metric = "roc-auc";
  comparison.rows = {{"pretrained", {0, 1}, {0.7, 0.8}, {0.6, 0.7}, 0.75, 0.05, 0.65, 0.05},
                     {"ecfp4", {}, {0.72}, {0.72}, 0.72, 0, 0.72, 0}};
  comparison.pairs = {{"pretrained", "scratch", 2, 0.0312, 0.00001, NAN}};
  comparison.notes = {"two seeds say little"};
  return comparison;
}

TEST(ToText, AComparisonShowsMeansSpreadsAndPValues) {
  EXPECT_EQ(to_text(small_comparison()),
            "test roc-auc over seeds (higher is better)\n"
            "run         seeds  at best validation     at last epoch\n"
            "pretrained      2    0.7500 +- 0.0500  0.6500 +- 0.0500\n"
            "ecfp4           1              0.7200            0.7200\n"
            "\n"
            "difference, paired over seeds  pairs     mean  p (t-test)  p (signed-rank)\n"
            "pretrained - scratch               2  +0.0312    < 0.0001                -\n"
            "note: two seeds say little\n");
}

TEST(ToText, ABenchmarkShowsFigureCeilingAndBothRatios) {
  BenchmarkSummary summary{"training", "a machine", {}};
  summary.rows = {{"step", "molecules/s", 400, 500, 0.8, "products"}};
  const std::string text = to_text(summary);
  for (const char* part : {"training on a machine", "400 molecules/s", "500 molecules/s", "0.800",
                           "1.250", "ceiling: products"})
    EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST(Rendering, OfATransferReportIsThatOfItsModule) {
  TransferReport report;
  report.targets.resize(1);
  report.targets[0].set.name = "bbbp";
  EXPECT_EQ(json::parse(to_json(report))["targets"][0]["set"]["name"], "bbbp");
  EXPECT_EQ(to_text(report), "bbbp: no answer\n");
}

TEST(JsonToText, LaysOutObjectsAndShortensLists) {
  EXPECT_EQ(
      json_to_text(R"({"a": 1, "b": {"c": "x", "d": null}, "e": [1, 2], "f": [{"g": true}]})"),
      "a: 1\nb:\n  c: x\n  d: -\ne: 1, 2\nf:\n  -\n    g: true\n");
  const std::string text = json_to_text(R"({"n": [1,2,3,4,5,6,7,8,9,10,11,12,13,14]})");
  EXPECT_NE(text.find("... (14 in all)"), std::string::npos) << text;
  EXPECT_THROW(json_to_text("[1]"), Error);
  EXPECT_THROW(json_to_text("{"), Error);
}

}  // namespace
}  // namespace aufbau
