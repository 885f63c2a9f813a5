// The commands of the README that stand under "<!-- tested -->" are run as they stand there.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "cli/jobs.h"
#include "cli/program.h"
#include "molecules/molecule.h"

namespace aufbau::testing {
namespace {

namespace fs = std::filesystem;

/// The fenced blocks that follow a line "<!-- tested -->", as one script.
std::string tested_commands(const std::string& readme) {
  std::string script;
  bool marked = false, inside = false;
  for (const auto& line : lines_of(readme)) {
    if (line == "<!-- tested -->") {
      marked = true;
    } else if (line.starts_with("```")) {
      if (inside) marked = false;
      inside = marked && !inside;
    } else if (inside) {
      script += line + '\n';
    }
  }
  return script;
}

TEST(Readme, ItsCommandsRun) {
  const fs::path root = fs::path(test_file("..")).lexically_normal();
  const std::string script = tested_commands(read_text((root / "README.md").string()));
  ASSERT_NE(script.find("aufbau ingest"), std::string::npos);
  const TemporaryFolder folder;
  fs::create_directory(folder.path("bin"));
  fs::create_symlink(std::getenv("AUFBAU_PROGRAM"), folder.path("bin/aufbau"));
  fs::create_directory_symlink(root / "examples", folder.path("examples"));
  folder.write("script.sh", "set -euo pipefail\nexport PATH=" + folder.path("bin") + ":$PATH\ncd " +
                                folder.path() + "\n" + script);
  const std::string command =
      "bash " + folder.path("script.sh") + " > " + folder.path("log") + " 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << script << read_text(folder.path("log"));
}

TEST(Readme, ListsEveryCommand) {
  const std::string readme = read_text(test_file("../README.md"));
  int commands = 0;
  for (const auto& line : lines_of(run_program({"--help"}).out)) {
    if (!line.starts_with("  ")) continue;
    const std::string name = line.substr(2, line.find(' ', 2) - 2);
    const auto row = readme.find("\n| `" + name);
    ASSERT_NE(row, std::string::npos) << name;
    EXPECT_NE(std::string(" `").find(readme[row + 4 + name.size()]), std::string::npos) << name;
    ++commands;
  }
  EXPECT_GT(commands, 10);
}

TEST(Readme, ListsEveryRejectCodeWithItsMeaning) {
  const std::string readme = read_text(test_file("../README.md"));
  for (const auto& entry : molecules::kRejectCodes)
    EXPECT_NE(readme.find("| `" + std::string(entry.code) + "` | " + entry.meaning),
              std::string::npos)
        << entry.code;
}

}  // namespace
}  // namespace aufbau::testing
