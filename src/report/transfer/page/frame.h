#pragma once
#include <string>

namespace aufbau::report {

/// A whole page around its body. Its policy forbids it to load or run anything. `title` is text.
std::string page(const std::string& title, const std::string& body);
/// All of its look: light and dark, wide and narrow, screen and paper.
extern const char* const kStyleSheet;

}  // namespace aufbau::report
