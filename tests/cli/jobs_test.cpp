#include "cli/jobs.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace aufbau::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

TEST(Ingest, CountsRowsAndListsWhatItRefused) {
  const TemporaryFolder folder;
  const auto table = folder.write("a.csv", "smiles,y\nCCO,1\nC1CC,2\nCCN,x\n,3\nCCC,4\n");
  const auto result = run_program(
      {"ingest", table, "-o", folder.path("a.h5"), "--target-columns", "y", "--json", "--quiet"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  const json summary = json::parse(result.out);
  EXPECT_EQ(summary["rows"], 5);
  EXPECT_EQ(summary["stored"], 2);
  EXPECT_EQ(summary["rejected"], 3);
  EXPECT_EQ(summary["rejected_by_code"]["syntax"], 1);
  EXPECT_EQ(summary["rejected_by_code"]["bad-target"], 1);
  EXPECT_EQ(summary["rejected_by_code"]["empty"], 1);
  EXPECT_EQ(lines_of(read_text(folder.path("a.rejects.csv"))).size(), 4u);
}

TEST(Ingest, StopsAtTheFirstBadRowWhenAsked) {
  const TemporaryFolder folder;
  const auto table = folder.write("a.csv", "smiles\nCCO\nC1CC\n");
  const auto result =
      run_program({"ingest", table, "-o", folder.path("a.h5"), "--on-invalid", "fail"});
  EXPECT_EQ(result.exit_code, 4) << result.err;
  EXPECT_NE(result.err.find("C1CC"), std::string::npos) << result.err;
  EXPECT_FALSE(fs::exists(folder.path("a.h5")));
}

TEST(Ingest, EndsWithCodeFiveWhenNothingIsValid) {
  const TemporaryFolder folder;
  const auto table = folder.write("a.csv", "smiles\nC1CC\n");
  const auto result = run_program({"ingest", table, "-o", folder.path("a.h5")});
  EXPECT_EQ(result.exit_code, 5) << result.err;
}

TEST(Ingest, ReadsStandardInputAndWillNotOverwrite) {
  const TemporaryFolder folder;
  const auto first = run_program({"ingest", "-", "-o", folder.path("a.h5")}, "CCO one\nCCN two\n");
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_NE(first.out.find("stored 2 of 2 rows"), std::string::npos) << first.out;
  EXPECT_EQ(run_program({"ingest", "-", "-o", folder.path("a.h5")}, "CCO\n").exit_code, 2);
  EXPECT_EQ(run_program({"ingest", "-", "-o", folder.path("a.h5"), "--force"}, "CCO\n").exit_code,
            0);
}

TEST(Ingest, AMissingColumnIsMetWithTheNearestOne) {
  const TemporaryFolder folder;
  const auto table = folder.write("a.csv", "smiles,activity\nCCO,1\n");
  const auto result =
      run_program({"ingest", table, "-o", folder.path("a.h5"), "--target-columns", "activty"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("activity"), std::string::npos) << result.err;
}

TEST(Inspect, KnowsEveryKindOfFile) {
  const TemporaryFolder folder;
  const auto splits = folder.path("s.json");
  ASSERT_EQ(run_program({"split", jobs().dataset, "-o", splits}).exit_code, 0);
  const std::vector<std::pair<std::string, std::string>> kinds = {{jobs().dataset, "dataset"},
                                                                  {jobs().model(), "model"},
                                                                  {splits, "splits"},
                                                                  {jobs().finetuned, "run"}};
  for (const auto& [path, kind] : kinds) {
    const auto result = run_program({"inspect", path, "--json"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(json::parse(result.out)["kind"], kind);
    const auto text = run_program({"inspect", path});
    EXPECT_EQ(text.out.find("kind: " + kind), 0u) << text.out;
  }
  const auto other = folder.write("other.txt", "neither this nor that");
  EXPECT_EQ(run_program({"inspect", other}).exit_code, 3);
}

TEST(Inspect, DescribesTheTargetsOfADataset) {
  const json dataset = json::parse(run_program({"inspect", jobs().dataset, "--json"}).out);
  EXPECT_EQ(dataset["graphs"], 120);
  EXPECT_EQ(dataset["targets"][0]["name"], "tpsa");
  EXPECT_EQ(dataset["targets"][0]["looks_like"], "regression");
  EXPECT_EQ(dataset["targets"][0]["missing_fraction"], 0.0);
}

TEST(Split, PartsAddUpAndCanBeGivenBack) {
  const TemporaryFolder folder;
  const auto splits = folder.path("s.json");
  const auto made = run_program({"split", jobs().dataset, "-o", splits, "--split", "random",
                                 "--split_sizes", "0.5", "0.25", "0.25", "--json"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const json summary = json::parse(made.out);
  EXPECT_EQ(summary["train"], 60);
  EXPECT_EQ(summary["valid"], 30);
  EXPECT_EQ(summary["test"], 30);
  const auto used =
      run_program(with_small_encoder({"finetune", "-i", jobs().dataset, "-o", folder.path("run"),
                                      "--splits-file", splits, "--epochs", "1"}));
  EXPECT_EQ(used.exit_code, 0) << used.err;
}

TEST(Predict, AnswersEveryRowInOrder) {
  const TemporaryFolder folder;
  const std::string table =
      "name,smiles,note\nfirst,CCO,\"a, "
      "b\"\nsecond,C1CC,ring\nthird,,\nfourth,c1ccccc1,x\nfifth,C\xC3\xA9,y\n";
  const auto result = run_program({"predict", "-i", folder.write("new.csv", table), "--model",
                                   jobs().model(), "-o", folder.path("out.csv"), "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const json summary = json::parse(result.out);
  EXPECT_EQ(summary["rows"], 5);
  EXPECT_EQ(summary["answered"], 2);
  EXPECT_EQ(summary["refused"], 3);
  const auto in = lines_of(table), out = lines_of(read_text(folder.path("out.csv")));
  ASSERT_EQ(out.size(), in.size());
  EXPECT_EQ(out[0], in[0] + ",pred_tpsa,error");
  for (std::size_t i = 0; i < in.size(); ++i) EXPECT_EQ(out[i].find(in[i]), 0u) << out[i];
  EXPECT_NE(out[2].find(",,"), std::string::npos) << out[2];
  EXPECT_NE(out[2].find("syntax"), std::string::npos) << out[2];
  EXPECT_NE(out[3].find("empty"), std::string::npos) << out[3];
  EXPECT_EQ(out[4].back(), ',') << out[4];
  EXPECT_NE(out[5].find("bad-bytes"), std::string::npos) << out[5];
}

TEST(Predict, WritesRowsAloneToStandardOutput) {
  const auto result = run_program({"predict", "-i", "-", "--model", jobs().model(), "-o", "-"},
                                  "smiles,x\nCCO,1\nCC,2\n");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto lines = lines_of(result.out);
  ASSERT_EQ(lines.size(), 3u) << result.out;
  EXPECT_EQ(lines[0], "smiles,x,pred_tpsa,error");
}

TEST(Predict, AModelWithoutAHeadEndsWithCodeSix) {
  const TemporaryFolder folder;
  const auto result =
      run_program({"predict", "-i", jobs().table, "--model",
                   jobs().pretrained + "/model.safetensors", "-o", folder.path("out.csv")});
  EXPECT_EQ(result.exit_code, 6) << result.err;
}

TEST(Embed, WritesTheSameVectorsInEveryFormat) {
  const TemporaryFolder folder;
  for (const char* name : {"a.npy", "b.csv", "c.h5"}) {
    const auto result = run_program({"embed", "-i", jobs().table, "--model", jobs().model(), "-o",
                                     folder.path(name), "--quiet"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_TRUE(fs::exists(folder.path(name))) << name;
  }
  EXPECT_EQ(lines_of(read_text(folder.path("b.csv"))).size(), 121u);
  EXPECT_EQ(read_text(folder.path("a.npy")).substr(1, 5), "NUMPY");
}

TEST(Compare, SetsRunsSideBySideWithTheBaseline) {
  const TemporaryFolder folder;
  const auto result = run_program({"compare", jobs().finetuned, jobs().scratch, "-o",
                                   folder.path("c.json"), "--json", "--quiet"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const json comparison = json::parse(result.out);
  EXPECT_EQ(comparison["metric"], "rmse");
  EXPECT_EQ(comparison["higher_is_better"], false);
  ASSERT_EQ(comparison["rows"].size(), 3u);
  EXPECT_EQ(comparison["rows"][0]["scores"].size(), 3u);
  EXPECT_GE(comparison["pairs"].size(), 1u);
  EXPECT_EQ(comparison["pairs"][0]["pairs"], 3);
  EXPECT_EQ(json::parse(read_text(folder.path("c.json")))["metric"], "rmse");
  const auto text = run_program({"compare", jobs().finetuned, jobs().scratch, "--no-baseline"});
  EXPECT_NE(text.out.find("paired over seeds"), std::string::npos) << text.out;
}

TEST(Config, ARunIsRepeatedFromItsOwnConfiguration) {
  const TemporaryFolder folder;
  const auto again = folder.path("again");
  auto result =
      run_program({"pretrain", "--config", jobs().pretrained + "/config.toml", "-o", again});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(read_text(again + "/model.safetensors"),
            read_text(jobs().pretrained + "/model.safetensors"));
  result = run_program(
      {"finetune", "--config", jobs().finetuned + "/config.toml", "-o", folder.path("tuned")});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(read_text(folder.path("tuned/model.safetensors")), read_text(jobs().model()));
}

TEST(Config, TheCommandLineWins) {
  const TemporaryFolder folder;
  const auto result = run_program({"pretrain", "--config", jobs().pretrained + "/config.toml", "-o",
                                   folder.path("short"), "--epochs", "1", "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(json::parse(result.out)["epochs"], 1);
}

TEST(Threads, ModelsAreEqualAtAnyNumber) {
  const TemporaryFolder folder;
  for (const char* threads : {"1", "2"}) {
    const auto result = run_program(with_small_encoder(
        {"pretrain", "-i", jobs().dataset, "-o", folder.path(threads), "--objective",
         "attribute-masking,context-prediction", "--epochs", "1", "--threads", threads}));
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }
  EXPECT_EQ(read_text(folder.path("1/model.safetensors")),
            read_text(folder.path("2/model.safetensors")));
}

}  // namespace
}  // namespace aufbau::testing
