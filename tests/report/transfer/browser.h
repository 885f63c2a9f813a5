#pragma once
#include <string>
#include <vector>

namespace aufbau::testing {

/// Whether chromium-headless-shell (Debian package of that name) is installed.
bool browser_is_there();

/// What Chromium said and asked for while it showed a page.
struct PageVisit {
  bool was_shown = false;
  std::vector<std::string> console;  ///< every message, errors and warnings among them
  std::vector<std::string>
      requests;  ///< addresses that are not files of this machine or in the page
};
/// Opens the page from a file, in a window of a phone, without a network.
PageVisit visit(const std::string& html);

/// Pixels; more content than window scrolls sideways. Both 0: the page was not shown.
struct PageWidths {
  int content = 0, window = 0;
  bool operator==(const PageWidths&) const = default;
};
/// Of a copy of the page that has a script, and not the policy that forbids scripts.
PageWidths widths_of(const std::string& html, int window_width);

}  // namespace aufbau::testing
