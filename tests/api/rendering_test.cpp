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

BenchmarkSummary small_benchmark() {
  return {"training",
          "a machine",
          {{"machine", "copy", "GB/s", 2, 3, 12.34, 13, 0, 0, {}},
           {"training",
            "step",
            "molecules/s",
            2,
            5,
            1400,
            1500,
            312,
            1,
            {{"products", 1750, 0.8, 0.85}, {"copies", 1000, 0.0142, NAN}}}}};
}

TEST(ToText, ABenchmarkShowsRatesBesideTheirCeilings) {
  EXPECT_EQ(
      to_text(small_benchmark()),
      "training on a machine\n"
      "measured           threads                              rate  share of it  the "
      "fastest's\n"
      "copy                     2                         12.3 GB/s                            "
      "\n"
      "step                     2                 1,400 molecules/s                            "
      "\n"
      "  beside products                          1,750 molecules/s        0.800          "
      "0.850\n"
      "  beside copies                            1,000 molecules/s        0.014              "
      "-\n"
      "  with                      312 launches and 1 wait per step                            "
      "\n");
}

TEST(ToMarkdown, ABenchmarkHasALineForEveryMeasurement) {
  EXPECT_EQ(
      to_markdown(small_benchmark()),
      "| measured | threads | rate | share of what bounds it |\n"
      "|---|---|---|---|\n"
      "| copy | 2 | 12.3 GB/s | is a bound |\n"
      "| step | 2 | 1,400 molecules/s | 0.80 of products; 0.014 of copies; 312 launches and 1 "
      "wait per step |\n");
}

TEST(ToJson, ABenchmarkHasItsMembersAndNullForWhatIsUnknown) {
  const json benchmark = json::parse(to_json(small_benchmark()));
  EXPECT_EQ(benchmark["what"], "training");
  EXPECT_EQ(benchmark["machine"], "a machine");
  const json& row = benchmark["rows"][1];
  EXPECT_EQ(row["benchmark"], "training");
  EXPECT_EQ(row["name"], "step");
  EXPECT_EQ(row["unit"], "molecules/s");
  EXPECT_EQ(row["threads"], 2);
  EXPECT_EQ(row["rounds"], 5);
  EXPECT_EQ(row["rate"], 1400);
  EXPECT_EQ(row["best"], 1500);
  EXPECT_EQ(row["launches"], 312);
  EXPECT_EQ(row["waits"], 1);
  EXPECT_EQ(row["ceilings"][0], json::parse(R"({"name": "products", "rate": 1750.0, "ratio": 0.8,
                                                "best_ratio": 0.85})"));
  EXPECT_TRUE(row["ceilings"][1]["best_ratio"].is_null());
  EXPECT_TRUE(benchmark["rows"][0]["ceilings"].empty());
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
