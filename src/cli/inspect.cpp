#include <iostream>

#include "cli/command.h"
#include "cli/options.h"

namespace aufbau::cli {

void run_inspect(const std::vector<std::string>& arguments) {
  std::string path;
  bool json = false;
  OptionSet set("inspect", "Says what is in a dataset, a model, a splits file or a run folder.");
  set.positional("file", path, "what to look at");
  set.required();
  set.flag("--json", json, "print it as one JSON object");
  if (!set.parse(arguments)) return;
  const std::string found = inspect(path);
  std::cout << (json ? found + "\n" : json_to_text(found));
}

}  // namespace aufbau::cli
