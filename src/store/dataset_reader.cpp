#include <algorithm>
#include <cmath>

#include "core/json_object.h"
#include "core/text.h"
#include "store/dataset_file.h"
#include "store/dataset_layout.h"
#include "store/hdf5.h"
#include "store/seal.h"

namespace aufbau::store {
namespace {

using graphs::FeatureColumn;
using graphs::FeatureSchema;

/// Format, version and completeness, before anything else is believed.
void check_format(const Hdf5File& file, DatasetSummary& summary) {
  const std::string& where = file.where();
  if (!file.has_attribute("/", "format") || file.text_attribute("/", "format") != kDatasetFormat)
    fail(ErrorKind::mismatch, where, "is an HDF5 file but not an ", kDatasetFormat,
         "; make one with ingest");
  const std::string version = file.text_attribute("/", "format_version");
  const auto numbers = split(version, '.');
  const auto major = numbers.size() == 2 ? parse_integer(numbers[0]) : std::nullopt;
  const auto minor = numbers.size() == 2 ? parse_integer(numbers[1]) : std::nullopt;
  if (!major || !minor || *major < 1 || *minor < 0 || *major > 1'000'000 || *minor > 1'000'000)
    fail(ErrorKind::input, where, "damaged: format version '", version, "'");
  if (*major > kDatasetMajor)
    fail(ErrorKind::mismatch, where, "format ", version, " is newer than ", kDatasetMajor,
         ".x; use a newer aufbau");
  if (!file.has_attribute("/", "complete") || file.integer_attribute("/", "complete") != 1)
    fail(ErrorKind::input, where, "is unfinished: writing it was interrupted; make it again");
  summary.format_major = static_cast<int>(*major);
  summary.format_minor = static_cast<int>(*minor);
}

FeatureSchema read_schema(const Hdf5File& file) {
  FeatureSchema schema;
  try {
    schema = FeatureSchema::from_json(file.text_attribute("/", "schema"));
  } catch (const Error& error) {
    fail(error.kind(), file.where(), error.what());
  }
  if (schema.hash() != file.text_attribute("/", "schema_sha256"))
    fail(ErrorKind::input, file.where(),
         "damaged: the feature schema does not have the SHA-256 stored beside it");
  return schema;
}

Provenance read_provenance(const Hdf5File& file) {
  Provenance provenance;
  provenance.program_version = file.text_attribute("/", "created_by");
  provenance.rdkit_version = file.text_attribute("/", "rdkit_version");
  provenance.options_json = file.text_attribute("/", "options");
  provenance.counts_json = file.text_attribute("/", "counts");
  for (const auto* text : {&provenance.options_json, &provenance.counts_json})
    parse_json(*text, ErrorKind::input, file.where());
  const Json sources =
      parse_json(file.text_attribute("/", "sources"), ErrorKind::input, file.where());
  if (!sources.is_array())
    fail(ErrorKind::input, file.where(), "damaged: the list of sources is not a list");
  for (const Json& source : sources) {
    const JsonObject object(source, ErrorKind::input, file.where(), {"name", "sha256"});
    provenance.sources.emplace_back(object.text("name"), object.text("sha256"));
  }
  return provenance;
}

/// Length of a one-dimensional array.
std::int64_t length(const Hdf5File& file, const std::string& object) {
  const ArrayInfo info = file.info(object);
  if (info.shape.size() != 1)
    fail(ErrorKind::input, file.where(), "damaged: ", object, " is not a list");
  return info.shape[0];
}

void require_length(const Hdf5File& file, const std::string& object, std::int64_t expected) {
  if (const std::int64_t got = length(file, object); got != expected)
    fail(ErrorKind::input, file.where(), "damaged: ", object, " has ", got, " entries, expected ",
         expected);
}

/// Number of rows of the feature columns of one level; all must agree.
std::int64_t row_count(const Hdf5File& file, const std::string& group,
                       const std::vector<FeatureColumn>& columns,
                       std::optional<std::int64_t> rows = {}) {
  for (const auto& column : columns) {
    const std::string path = column_path(group, column.name);
    if (path.empty())
      fail(ErrorKind::input, file.where(), "damaged: a feature column called '", column.name, "'");
    if (!rows) rows = length(file, path);
    require_length(file, path, *rows);
  }
  return rows.value_or(0);
}

std::vector<std::string> read_texts(const Hdf5File& file, const std::string& group) {
  const auto offset = file.read<std::uint64_t>(text_offset(group));
  const auto bytes = file.read<std::uint8_t>(text_bytes(group));
  const bool covers = !offset.empty() && offset.front() == 0 && offset.back() == bytes.size();
  if (!covers || !std::is_sorted(offset.begin(), offset.end()))
    fail(ErrorKind::input, file.where(), "damaged: the offsets of ", group, " do not fit its ",
         bytes.size(), " bytes");
  std::vector<std::string> texts(offset.size() - 1);
  const char* begin = reinterpret_cast<const char*>(bytes.data());
  for (std::size_t i = 0; i < texts.size(); ++i)
    texts[i].assign(begin + offset[i], begin + offset[i + 1]);
  return texts;
}

DatasetSummary summarise(const Hdf5File& file) {
  DatasetSummary summary;
  check_format(file, summary);
  summary.schema = read_schema(file);
  summary.provenance = read_provenance(file);
  summary.graph_count = length(file, "/graphs/node_ptr") - 1;
  if (summary.graph_count < 0)
    fail(ErrorKind::input, file.where(), "damaged: /graphs/node_ptr is empty");
  require_length(file, "/graphs/edge_ptr", summary.graph_count + 1);
  summary.node_count = row_count(file, "/nodes", summary.schema.node);
  summary.edge_count = length(file, "/edges/begin");
  require_length(file, "/edges/end", summary.edge_count);
  row_count(file, "/edges", summary.schema.edge, summary.edge_count);
  if (file.has_array(kCentre)) {
    require_length(file, kCentre, summary.graph_count);
    require_length(file, text_offset(kCentreName), summary.graph_count + 1);
  }
  summary.has_molecules = file.has_group("/molecules");
  if (file.has_group("/targets")) summary.target_names = read_texts(file, "/targets/names");
  return summary;
}

/// The columns of one level side by side, row-major.
std::vector<std::uint16_t> read_codes(const Hdf5File& file, const std::string& group,
                                      const std::vector<FeatureColumn>& columns,
                                      std::int64_t rows) {
  std::vector<std::uint16_t> codes(static_cast<std::size_t>(rows) * columns.size());
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const auto column = file.read<std::uint16_t>(column_path(group, columns[c].name));
    for (std::size_t row = 0; row < column.size(); ++row)
      codes[row * columns.size() + c] = column[row];
  }
  return codes;
}

std::vector<float> read_edge_values(const Hdf5File& file, const DatasetSummary& summary) {
  const auto columns = static_cast<std::int64_t>(summary.schema.edge_values.size());
  if (columns == 0) return {};
  if (file.info(kEdgeValues).shape != std::vector<std::int64_t>{summary.edge_count, columns})
    fail(ErrorKind::input, file.where(), "damaged: ", kEdgeValues, " should be ",
         summary.edge_count, " x ", columns);
  return file.read<float>(kEdgeValues);
}

graphs::GraphSet read_graphs(const Hdf5File& file, const DatasetSummary& summary) {
  auto node_ptr = file.read<std::int64_t>("/graphs/node_ptr");
  auto edge_ptr = file.read<std::int64_t>("/graphs/edge_ptr");
  auto nodes = read_codes(file, "/nodes", summary.schema.node, summary.node_count);
  auto edges = read_codes(file, "/edges", summary.schema.edge, summary.edge_count);
  auto begin = file.read<std::int32_t>("/edges/begin");
  auto end = file.read<std::int32_t>("/edges/end");
  auto values = read_edge_values(file, summary);
  auto centre =
      file.has_array(kCentre) ? file.read<std::int32_t>(kCentre) : std::vector<std::int32_t>();
  try {
    return graphs::GraphSet::from_arrays(summary.schema, std::move(node_ptr), std::move(edge_ptr),
                                         std::move(nodes), std::move(begin), std::move(end),
                                         std::move(edges), std::move(values), std::move(centre));
  } catch (const Error& error) {
    fail(error.kind(), file.where(), "damaged: ", error.what());
  }
}

/// Numbers of scaffolds; empty when none were stored.
std::vector<std::int32_t> read_scaffolds(const Hdf5File& file, const std::string& object,
                                         std::int64_t molecules, std::size_t names) {
  require_length(file, object, molecules);
  auto scaffolds = file.read<std::int32_t>(object);
  for (const auto scaffold : scaffolds)
    if (scaffold < 0 || static_cast<std::size_t>(scaffold) >= names)
      fail(ErrorKind::input, file.where(), "damaged: ", object, " holds ", scaffold, " of ", names,
           " scaffolds");
  return scaffolds;
}

MoleculeTable read_molecules(const Hdf5File& file, std::int64_t count) {
  MoleculeTable table;
  for (const char* group : {"/molecules/smiles", "/molecules/id"})
    require_length(file, text_offset(group), count + 1);
  require_length(file, "/molecules/line", count);
  table.smiles = read_texts(file, "/molecules/smiles");
  table.id = read_texts(file, "/molecules/id");
  table.line = file.read<std::int64_t>("/molecules/line");
  if (file.has_array("/molecules/scaffold")) {
    table.scaffold_names = read_texts(file, "/molecules/scaffold_names");
    const std::size_t names = table.scaffold_names.size();
    table.scaffold = read_scaffolds(file, "/molecules/scaffold", count, names);
    table.scaffold_achiral = read_scaffolds(file, "/molecules/scaffold_achiral", count, names);
  }
  if (file.has_array("/molecules/part")) {
    require_length(file, "/molecules/part", count);
    table.part = file.read<std::int8_t>("/molecules/part");
    for (const int part : table.part)
      if (part < -1 || part > 2)
        fail(ErrorKind::input, file.where(), "damaged: part ", part, " of a split");
  }
  return table;
}

std::vector<float> read_targets(const Hdf5File& file, const DatasetSummary& summary) {
  if (summary.target_names.empty()) return {};
  const auto tasks = static_cast<std::int64_t>(summary.target_names.size());
  if (file.info("/targets/values").shape != std::vector<std::int64_t>{summary.graph_count, tasks})
    fail(ErrorKind::input, file.where(), "damaged: /targets/values should be ", summary.graph_count,
         " x ", tasks);
  auto targets = file.read<float>("/targets/values");
  for (const float target : targets)
    if (std::isinf(target)) fail(ErrorKind::input, file.where(), "damaged: an infinite target");
  return targets;
}

DatasetContent read_content(const Hdf5File& file) {
  const DatasetSummary summary = summarise(file);
  DatasetContent content;
  content.graphs = read_graphs(file, summary);
  if (summary.has_molecules) content.molecules = read_molecules(file, summary.graph_count);
  if (file.has_array(kCentre)) content.centre_names = read_texts(file, kCentreName);
  content.target_names = summary.target_names;
  content.targets = read_targets(file, summary);
  content.provenance = summary.provenance;
  return content;
}

Hdf5File open_sealed(const std::string& path) {
  check_seal(path);
  return Hdf5File::open(path);
}

}  // namespace

DatasetSummary read_dataset_summary(const std::string& path) {
  return summarise(open_sealed(path));
}

DatasetContent read_dataset(const std::string& path) { return read_content(open_sealed(path)); }

DatasetContent parse_dataset(std::string_view bytes, const std::string& where) {
  check_seal(bytes, where);
  return read_content(Hdf5File::open_bytes(bytes, where));
}

}  // namespace aufbau::store
