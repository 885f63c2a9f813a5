#pragma once
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace aufbau::testing {

/// The scaffold split in the plainest way: again and again the largest group that is left, of equal
/// ones the one that starts last (Hu et al. 2020).
inline std::vector<std::vector<std::int64_t>> slow_scaffold_split(
    const std::vector<std::string>& scaffolds, double train_size, double valid_size) {
  std::map<std::string, std::vector<std::int64_t>> left;
  for (std::size_t i = 0; i < scaffolds.size(); ++i)
    left[scaffolds[i]].push_back(static_cast<std::int64_t>(i));
  std::vector<std::vector<std::int64_t>> parts(3);
  const auto count = static_cast<double>(scaffolds.size());
  while (!left.empty()) {
    auto next = left.begin();
    for (auto group = left.begin(); group != left.end(); ++group)
      if (group->second.size() > next->second.size() ||
          (group->second.size() == next->second.size() && group->second[0] > next->second[0]))
        next = group;
    const auto& members = next->second;
    const auto with_train = static_cast<double>(parts[0].size() + members.size());
    int part = 0;
    if (with_train > train_size * count)
      part = with_train + static_cast<double>(parts[1].size()) > (train_size + valid_size) * count
                 ? 2
                 : 1;
    parts[part].insert(parts[part].end(), members.begin(), members.end());
    left.erase(next);
  }
  return parts;
}

/// The random scaffold split in the plainest way; `order` numbers scaffolds by first appearance.
inline std::vector<std::vector<std::int64_t>> slow_random_scaffold_split(
    const std::vector<std::string>& scaffolds, double valid_size, double test_size,
    const std::vector<std::int64_t>& order) {
  std::vector<std::string> names;
  for (const auto& scaffold : scaffolds)
    if (std::find(names.begin(), names.end(), scaffold) == names.end()) names.push_back(scaffold);
  const auto limit = [&](double size) {
    return static_cast<std::size_t>(static_cast<double>(scaffolds.size()) * size);
  };
  std::vector<std::vector<std::int64_t>> parts(3);
  for (const auto number : order) {
    std::vector<std::int64_t> members;
    for (std::size_t i = 0; i < scaffolds.size(); ++i)
      if (scaffolds[i] == names.at(static_cast<std::size_t>(number)))
        members.push_back(static_cast<std::int64_t>(i));
    int part = 0;
    if (parts[1].size() + members.size() <= limit(valid_size))
      part = 1;
    else if (parts[2].size() + members.size() <= limit(test_size))
      part = 2;
    parts[part].insert(parts[part].end(), members.begin(), members.end());
  }
  return parts;
}

/// Texts as numbers, equal for equal texts.
inline std::vector<std::int32_t> keys_of(const std::vector<std::string>& texts) {
  std::map<std::string, std::int32_t> known;
  std::vector<std::int32_t> keys;
  for (const auto& text : texts)
    keys.push_back(known.try_emplace(text, static_cast<std::int32_t>(known.size())).first->second);
  return keys;
}

}  // namespace aufbau::testing
