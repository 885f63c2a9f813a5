#include "train/input_rows.h"

#include "core/error.h"
#include "data/ingest.h"
#include "graphs/schema.h"
#include "molecules/molecule.h"
#include "train/csv_field.h"

namespace aufbau::train {

namespace {

std::string joined(const std::vector<std::string>& fields, char separator) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i)
    line += (i > 0 ? std::string(1, separator) : "") + csv_field(fields[i], separator);
  return line;
}

}  // namespace

InputRows::InputRows(const std::string& path, const TableOptions& table,
                     const graphs::FeatureSchema& schema, const std::string& standardize)
    : path_(path), table_(table), schema_name_(schema.name), standardize_(standardize) {
  if (path.ends_with(".h5")) {
    dataset_ = std::make_unique<data::Dataset>(data::Dataset::open(path));
    kept_ = {0, dataset_->size()};
    graphs::require_same_schema(
        "features of the model and of " + path, schema, dataset_->schema(),
        "give the table that it was made from, or " + data::how_to_ingest(schema));
    if (!dataset_->molecules().smiles.empty()) {
      columns_ = {"smiles", "id"};
    } else if (!dataset_->centre_names().empty()) {
      columns_ = {"row", "centre"};
    } else {
      columns_ = {"row"};
    }
    header_ = joined(columns_, separator_);
    return;
  }
  if (std::none_of(molecules::kSchemas.begin(), molecules::kSchemas.end(),
                   [&](const auto& entry) { return entry.name == schema.name; }))
    fail(ErrorKind::mismatch, path,
         "the model reads networks, not molecules; give a dataset (.h5): ",
         data::how_to_ingest(schema));
  graphs::require_same_schema("features of the model and of this program", schema,
                              molecules::schema_by_name(schema.name));
  reader_ = std::make_unique<molecules::RecordReader>(path, table, /*keep_raw=*/true);
  is_table_ = reader_->smiles_index() >= 0;
  if (is_table_) {
    columns_ = reader_->columns();
    header_ = reader_->header_raw();
    separator_ = reader_->separator();
  } else {
    columns_ = {"smiles", "id"};
    columns_.insert(columns_.end(), reader_->columns().begin(), reader_->columns().end());
    header_ = joined(columns_, separator_);
  }
}

void InputRows::keep(const Shard& shard, std::int64_t size) {
  if (shard.count == 1) return;
  if (dataset_) {
    kept_ = data::rows_of(shard, dataset_->size(), size);
  } else {
    kept_ = data::rows_of(shard, molecules::count_records(path_, table_), size);
    reader_->keep(kept_.begin, kept_.end);
  }
}

std::string InputRows::cells_of(const molecules::Record& record, const std::string& smiles) const {
  if (!is_table_) {
    std::vector<std::string> fields = {smiles, record.id};
    fields.insert(fields.end(), record.fields.begin(), record.fields.end());
    fields.resize(columns_.size());
    return joined(fields, separator_);
  }
  const bool is_row = !record.fields.empty() || record.raw.empty();
  if (is_row && record.fields.size() <= columns_.size()) {
    const std::size_t given = std::max<std::size_t>(1, record.fields.size());
    return record.raw + std::string(columns_.size() - given, separator_);
  }
  return csv_field(record.raw, separator_) + std::string(columns_.size() - 1, separator_);
}

void InputRows::read_text(const std::function<void(InputRow&&)>& take) {
  data::PipelineOptions options;
  options.schema = schema_name_;
  options.standardize = standardize_;
  options.table = table_;
  options.scaffolds = false;
  molecules::Decisions decisions;
  data::for_each_row(*reader_, options, decisions, [&](data::IngestedRow& row) {
    InputRow out;
    out.line = row.record.line;
    // A mol block is not a SMILES; the pipeline has written one for it.
    out.smiles = row.record.is_mol_block ? row.molecule.smiles : row.record.text;
    out.cells = cells_of(row.record, out.smiles);
    out.graph = std::move(row.graph);
    out.code = row.code;
    out.reason = row.reason;
    take(std::move(out));
  });
}

void InputRows::read_dataset(const std::function<void(InputRow&&)>& take) const {
  const store::MoleculeTable& molecules = dataset_->molecules();
  for (std::int64_t i = kept_.begin; i < kept_.end; ++i) {
    const auto at = static_cast<std::size_t>(i);
    InputRow out;
    out.line = molecules.line.empty() ? i + 1 : molecules.line[at];
    if (molecules.smiles.empty()) {
      std::vector<std::string> cells = {std::to_string(i)};
      if (!dataset_->centre_names().empty()) cells.push_back(dataset_->centre_names()[at]);
      out.cells = joined(cells, separator_);
    } else {
      out.smiles = molecules.smiles[at];
      out.cells = joined({out.smiles, molecules.id.empty() ? "" : molecules.id[at]}, separator_);
    }
    out.graph = graphs::Graph(dataset_->graph(i));
    take(std::move(out));
  }
}

void InputRows::for_each_chunk(std::int64_t size,
                               const std::function<void(std::vector<InputRow>&&)>& take) {
  std::vector<InputRow> chunk;
  const auto collect = [&](InputRow&& row) {
    chunk.push_back(std::move(row));
    if (static_cast<std::int64_t>(chunk.size()) == size) take(std::exchange(chunk, {}));
  };
  if (dataset_) {
    read_dataset(collect);
  } else {
    read_text(collect);
  }
  if (!chunk.empty()) take(std::move(chunk));
}

}  // namespace aufbau::train
