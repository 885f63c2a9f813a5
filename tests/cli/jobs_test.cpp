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

TEST(Pretrain, DropsTheMoleculesOfOtherSetsAndOfTheirHeldOutParts) {
  const TemporaryFolder folder;
  const auto splits = folder.path("s.json");
  ASSERT_EQ(run_program({"split", jobs().dataset, "-o", splits, "--split", "random"}).exit_code, 0);
  const auto pretrain = [&](const std::string& run, const std::vector<std::string>& more) {
    auto words = with_small_encoder({"pretrain", "-i", jobs().dataset, "-o", folder.path(run),
                                     "--objective", "attribute-masking", "--epochs", "1"});
    words.insert(words.end(), more.begin(), more.end());
    return run_program(words);
  };
  const auto other = folder.path("other.h5");
  ASSERT_EQ(run_program({"ingest", "-", "-o", other}, "C[13CH2]O\n").exit_code, 0);
  const auto held_out = jobs().dataset + ':' + splits;
  const auto result = pretrain("run", {"--exclude", other, "--exclude", held_out, "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto dropped = json::parse(result.out)["dropped"].get<int>();
  EXPECT_GE(dropped, 24);  // the split's valid and test parts, and their duplicates
  EXPECT_LT(dropped, 60);
  EXPECT_NE(result.err.find("leak guard: " + std::to_string(dropped) + " of 120 molecules"),
            std::string::npos)
      << result.err;
  EXPECT_NE(read_text(folder.path("run/config.toml")).find("exclude = [\"" + other + "\", \""),
            std::string::npos);
  const auto again = run_program(
      {"pretrain", "--config", folder.path("run/config.toml"), "-o", folder.path("again")});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_NE(again.out.find("dropped " + std::to_string(dropped) + " molecules beforehand\n"),
            std::string::npos)
      << again.out;
  EXPECT_EQ(read_text(folder.path("again/model.safetensors")),
            read_text(folder.path("run/model.safetensors")));
  EXPECT_EQ(pretrain("none", {"--exclude", folder.path("none.h5")}).exit_code, 3);
  EXPECT_EQ(pretrain("all", {"--exclude", jobs().dataset}).exit_code, 5);
}

TEST(Ingest, TakesTheFeaturesOfTheOpenGraphBenchmarkAndModelsKeepThem) {
  const TemporaryFolder folder;
  const auto data = folder.path("data.h5");
  const auto made = run_program({"ingest", jobs().table, "-o", data, "--schema", "ogb9", "--json"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const json schema = json::parse(run_program({"inspect", data, "--json"}).out)["schema"];
  EXPECT_EQ(schema["name"], "ogb9");
  EXPECT_EQ(schema["node_columns"].size(), 9u);
  EXPECT_EQ(schema["edge_columns"]["stereo"], 6);
  const auto pretrained =
      run_program(with_small_encoder({"pretrain", "-i", data, "-o", folder.path("p"), "--objective",
                                      "attribute-masking,context-prediction", "--epochs", "1"}));
  ASSERT_EQ(pretrained.exit_code, 0) << pretrained.err;
  const auto model = folder.path("p/model.safetensors");
  ASSERT_EQ(run_program(
                {"finetune", "-i", data, "--init", model, "-o", folder.path("f"), "--epochs", "1"})
                .exit_code,
            0);
  const auto predicted = run_program(
      {"predict", "-i", "-", "--model", folder.path("f/model.safetensors"), "-o", "-", "--quiet"},
      "smiles\nCCO\n");
  EXPECT_EQ(predicted.exit_code, 0) << predicted.err;
  const auto mixed = run_program(
      {"finetune", "-i", jobs().dataset, "--init", model, "-o", folder.path("g"), "--epochs", "1"});
  EXPECT_EQ(mixed.exit_code, 6);
  EXPECT_NE(mixed.err.find("ingest with --schema ogb9"), std::string::npos) << mixed.err;
  // Out and in again: the schema is said, because a state dict does not hold it.
  const auto weights = folder.path("w.pth");
  ASSERT_EQ(run_program({"export", model, "-o", weights}).exit_code, 0);
  const auto as_hu2 = run_program({"import", weights, "-o", folder.path("h.safetensors")});
  EXPECT_EQ(as_hu2.exit_code, 6) << as_hu2.out;
  EXPECT_EQ(run_program({"import", weights, "-o", folder.path("o.safetensors"), "--schema", "ogb9"})
                .exit_code,
            0);
}

TEST(Export, WritesWhatImportReadsBack) {
  const TemporaryFolder folder;
  for (const char* name : {"w.pth", "w.safetensors"}) {
    const auto out = run_program({"export", jobs().model(), "-o", folder.path(name)});
    ASSERT_EQ(out.exit_code, 0) << out.err;
    EXPECT_EQ(out.out.find("GIN of Hu et al. (2020): "), 0u) << out.out;
    EXPECT_NE(out.out.find("  tasks: tpsa\n"), std::string::npos) << out.out;
    const auto in = run_program({"import", folder.path(name), "-o", folder.path("m.safetensors"),
                                 "--task-names", "tpsa", "--task_type", "regression", "--force"});
    ASSERT_EQ(in.exit_code, 0) << in.err;
    EXPECT_NE(in.out.find("2 layers of width 16, jk last, schema hu2\n"), std::string::npos)
        << in.out;
    EXPECT_NE(in.out.find("0 of them changed; 0 left, 0 made\n"), std::string::npos) << in.out;
    EXPECT_NE(in.out.find("model " + folder.path("m.safetensors") + '\n'), std::string::npos);
  }
  const auto again = run_program({"export", jobs().model(), "-o", folder.path("w.pth")});
  EXPECT_EQ(again.exit_code, 2) << again.err;
  const auto json =
      run_program({"export", jobs().model(), "-o", folder.path("w.pth"), "--force", "--json"});
  EXPECT_EQ(json::parse(json.out)["not_in_file"]["task types"], "regression");
}

TEST(Import, SaysWhatItTookAndWhatNot) {
  const TemporaryFolder folder;
  const auto file = folder.path("w.pth");
  ASSERT_EQ(run_program({"export", jobs().model(), "-o", file}).exit_code, 0);
  const auto result = run_program(
      {"import", file, "-o", folder.path("m.safetensors"), "--prefix", "gnn.", "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const json summary = json::parse(result.out);
  EXPECT_EQ(summary["encoder"], "gin");
  EXPECT_EQ(summary["tasks"], json::array({"task_1"}));
  EXPECT_GT(summary["taken"].size(), 20u);
  const auto none =
      run_program({"import", file, "-o", folder.path("n.safetensors"), "--prefix", "model."});
  EXPECT_EQ(none.exit_code, 2) << none.err;
  const auto text = folder.write("text.pth", "not weights at all");
  EXPECT_EQ(run_program({"import", text, "-o", folder.path("n.safetensors")}).exit_code, 3);
  const auto half = folder.write("half.pth", read_text(file).substr(0, 3000));
  const auto cut = run_program({"import", half, "-o", folder.path("n.safetensors")});
  EXPECT_EQ(cut.exit_code, 3) << cut.err;
  EXPECT_NE(cut.err.find("byte "), std::string::npos) << cut.err;
  EXPECT_FALSE(fs::exists(folder.path("n.safetensors")));
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

TEST(Jobs, NetworksGoFromEdgesToPredictions) {
  const TemporaryFolder folder;
  std::string edges = "from to weight\n", labels;
  for (int v = 0; v < 40; ++v) {
    edges += std::to_string(v) + ' ' + std::to_string((v + 1) % 40) + " 0.5\n";
    if (v % 4 == 0) edges += std::to_string(v) + ' ' + std::to_string((v + 7) % 40) + " 2\n";
    labels += std::to_string(v) + ' ' + std::to_string(v % 4 == 0) + '\n';
  }
  const std::string network = folder.write("edges.txt", edges), data = folder.path("egos.h5");
  const auto ingested =
      run_program({"ingest", "--graphs", network, "--labels", folder.write("labels.txt", labels),
                   "--edge-values", "weight", "--ego-hops", "1", "-o", data, "--quiet"});
  EXPECT_EQ(ingested.exit_code, 0) << ingested.err;
  EXPECT_EQ(ingested.out, "stored 40 of 40 graphs in " + data + "\nrejected 0; listed in " +
                              folder.path("egos.rejects.csv") +
                              "\nheader lines: 1\ntargets label\n");
  const json inspected = json::parse(run_program({"inspect", data, "--json"}).out);
  EXPECT_EQ(inspected["schema"]["edge_values"], json::array({"weight"}));
  // One seed by its other name; the run is that of --seeds 3.
  const auto tuned = run_program(with_small_encoder(
      {"finetune", "-i", data, "-o", folder.path("run"), "--encoder", "bio-gin", "--pooling",
       "mean-centre", "--split", "random", "--epochs", "2", "--seed", "3"}));
  ASSERT_EQ(tuned.exit_code, 0) << tuned.err;
  EXPECT_TRUE(std::filesystem::exists(folder.path("run/seed-3")));
  const auto predicted = run_program({"predict", "-i", data, "--model",
                                      folder.path("run/model.safetensors"), "-o", "-", "--quiet"});
  EXPECT_EQ(predicted.exit_code, 0) << predicted.err;
  const std::vector<std::string> lines = lines_of(predicted.out);
  ASSERT_EQ(lines.size(), 41u);
  EXPECT_EQ(lines[0], "row,centre,prob_label,error");
  EXPECT_TRUE(lines[12].starts_with("11,11,0.")) << lines[12];
}

}  // namespace
}  // namespace aufbau::testing
