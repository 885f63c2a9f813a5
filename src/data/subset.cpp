#include "data/subset.h"

#include <algorithm>

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

}  // namespace

std::vector<std::int64_t> evenly_spaced_rows(std::int64_t size, std::int64_t count) {
  count = std::min(size, count);
  std::vector<std::int64_t> rows;
  rows.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) rows.push_back(i * size / count);
  return rows;
}

void write_subset(const Dataset& dataset, std::span<const std::int64_t> rows,
                  const std::string& path) {
  const store::MoleculeTable& molecules = dataset.molecules();
  store::DatasetWriter writer(path, dataset.schema(), dataset.target_names(),
                              !molecules.smiles.empty(), !molecules.part.empty(),
                              !molecules.scaffold.empty(), dataset.graphs().has_centres());
  std::vector<float> targets(dataset.target_names().size());
  for (const std::int64_t row : rows) {
    for (std::size_t t = 0; t < targets.size(); ++t)
      targets[t] = dataset.target(row, static_cast<std::int64_t>(t));
    store::MoleculeRecord record = record_of(molecules, static_cast<std::size_t>(row));
    if (!dataset.centre_names().empty())
      record.id = dataset.centre_names()[static_cast<std::size_t>(row)];
    writer.append(dataset.graph(row), record, targets);
  }
  store::Provenance provenance = dataset.provenance();
  provenance.program_version = AUFBAU_VERSION;
  provenance.sources = {{dataset.path(), dataset.hash()}};
  provenance.counts_json = "{\"stored\":" + std::to_string(rows.size()) + "}";
  writer.finish(provenance);
}

}  // namespace aufbau::data
