#include "data/subset.h"

#include <algorithm>
#include <limits>
#include <set>

#include "core/error.h"

namespace aufbau::data {
namespace {

/// A column may be left empty as a whole.
template <class T>
T value_in(const std::vector<T>& column, std::size_t row, T otherwise) {
  return column.empty() ? otherwise : column[row];
}

std::string scaffold_in(const store::MoleculeTable& table, const std::vector<std::int32_t>& column,
                        std::size_t row) {
  return column.empty() ? std::string()
                        : table.scaffold_names[static_cast<std::size_t>(column[row])];
}

store::MoleculeRecord record_of(const store::MoleculeTable& table, std::size_t row) {
  store::MoleculeRecord record;
  record.smiles = value_in(table.smiles, row, {});
  record.id = value_in(table.id, row, {});
  record.line = value_in(table.line, row, std::int64_t{0});
  record.scaffold = scaffold_in(table, table.scaffold, row);
  record.scaffold_achiral = scaffold_in(table, table.scaffold_achiral, row);
  record.part = value_in(table.part, row, std::int8_t{-1});
  return record;
}

/// Adds what `names` does not have yet; says where each name of the dataset is then.
std::vector<std::size_t> columns_in(std::vector<std::string>& names, const Dataset& dataset) {
  std::vector<std::size_t> columns;
  for (const std::string& name : dataset.target_names()) {
    const auto found = std::find(names.begin(), names.end(), name);
    columns.push_back(static_cast<std::size_t>(found - names.begin()));
    if (found == names.end()) names.push_back(name);
  }
  return columns;
}

bool has_scaffolds(const DatasetRows& part) { return !part.dataset->molecules().scaffold.empty(); }
bool has_parts(const DatasetRows& part) { return !part.dataset->molecules().part.empty(); }
bool has_centres(const DatasetRows& part) { return part.dataset->graphs().has_centres(); }

}  // namespace

std::vector<std::int64_t> evenly_spaced_rows(std::int64_t size, std::int64_t count) {
  count = std::min(size, count);
  std::vector<std::int64_t> rows;
  rows.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) rows.push_back(i * size / count);
  return rows;
}

void require_same_kind(const Dataset& first, const Dataset& other) {
  graphs::require_same_schema(other.path() + " beside " + first.path(), first.schema(),
                              other.schema(), "ingest both with one schema");
  const bool molecules = !first.molecules().smiles.empty();
  if (molecules == other.molecules().smiles.empty())
    fail(ErrorKind::mismatch, other.path(), "expected ", molecules ? "molecules" : "no molecules",
         ", as in ", first.path());
}

void write_rows(std::span<const DatasetRows> datasets, const std::string& path,
                const store::Provenance& provenance) {
  if (datasets.empty()) fail(ErrorKind::nothing_valid, path, "there are no rows to write");
  const Dataset& first = *datasets.front().dataset;
  for (const DatasetRows& part : datasets.subspan(1)) require_same_kind(first, *part.dataset);
  std::vector<std::string> names;
  std::vector<std::vector<std::size_t>> columns;
  for (const DatasetRows& part : datasets) columns.push_back(columns_in(names, *part.dataset));
  store::DatasetWriter writer(path, first.schema(), names, !first.molecules().smiles.empty(),
                              std::any_of(datasets.begin(), datasets.end(), has_parts),
                              std::all_of(datasets.begin(), datasets.end(), has_scaffolds),
                              std::any_of(datasets.begin(), datasets.end(), has_centres));
  for (std::size_t d = 0; d < datasets.size(); ++d) {
    const Dataset& dataset = *datasets[d].dataset;
    std::vector<float> targets(names.size(), std::numeric_limits<float>::quiet_NaN());
    for (const std::int64_t row : datasets[d].rows) {
      for (std::size_t t = 0; t < columns[d].size(); ++t)
        targets[columns[d][t]] = dataset.target(row, static_cast<std::int64_t>(t));
      store::MoleculeRecord record = record_of(dataset.molecules(), static_cast<std::size_t>(row));
      if (!dataset.centre_names().empty())
        record.id = dataset.centre_names()[static_cast<std::size_t>(row)];
      writer.append(dataset.graph(row), record, targets);
    }
  }
  writer.finish(provenance);
}

std::string rdkit_versions_of(std::span<const Dataset> datasets) {
  std::set<std::string> versions;
  for (const Dataset& dataset : datasets) versions.insert(dataset.provenance().rdkit_version);
  std::string all;
  for (const std::string& version : versions) all += (all.empty() ? "" : ", ") + version;
  return all;
}

void write_subset(const Dataset& dataset, std::span<const std::int64_t> rows,
                  const std::string& path) {
  store::Provenance provenance = dataset.provenance();
  provenance.program_version = AUFBAU_VERSION;
  provenance.sources = {{dataset.path(), dataset.hash()}};
  provenance.counts_json = "{\"stored\":" + std::to_string(rows.size()) + "}";
  const DatasetRows all{&dataset, {rows.begin(), rows.end()}};
  write_rows({&all, 1}, path, provenance);
}

}  // namespace aufbau::data
