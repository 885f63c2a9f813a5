#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "data/dataset.h"

namespace aufbau::data {

/// Indices of the three parts, in the order the method gives them.
struct Split {
  std::vector<std::int64_t> train, valid, test;
  std::string method;             ///< a name of the table, or "file"
  std::uint64_t seed = 0;         ///< of the random ones
  std::array<double, 3> sizes{};  ///< asked for; zeros when not known
  std::string data_hash;          ///< Dataset::hash() it was made for
  std::string hash()
      const;  ///< SHA-1 of "train|valid|test", each list with single spaces (hu2020.md 4.2)
};

struct SplitEntry {
  const char* name;
  const char* summary;
  Split (*make)(const Dataset& dataset, const std::array<double, 3>& sizes, std::uint64_t seed);
};
/// random, scaffold (chiral key), scaffold-achiral, random-scaffold, predefined (the dataset's
/// split column).
extern const std::vector<SplitEntry> kSplits;
/// Parts may come out empty. Error{usage}: unknown name (the nearest is suggested), a negative
/// size, a sum that is not 1; Error{mismatch}: the dataset holds no scaffolds or no split column.
Split make_split(const std::string& name, const Dataset& dataset,
                 const std::array<double, 3>& sizes, std::uint64_t seed);

/// The rule of section 4.1 on bare keys: group, sort by (size, first index) descending, fill train,
/// valid, test.
Split scaffold_split(const std::vector<std::int32_t>& keys, const std::array<double, 3>& sizes);
/// Groups in order of first appearance, visited in `group_permutation`.
Split random_scaffold_split(const std::vector<std::int32_t>& keys,
                            const std::array<double, 3>& sizes,
                            const std::vector<std::int64_t>& group_permutation);

/// splits.json. Reading also accepts chemprop's list of {train, val, test} with indices or "0-2,4"
/// ranges. Error{mismatch}: made for other data, an index out of range or in two parts.
void write_split(const std::string& path, const Split& split);
Split read_split(const std::string& path, const Dataset& dataset);

}  // namespace aufbau::data
