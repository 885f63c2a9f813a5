#include <gtest/gtest.h>

#include "aufbau.h"
#include "cli/program.h"
#include "testing/files.h"

namespace aufbau::testing {
namespace {

using Words = std::vector<std::string>;

/// A mistake on the command line, and what the one line on standard error must say.
struct Mistake {
  Words arguments;
  std::string says;
};

const std::vector<Mistake> kMistakes = {
    {{}, "[aufbau] a command is missing"},
    {{"pretran"}, "unknown command 'pretran'; did you mean 'pretrain'?"},
    {{"zzzzzzzzzz"}, "unknown command 'zzzzzzzzzz'"},
    {{"split", "d.h5"}, "[split] option --output is missing"},
    {{"split", "-o", "s.json"}, "[split] data is missing"},
    {{"split", "a.h5", "b.h5", "-o", "s.json"}, "unexpected argument 'b.h5'"},
    {{"ingest", "a.csv", "-o", "x.h5", "--smile-column", "s"},
     "unknown option '--smile-column'; did you mean '--smiles-column'?"},
    {{"ingest", "a.csv", "-o", "x.h5", "-x"}, "unknown option '-x'"},
    {{"ingest", "a.csv", "-o", "x.h5", "--schema", "hu3"}, "did you mean 'hu2'?"},
    {{"ingest", "a.csv", "-o", "x.h5", "--max-atoms", "0"},
     "--max-atoms '0': expected a whole number from 1 to 65535"},
    {{"ingest", "a.csv", "-o", "x.h5", "--target-columns", "a,,b"}, "names separated by commas"},
    {{"pretrain", "-i", "a.h5", "-o", "r"}, "option --objective is missing"},
    {{"pretrain", "-i", "a.h5", "-o", "r", "--objective", "attribute-masking", "--epochs", "many"},
     "--epochs 'many': expected a whole number from 1 to 1000000"},
    {{"pretrain", "-i", "a.h5", "-o", "r", "--objective", "attribute-masking", "--mask-rate",
      "1.5"},
     "--mask-rate '1.5': expected a number from 0 to 1"},
    {{"pretrain", "-i", "a.h5", "-o", "r", "--objective", "attribute-masking", "--epochs"},
     "--epochs needs exactly one value"},
    {{"pretrain", "-i", "a.h5", "-o", "r", "--objective", "attribute-masking", "--epochs", "1",
      "--epochs", "2"},
     "--epochs is given more than once"},
    {{"pretrain", "-i", "a.h5", "-o", "--force", "--objective", "attribute-masking"},
     "--output needs a value, got '--force'"},
    {{"pretrain", "-i", "a.h5", "-o", "r", "--objective", "attribute-masking", "--force=maybe"},
     "--force 'maybe': expected true or false"},
    {{"pretrain", "-i", "a.h5", "-o", "r", "--objective", "attribute-masking", "--encoder", "gim"},
     "did you mean 'gin'?"},
    {{"pretrain", "-i", "a.h5", "-o", "r", "--objective", "graphcl", "--augmentations",
      "subgraph,node-droping"},
     "--augmentations: unknown name 'node-droping'; did you mean 'node-dropping'?"},
    {{"pretrain", "-i", "a.h5", "-o", "r", "--objective", "graphcl", "--temperature", "0"},
     "--temperature '0': expected a number from 0.001 to 1000"},
    {{"ingest", "--graphs", "a.txt", "-o", "x.h5", "--ego-hop", "2"},
     "unknown option '--ego-hop'; did you mean '--ego-hops'?"},
    {{"ingest", "--graphs", "a.txt", "-o", "x.h5", "--format", "tuu"}, "did you mean 'tu'?"},
    {{"ingest", "a.txt", "-o", "x.h5", "--ego-hops", "2"}, "unknown option '--ego-hops'"},
    {{"finetune", "-i", "a.h5", "-o", "r", "--seed", "1", "--seeds", "0-2"}, "give --seeds alone"},
    {{"finetune", "-i", "a.h5", "-o", "r", "--seeds", "3-1"}, "seeds such as 0-9 or 0,1,2"},
    {{"finetune", "-i", "a.h5", "-o", "r", "--seeds", "0-2,1"}, "seed 1 is given twice"},
    {{"finetune", "-i", "a.h5", "-o", "r", "--metric", "roc_auc"}, "did you mean 'roc-auc'?"},
    {{"import", "w.pth", "-o", "m", "--encoder", "gim"}, "did you mean 'gin'?"},
    {{"import", "w.pth", "-o", "m", "--task-names", "a,,b"}, "names separated by commas"},
    {{"import", "w.pth", "-o", "w.pth/../w.pth", "--task-type", "auto"},
     "--task-type: unknown name"},
    {{"import", "w.pth"}, "option --output is missing"},
    {{"export", "-o", "w.pth"}, "[export] model is missing"},
    {{"export", "m.safetensors", "-o", "w.pth", "--encoder", "gin"}, "unknown option '--encoder'"},
    {{"version", "--seed", "-1"}, "unknown option '--seed'"},
    {{"split", "a.h5", "-o", "s", "--seed", "-1"},
     "--seed '-1': expected a whole number of at least 0"},
    {{"reproduce", "hu2021", "--data", "d", "-o", "r"}, "did you mean 'hu2020'?"},
    {{"select", "--target", "c.h5", "-o", "x.h5"}, "[select] option --source is missing"},
    {{"select", "--source", "a.h5", "-o", "x.h5"}, "[select] option --target is missing"},
    {{"select", "--source", "a.h5", "--target", "c.h5", "-o", "x.h5", "--method", "herdng"},
     "did you mean 'herding'?"},
    {{"select", "--source", "a.h5", "--target", "c.h5", "-o", "x.h5", "--budget", "-1"},
     "--budget '-1': expected a whole number of at least 0"},
    {{"select", "--source", "a.h5", "--target", "c.h5", "-o", "x.h5", "--basis", "topology"},
     "--basis: unknown name 'topology'"},
    {{"benchmark", "trainng"}, "did you mean 'training'?"},
    {{"benchmark", "--encoder", "gin,gim"}, "did you mean 'gin'?"},
    {{"benchmark", "--objectives", "infomx"}, "did you mean 'infomax'?"},
    {{"benchmark", "--threads", "1,many"}, "--threads 'many': expected a whole number"},
    {{"benchmark", "--molecules", "3"}, "--molecules '3': expected a whole number of at least 12"},
    {{"benchmark", "--json", "--markdown"}, "give --json or --markdown, not both"},
};

TEST(Usage, EveryMistakeEndsWithCodeTwoAndOneLine) {
  for (const auto& mistake : kMistakes) {
    const auto result = run_program(mistake.arguments);
    EXPECT_EQ(result.exit_code, 2) << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_NE(result.err.find(mistake.says), std::string::npos)
        << "expected: " << mistake.says << "\ngot: " << result.err;
    EXPECT_EQ(result.err.find("aufbau: ["), 0u) << result.err;
    EXPECT_EQ(result.err.find('\n'), result.err.size() - 1) << result.err;
  }
}

TEST(Usage, AnUnknownObjectiveIsMetWithTheNearestOne) {
  const TemporaryFolder folder;
  const auto result = run_program(
      {"pretrain", "-i", "none.h5", "-o", folder.path("r"), "--objective", "atribute-masking"});
  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_NE(result.err.find("'attribute-masking'"), std::string::npos) << result.err;
}

TEST(Usage, EveryCommandHasHelpThatListsItsOptions) {
  const auto overview = run_program({"--help"});
  EXPECT_EQ(overview.exit_code, 0);
  for (const char* command :
       {"ingest", "inspect", "split", "pretrain", "finetune", "predict", "embed", "compare",
        "reproduce", "select", "import", "export", "benchmark", "version"}) {
    EXPECT_NE(overview.out.find(command), std::string::npos);
    const auto help = run_program({command, "--help"});
    EXPECT_EQ(help.exit_code, 0) << help.err;
    EXPECT_EQ(help.out.find(std::string("aufbau ") + command), 0u);
    EXPECT_NE(help.out.find("--config"), std::string::npos);
  }
}

TEST(Usage, HelpListsTheNamesOfTheTables) {
  const auto help =
      run_program({"pretrain", "--help"}).out + run_program({"finetune", "--help"}).out +
      run_program({"ingest", "--help"}).out + run_program({"reproduce", "--help"}).out +
      run_program({"select", "--help"}).out + run_program({"benchmark", "--help"}).out;
  for (const auto table :
       {NameTable::schemas, NameTable::encoders, NameTable::jumping_knowledge, NameTable::poolings,
        NameTable::objectives, NameTable::augmentations, NameTable::splits, NameTable::schedules,
        NameTable::metrics, NameTable::protocols, NameTable::budgets, NameTable::strategies,
        NameTable::benchmark_sets, NameTable::bases, NameTable::selections, NameTable::benchmarks})
    for (const auto& entry : names(table))
      EXPECT_TRUE(help.find("  " + entry.name + " ") != std::string::npos ||
                  help.find("  " + entry.name + "\n") != std::string::npos)
          << entry.name;
}

TEST(Usage, VersionNamesTheLibraries) {
  const auto result = run_program({"version", "--json"});
  EXPECT_EQ(result.exit_code, 0);
  for (const char* key : {"\"version\"", "\"rdkit\"", "\"hdf5\"", "\"onednn\"", "\"devices\""})
    EXPECT_NE(result.out.find(key), std::string::npos) << result.out;
}

TEST(Usage, StartsTheSameWithAndWithoutAWaitingPolicy) {
  // Without one the program starts itself again; arguments and standard input must survive that.
  const TemporaryFolder folder;
  for (const char* policy : {"OMP_WAIT_POLICY=active", "OMP_WAIT_POLICY"}) {
    const auto result =
        run_program({"ingest", "-", "-o", folder.path("a.h5"), "--force"}, "CCO\nCCN\n", {policy});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_NE(result.out.find("stored 2 of 2 rows"), std::string::npos) << result.out;
  }
}

TEST(Usage, AMissingInputEndsWithCodeThree) {
  const TemporaryFolder folder;
  for (const Words& arguments :
       {Words{"ingest", folder.path("none.csv"), "-o", folder.path("x.h5")},
        Words{"inspect", folder.path("none.h5")},
        Words{"split", folder.path("none.h5"), "-o", folder.path("s.json")},
        Words{"predict", "-i", folder.path("none.csv"), "--model", folder.path("none.safetensors"),
              "-o", folder.path("p.csv")},
        Words{"import", folder.path("none.pth"), "-o", folder.path("m.safetensors")},
        Words{"export", folder.path("none.safetensors"), "-o", folder.path("w.pth")},
        Words{"pretrain", "--config", folder.path("none.toml")}}) {
    const auto result = run_program(arguments);
    EXPECT_EQ(result.exit_code, 3) << result.err;
    EXPECT_NE(result.err.find("none."), std::string::npos) << result.err;
  }
}

TEST(Usage, ADeviceThatIsNotThereEndsWithCodeEight) {
  const TemporaryFolder folder;
  const auto result =
      run_program({"split", "a.h5", "-o", folder.path("s.json"), "--device", "cuda:7"});
  EXPECT_EQ(result.exit_code, 8) << result.err;
  EXPECT_NE(result.err.find("[cuda] "), std::string::npos);
}

TEST(Usage, AnUnknownConfigurationKeyIsMetWithTheNearestOne) {
  const TemporaryFolder folder;
  const auto config = folder.write("c.toml", "data = \"a.h5\"\nepoch = 3\n");
  const auto result = run_program({"pretrain", "--config", config});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("c.toml line 2: unknown key 'epoch'; did you mean 'epochs'?"),
            std::string::npos)
      << result.err;
}

}  // namespace
}  // namespace aufbau::testing
