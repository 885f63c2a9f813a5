#include "report/transfer/browser.h"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "testing/files.h"

namespace aufbau::testing {
namespace {

constexpr const char* kProgram = "chromium-headless-shell";

/// Loads a page and leaves its document in <folder>/dom, its messages in <folder>/messages and what
/// it asked of the network in <folder>/network.
bool open_page(const TemporaryFolder& folder, const std::string& html, int window_width) {
  folder.write("page.html", html);
  std::string command = "timeout 100 " + std::string(kProgram);
  // The page is our own; the sandbox refuses to run for root and in many containers.
  command +=
      " --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
      " --hide-scrollbars --enable-logging=stderr --v=0"
      " --host-resolver-rules='MAP * ~NOTFOUND' --user-data-dir=" +
      folder.path("profile") + " --log-net-log=" + folder.path("network") +
      " --window-size=" + std::to_string(window_width) + ",800 --dump-dom file://" +
      folder.path("page.html") + " > " + folder.path("dom") + " 2> " + folder.path("messages");
  return std::system(command.c_str()) == 0;
}

std::vector<std::string> console_of(const std::string& messages) {
  std::vector<std::string> console;
  std::istringstream lines(messages);
  for (std::string line; std::getline(lines, line);)
    if (line.find(":CONSOLE:") != line.npos) console.push_back(line);
  return console;
}

std::vector<std::string> requests_of(const std::string& network_log) {
  const auto log = nlohmann::json::parse(network_log);
  const int started = log["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"];
  std::vector<std::string> requests;
  for (const auto& event : log["events"]) {
    if (event["type"] != started || !event.contains("params")) continue;
    const std::string url = event["params"].value("url", "");
    if (!url.empty() && url.rfind("file:", 0) != 0 && url.rfind("data:", 0) != 0)
      requests.push_back(url);
  }
  return requests;
}

/// The page with a script that writes its widths into the document.
std::string measured(std::string html) {
  const std::size_t policy = html.find("<meta http-equiv=\"Content-Security-Policy\"");
  if (policy != html.npos) html.erase(policy, html.find('>', policy) + 1 - policy);
  const std::string script =
      "<script>addEventListener('load', () => { const page = document.documentElement;"
      "page.setAttribute('data-widths', page.scrollWidth + ' of ' + page.clientWidth); });"
      "</script>";
  return html.insert(html.rfind("</body>"), script);
}

}  // namespace

bool browser_is_there() {
  return std::system((std::string("command -v ") + kProgram + " > /dev/null").c_str()) == 0;
}

PageVisit visit(const std::string& html) {
  const TemporaryFolder folder;
  PageVisit visit;
  visit.was_shown = open_page(folder, html, 360);
  if (!visit.was_shown) return visit;
  visit.console = console_of(read_text(folder.path("messages")));
  visit.requests = requests_of(read_text(folder.path("network")));
  return visit;
}

PageWidths widths_of(const std::string& html, int window_width) {
  const TemporaryFolder folder;
  if (!open_page(folder, measured(html), window_width)) return {};
  const std::string start = read_text(folder.path("dom")).substr(0, 500);
  std::smatch found;
  if (!std::regex_search(start, found, std::regex("data-widths=\"(\\d+) of (\\d+)\""))) return {};
  return {std::stoi(found[1]), std::stoi(found[2])};
}

}  // namespace aufbau::testing
