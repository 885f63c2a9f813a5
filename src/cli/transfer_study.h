#pragma once
#include <string>
#include <vector>

namespace aufbau::cli {

/// `aufbau transfer study`; `arguments` begin after these words.
void run_transfer_study(const std::vector<std::string>& arguments);

}  // namespace aufbau::cli
