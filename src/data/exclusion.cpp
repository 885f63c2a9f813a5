#include "data/exclusion.h"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <variant>

#include "core/error.h"
#include "core/parallel.h"
#include "core/sha256.h"
#include "data/split.h"
#include "molecules/molecule.h"

namespace aufbau::data {
namespace {

constexpr std::int64_t kBlock = 64;       ///< rows that one thread takes at a time
constexpr std::int64_t kReported = 4096;  ///< rows between two reports

std::vector<std::int64_t> all_rows(const Dataset& dataset) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(dataset.size()));
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

/// "data.h5:splits.json"; without a second name when the text is a file as it stands.
struct Source {
  std::string dataset, splits;
};
Source parse_source(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || std::filesystem::exists(text)) return {text, ""};
  Source source{text.substr(0, colon), text.substr(colon + 1)};
  if (source.dataset.empty() || source.splits.empty())
    fail(ErrorKind::usage, "exclude", "'", text, "': expected DATASET or DATASET:SPLITS");
  return source;
}

/// Valid and test: what a model is chosen by and tested on.
std::vector<std::int64_t> held_out_rows(const Dataset& dataset, const std::string& splits) {
  const Split split = read_split(splits, dataset);
  std::vector<std::int64_t> rows = split.valid;
  rows.insert(rows.end(), split.test.begin(), split.test.end());
  return rows;
}

/// What is in a dataset was within the limits when it was ingested.
std::string identity_of(const Dataset& dataset, std::int64_t row) {
  constexpr molecules::Limits kNone{.max_smiles_length = INT32_MAX, .max_atoms = INT32_MAX};
  const std::string& smiles = dataset.molecules().smiles[static_cast<std::size_t>(row)];
  const auto parsed = molecules::parse_smiles(smiles, kNone);
  if (const auto* refusal = std::get_if<molecules::Refusal>(&parsed))
    fail(ErrorKind::input, dataset.path(), "row ", row, ": the SMILES '", smiles,
         "' cannot be read: ", refusal->reason, "; ingest the molecules again");
  return molecules::identity(std::get<molecules::Molecule>(parsed));
}

void require_smiles(const Dataset& dataset) {
  if (dataset.size() > 0 && dataset.molecules().smiles.empty())
    fail(ErrorKind::mismatch, "exclude", dataset.path(),
         " holds graphs without SMILES, so that nobody can tell which molecules they are");
}

}  // namespace

std::vector<std::string> identities(const Dataset& dataset, const std::vector<std::int64_t>& rows) {
  require_smiles(dataset);
  std::vector<std::string> all(rows.size());
  parallel_blocks(
      static_cast<std::int64_t>(rows.size()), kBlock, [&](std::int64_t begin, std::int64_t end) {
        for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i)
          all[i] = identity_of(dataset, rows[i]);
      });
  return all;
}

Exclusion Exclusion::read(const std::vector<std::string>& sources) {
  Exclusion exclusion;
  for (const std::string& text : sources) {
    const Source source = parse_source(text);
    const Dataset dataset = Dataset::open(source.dataset);
    for (std::string& identity :
         identities(dataset, source.splits.empty() ? all_rows(dataset)
                                                   : held_out_rows(dataset, source.splits)))
      exclusion.identities_.insert(std::move(identity));
  }
  return exclusion;
}

std::string Exclusion::hash() const {
  std::vector<std::string> sorted(identities_.begin(), identities_.end());
  std::sort(sorted.begin(), sorted.end());
  Sha256 hash;
  for (const std::string& identity : sorted) hash.update(identity + '\n');
  return hash.hex();
}

std::vector<std::int64_t> Exclusion::rows_without(
    const Dataset& dataset, const std::function<void(std::int64_t)>& looked_at) const {
  require_smiles(dataset);
  // Looked up at once: only the answer is kept, not a text per row.
  std::vector<char> is_excluded(static_cast<std::size_t>(dataset.size()));
  for (std::int64_t first = 0; first < dataset.size(); first += kReported) {
    const std::int64_t count = std::min(kReported, dataset.size() - first);
    parallel_blocks(count, kBlock, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = first + begin; row < first + end; ++row)
        is_excluded[static_cast<std::size_t>(row)] =
            identities_.contains(identity_of(dataset, row));
    });
    if (looked_at) looked_at(first + count);
  }
  std::vector<std::int64_t> rows;
  for (std::int64_t row = 0; row < dataset.size(); ++row)
    if (!is_excluded[static_cast<std::size_t>(row)]) rows.push_back(row);
  return rows;
}

}  // namespace aufbau::data
