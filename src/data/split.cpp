#include "data/split.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "core/error.h"
#include "core/random.h"
#include "core/text.h"
#include "data/sha1.h"

namespace aufbau::data {
namespace {

using Indices = std::vector<std::int64_t>;

/// Members of each key, ascending; groups in order of first appearance.
std::vector<Indices> groups_of(const std::vector<std::int32_t>& keys) {
  std::unordered_map<std::int32_t, std::size_t> group_of_key;
  std::vector<Indices> groups;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto [found, is_new] = group_of_key.try_emplace(keys[i], groups.size());
    if (is_new) groups.emplace_back();
    groups[found->second].push_back(static_cast<std::int64_t>(i));
  }
  return groups;
}

void append(Indices& part, const Indices& group) {
  part.insert(part.end(), group.begin(), group.end());
}

/// Fisher-Yates, from the last position down.
Indices random_permutation(std::int64_t count, std::uint64_t seed) {
  Indices order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  Random random({.seed = seed, .purpose = Purpose::split});
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  return order;
}

/// The number of a part of `count`, rounded down as the reference does it.
std::int64_t share(double size, std::int64_t count) {
  return static_cast<std::int64_t>(size * static_cast<double>(count));
}

const std::vector<std::int32_t>& scaffold_keys(const Dataset& dataset,
                                               const std::vector<std::int32_t>& keys) {
  if (keys.empty() && dataset.size() > 0)
    fail(ErrorKind::mismatch, "split", dataset.path(), " holds no scaffolds; ",
         dataset.molecules().smiles.empty()
             ? "it is not a set of molecules: use --split random"
             : "ingest it again with --scaffolds, or use --split random");
  return keys;
}

Split random_split(const Dataset& dataset, const std::array<double, 3>& sizes, std::uint64_t seed) {
  const std::int64_t count = dataset.size();
  const Indices order = random_permutation(count, seed);
  const auto train_end = order.begin() + share(sizes[0], count);
  const auto valid_end = train_end + std::min(share(sizes[1], count),
                                              static_cast<std::int64_t>(order.end() - train_end));
  Split split;
  split.train.assign(order.begin(), train_end);
  split.valid.assign(train_end, valid_end);
  split.test.assign(valid_end, order.end());
  return split;
}

Split chiral_scaffold_split(const Dataset& dataset, const std::array<double, 3>& sizes,
                            std::uint64_t) {
  return scaffold_split(scaffold_keys(dataset, dataset.molecules().scaffold), sizes);
}

Split achiral_scaffold_split(const Dataset& dataset, const std::array<double, 3>& sizes,
                             std::uint64_t) {
  return scaffold_split(scaffold_keys(dataset, dataset.molecules().scaffold_achiral), sizes);
}

Split shuffled_scaffold_split(const Dataset& dataset, const std::array<double, 3>& sizes,
                              std::uint64_t seed) {
  const auto& keys = scaffold_keys(dataset, dataset.molecules().scaffold);
  const auto group_count = static_cast<std::int64_t>(groups_of(keys).size());
  return random_scaffold_split(keys, sizes, random_permutation(group_count, seed));
}

Split predefined_split(const Dataset& dataset, const std::array<double, 3>&, std::uint64_t) {
  const auto& parts = dataset.molecules().part;
  if (parts.empty())
    fail(ErrorKind::mismatch, "split", dataset.path(),
         " holds no split of its own; ingest it again with --splits-column, or choose another "
         "--split");
  Split split;
  Indices* const lists[] = {&split.train, &split.valid, &split.test};
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (parts[i] >= 0) lists[parts[i]]->push_back(static_cast<std::int64_t>(i));
  return split;
}

void check_sizes(const std::array<double, 3>& sizes) {
  // Written so that NaN is refused as well.
  const bool are_shares =
      std::all_of(sizes.begin(), sizes.end(), [](double size) { return size >= 0; });
  if (!are_shares || !(std::abs(sizes[0] + sizes[1] + sizes[2] - 1) < 1e-6))
    fail(ErrorKind::usage, "split", "sizes ", format_number(sizes[0]), ", ",
         format_number(sizes[1]), ", ", format_number(sizes[2]),
         ": none may be negative and their sum must be 1, as in 0.8 0.1 0.1");
}

void write_list(std::string& text, const Indices& part) {
  const char* separator = "";
  for (const auto index : part) {
    text += separator;
    text += std::to_string(index);
    separator = " ";
  }
}

}  // namespace

const std::vector<SplitEntry> kSplits = {
    {"random", "every molecule by chance", random_split},
    {"scaffold", "whole scaffolds, the largest ones in training; chirality counts",
     chiral_scaffold_split},
    {"scaffold-achiral", "the same with scaffolds that ignore chirality", achiral_scaffold_split},
    {"random-scaffold", "whole scaffolds by chance", shuffled_scaffold_split},
    {"predefined", "the split column given at ingest", predefined_split},
};

Split make_split(const std::string& name, const Dataset& dataset,
                 const std::array<double, 3>& sizes, std::uint64_t seed) {
  check_sizes(sizes);
  for (const auto& entry : kSplits)
    if (name == entry.name) {
      Split split = entry.make(dataset, sizes, seed);
      split.method = name;
      split.sizes = sizes;
      split.seed = seed;
      split.data_hash = dataset.hash();
      return split;
    }
  std::vector<std::string> known;
  for (const auto& entry : kSplits) known.emplace_back(entry.name);
  fail_unknown_name("split", "split", name, known);
}

std::string Split::hash() const {
  std::string text;
  write_list(text, train);
  text += '|';
  write_list(text, valid);
  text += '|';
  write_list(text, test);
  return sha1_hex(text);
}

Split scaffold_split(const std::vector<std::int32_t>& keys, const std::array<double, 3>& sizes) {
  auto groups = groups_of(keys);
  std::sort(groups.begin(), groups.end(), [](const Indices& a, const Indices& b) {
    return std::pair(a.size(), a.front()) > std::pair(b.size(), b.front());
  });
  const auto count = static_cast<double>(keys.size());
  const double train_limit = sizes[0] * count;
  const double valid_limit = (sizes[0] + sizes[1]) * count;
  Split split;
  for (const auto& group : groups) {
    const std::size_t with_train = split.train.size() + group.size();
    if (static_cast<double>(with_train) <= train_limit)
      append(split.train, group);
    else if (static_cast<double>(with_train + split.valid.size()) <= valid_limit)
      append(split.valid, group);
    else
      append(split.test, group);
  }
  return split;
}

Split random_scaffold_split(const std::vector<std::int32_t>& keys,
                            const std::array<double, 3>& sizes,
                            const std::vector<std::int64_t>& group_permutation) {
  const auto groups = groups_of(keys);
  const auto count = static_cast<std::int64_t>(keys.size());
  if (group_permutation.size() != groups.size())
    fail(ErrorKind::internal, "split", groups.size(), " groups but a permutation of ",
         group_permutation.size());
  const auto valid_limit = static_cast<std::size_t>(share(sizes[1], count));
  const auto test_limit = static_cast<std::size_t>(share(sizes[2], count));
  Split split;
  for (const auto number : group_permutation) {
    const Indices& group = groups.at(static_cast<std::size_t>(number));
    if (split.valid.size() + group.size() <= valid_limit)
      append(split.valid, group);
    else if (split.test.size() + group.size() <= test_limit)
      append(split.test, group);
    else
      append(split.train, group);
  }
  return split;
}

}  // namespace aufbau::data
