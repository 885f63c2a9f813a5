#pragma once
#include <string>
#include <vector>

namespace aufbau::testing {

/// Whether chromium-headless-shell (Debian package of that name) is installed.
bool browser_is_there();

/// What Chromium said and did while it showed a page.
struct PageVisit {
  bool was_shown = false;
  std::vector<std::string> console;  ///< every message, errors and warnings among them
  std::vector<std::string>
      requests;  ///< addresses that are not files of this machine or in the page
  int content_width = 0, window_width = 0;  ///< pixels; more content than window scrolls sideways
};
/// Opens the page from a file, without a network. The console and the requests are those of the
/// page as it is; for its width a copy gets a script, and loses the policy that forbids scripts.
PageVisit visit(const std::string& html, int window_width);

}  // namespace aufbau::testing
