#include "train/leak_guard.h"

#include <numeric>

#include "core/error.h"
#include "data/exclusion.h"

namespace aufbau::train {

LeakGuard guard_against_leaks(const data::Dataset& dataset,
                              const std::vector<std::string>& sources) {
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
  guard.rows = exclusion.rows_without(dataset);
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
