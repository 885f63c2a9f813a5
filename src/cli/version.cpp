#include <iostream>

#include "cli/command.h"
#include "cli/options.h"

namespace aufbau::cli {

void run_version(const std::vector<std::string>& arguments) {
  bool json = false;
  OptionSet set("version", "Says which version this is, and of which libraries.");
  set.flag("--json", json, "print it as one JSON object");
  if (!set.parse(arguments)) return;
  std::cout << (json ? version_json() + "\n" : json_to_text(version_json()));
}

}  // namespace aufbau::cli
