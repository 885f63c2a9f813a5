#include "train/leak_guard.h"

#include <numeric>

#include "core/error.h"
#include "data/exclusion.h"
#include "train/progress_meter.h"

namespace aufbau::train {

LeakGuard guard_against_leaks(const data::Dataset& dataset, const std::vector<std::string>& sources,
                              const RunOptions& options) {
  LeakGuard guard;
  guard.sources = sources;
  if (sources.empty()) {
    guard.rows.resize(static_cast<std::size_t>(dataset.size()));
    std::iota(guard.rows.begin(), guard.rows.end(), 0);
    return guard;
  }
  const auto exclusion = data::Exclusion::read(sources);
  guard.molecules = exclusion.size();
  guard.hash = exclusion.hash();
  ProgressMeter meter(options.progress, "molecules", static_cast<double>(dataset.size()));
  guard.rows = exclusion.rows_without(dataset, [&](std::int64_t rows) {
    meter.update("leak guard", static_cast<double>(rows));
    if (options.should_stop && options.should_stop())
      fail(ErrorKind::interrupted, "exclude",
           "stopped on request before the training began; the same command starts again");
  });
  guard.dropped = dataset.size() - static_cast<std::int64_t>(guard.rows.size());
  if (guard.rows.empty())
    fail(ErrorKind::nothing_valid, "exclude", "all ", dataset.size(), " molecules of ",
         dataset.path(), " are to be excluded; nothing is left to learn from");
  return guard;
}

std::string LeakGuard::sentence() const {
  return "leak guard: " + std::to_string(dropped) + " of " +
         std::to_string(dropped + static_cast<std::int64_t>(rows.size())) +
         " molecules are dropped, because they are among the " + std::to_string(molecules) +
         " distinct ones to be excluded";
}

void LeakGuard::add_to(std::map<std::string, std::string>& card) const {
  if (sources.empty()) return;
  card["dropped"] = std::to_string(dropped);
  card["excluded_molecules"] = std::to_string(molecules);
  card["excluded_sha256"] = hash;
}

}  // namespace aufbau::train
