// `aufbau transfer` from the command line.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/jobs.h"
#include "cli/program.h"

namespace aufbau::testing {
namespace {

std::vector<std::string> transfer(const std::string& output) {
  return {"transfer",
          "--source",
          jobs().dataset,
          "--target",
          jobs().dataset,
          "-o",
          output,
          "--bootstrap",
          "50",
          "--parts",
          "3",
          "--scores",
          "graphon,h-score",
          "--permutations",
          "49"};
}

TEST(TransferCommand, AnswersAndWritesTheReport) {
  const TemporaryFolder folder;
  const std::string output = folder.path("report");
  const ProgramResult result = run_program(transfer(output));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("promising"), std::string::npos) << result.out;
  for (const char* name : {"report.html", "report.json", "graphons.h5"})
    EXPECT_TRUE(std::filesystem::exists(output + "/" + name)) << name;
  EXPECT_NE(run_program({"inspect", output}).out.find("transfer report"), std::string::npos);
  EXPECT_NE(run_program({"inspect", output + "/graphons.h5"}).out.find("graphons"),
            std::string::npos);
  EXPECT_EQ(run_program(transfer(output)).exit_code, 2);  // it is there already
}

TEST(TransferCommand, PrintsTheReportAsJson) {
  const TemporaryFolder folder;
  std::vector<std::string> arguments = transfer(folder.path("report"));
  arguments.insert(arguments.end(), {"--json", "--quiet"});
  const ProgramResult result = run_program(arguments);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  const auto printed = nlohmann::json::parse(result.out);
  const auto written = nlohmann::json::parse(read_text(folder.path("report/report.json")));
  EXPECT_EQ(printed, written);
}

TEST(TransferCommand, AsksForAProbeWhereItsOptionsAreGiven) {
  const TemporaryFolder folder;
  std::vector<std::string> arguments = transfer(folder.path("report"));
  arguments.insert(arguments.end(), {"--finetune-epochs", "3"});
  const ProgramResult result = run_program(arguments);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("--finetune-epochs says how to probe: add --probe"), std::string::npos)
      << result.err;
}

}  // namespace
}  // namespace aufbau::testing
