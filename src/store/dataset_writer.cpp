#include <unistd.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_map>

#include "core/error.h"
#include "store/atomic_file.h"
#include "store/dataset_file.h"
#include "store/dataset_layout.h"
#include "store/hdf5.h"
#include "store/seal.h"

namespace aufbau::store {
namespace {

/// Texts as bytes plus offsets.
class TextColumn {
 public:
  TextColumn(Hdf5File& file, const std::string& group)
      : bytes_(file, text_bytes(group), Stored::u8),
        offset_(file, text_offset(group), Stored::u64) {
    offset_.append(end_);
  }
  void append(std::string_view text) {
    bytes_.append(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
    end_ += text.size();
    offset_.append(end_);
  }
  void finish() {
    bytes_.finish();
    offset_.finish();
  }

 private:
  Hdf5Column bytes_, offset_;
  std::uint64_t end_ = 0;
};

/// Codes of the node or edge features, one array per feature column.
class CodeColumns {
 public:
  CodeColumns(Hdf5File& file, const std::string& group,
              const std::vector<graphs::FeatureColumn>& columns) {
    for (const auto& column : columns) {
      const std::string path = column_path(group, column.name);
      if (path.empty())
        fail(ErrorKind::internal, file.where(), "a feature column cannot be called '", column.name,
             "'");
      columns_.emplace_back(file, path, smallest_type(column.cardinality));
    }
  }
  void append(std::span<const std::uint16_t> rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) columns_[i % columns_.size()].append(rows[i]);
  }
  void finish() {
    for (auto& column : columns_) column.finish();
  }

 private:
  std::vector<Hdf5Column> columns_;
};

/// Columns of `/molecules`. A scaffold text is stored once, however many molecules have it.
class MoleculeColumns {
 public:
  MoleculeColumns(Hdf5File& file, bool with_parts, bool with_scaffolds)
      : smiles_(file, "/molecules/smiles"),
        id_(file, "/molecules/id"),
        line_(file, "/molecules/line", Stored::i64) {
    if (with_parts) part_.emplace(file, "/molecules/part", Stored::i8);
    if (!with_scaffolds) return;
    scaffold_.emplace(file, "/molecules/scaffold", Stored::u32);
    scaffold_achiral_.emplace(file, "/molecules/scaffold_achiral", Stored::u32);
    scaffold_names_.emplace(file, "/molecules/scaffold_names");
  }
  void append(const MoleculeRecord& molecule) {
    smiles_.append(molecule.smiles);
    id_.append(molecule.id);
    line_.append(molecule.line);
    if (part_) part_->append(molecule.part);
    if (!scaffold_) return;
    scaffold_->append(scaffold_index(molecule.scaffold));
    scaffold_achiral_->append(scaffold_index(molecule.scaffold_achiral));
  }
  void finish() {
    smiles_.finish();
    id_.finish();
    line_.finish();
    if (part_) part_->finish();
    if (!scaffold_) return;
    scaffold_->finish();
    scaffold_achiral_->finish();
    scaffold_names_->finish();
  }

 private:
  std::uint32_t scaffold_index(const std::string& text) {
    const auto [found, is_new] =
        known_.try_emplace(text, static_cast<std::uint32_t>(known_.size()));
    if (is_new) scaffold_names_->append(text);
    return found->second;
  }

  TextColumn smiles_, id_;
  Hdf5Column line_;
  std::optional<Hdf5Column> part_, scaffold_, scaffold_achiral_;
  std::optional<TextColumn> scaffold_names_;
  std::unordered_map<std::string, std::uint32_t> known_;
};

/// One JSON list of {name, sha256}. File names may be any bytes; what is not UTF-8 in them is shown
/// as U+FFFD.
std::string sources_json(const Provenance& provenance) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& [name, sha256] : provenance.sources)
    list.push_back({{"name", name}, {"sha256", sha256}});
  return list.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

struct DatasetWriter::State {
  std::string path, temporary;
  bool finished = false;
  graphs::FeatureSchema schema;
  std::size_t target_count = 0;
  std::int64_t largest_graph = 0;  ///< nodes a graph may have
  std::int64_t size = 0;
  std::uint64_t nodes = 0, edges = 0;

  Hdf5File file;
  Hdf5Column node_ptr, edge_ptr;
  CodeColumns node_codes, edge_codes;
  Hdf5Column begin, end;
  std::optional<MoleculeColumns> molecules;
  std::optional<TextColumn> centre_name;
  std::optional<Hdf5Column> targets, edge_values, centre;

  /// Node numbers of molecules fit 16 bits; networks get 32.
  State(const std::string& final_path, const std::string& temporary_path,
        const graphs::FeatureSchema& feature_schema, bool with_molecules)
      : path(final_path),
        temporary(temporary_path),
        schema(feature_schema),
        largest_graph(with_molecules ? std::int64_t{1} << 16 : INT32_MAX),
        file(Hdf5File::create(temporary_path, final_path)),
        node_ptr(file, "/graphs/node_ptr", Stored::u64),
        edge_ptr(file, "/graphs/edge_ptr", Stored::u64),
        node_codes(file, "/nodes", schema.node),
        edge_codes(file, "/edges", schema.edge),
        begin(file, "/edges/begin", with_molecules ? Stored::u16 : Stored::u32),
        end(file, "/edges/end", with_molecules ? Stored::u16 : Stored::u32) {
    node_ptr.append(nodes);
    edge_ptr.append(edges);
  }

  void finish_columns() {
    for (auto* column : {&node_ptr, &edge_ptr, &begin, &end}) column->finish();
    node_codes.finish();
    edge_codes.finish();
    if (molecules) molecules->finish();
    if (centre_name) centre_name->finish();
    for (auto* column : {&targets, &edge_values, &centre})
      if (*column) (*column)->finish();
  }
};

DatasetWriter::DatasetWriter(const std::string& path, const graphs::FeatureSchema& schema,
                             std::vector<std::string> target_names, bool with_molecules,
                             bool with_parts, bool with_scaffolds, bool with_centres) {
  const std::string temporary = temporary_name(path);
  try {
    state_ = std::make_unique<State>(path, temporary, schema, with_molecules);
    State& state = *state_;
    state.target_count = target_names.size();
    if (const auto columns = static_cast<std::int64_t>(schema.edge_values.size()); columns > 0)
      state.edge_values.emplace(state.file, kEdgeValues, Stored::f32, columns);
    if (with_centres) {
      state.centre.emplace(state.file, kCentre, Stored::i32);
      state.centre_name.emplace(state.file, kCentreName);
    }
    if (with_molecules) state.molecules.emplace(state.file, with_parts, with_scaffolds);
    if (state.target_count > 0) {
      state.targets.emplace(state.file, "/targets/values", Stored::f32,
                            static_cast<std::int64_t>(target_names.size()));
      TextColumn names(state.file, "/targets/names");
      for (const auto& name : target_names) names.append(name);
      names.finish();
    }
  } catch (...) {
    state_.reset();
    ::unlink(temporary.c_str());
    throw;
  }
}

DatasetWriter::~DatasetWriter() {
  if (!state_) return;
  const std::string temporary = state_->finished ? "" : state_->temporary;
  state_.reset();
  if (!temporary.empty()) ::unlink(temporary.c_str());
}
DatasetWriter::DatasetWriter(DatasetWriter&&) noexcept = default;

std::int64_t DatasetWriter::size() const { return state_->size; }

void DatasetWriter::append(const graphs::GraphView& graph, const MoleculeRecord& molecule,
                           const std::vector<float>& targets) {
  State& state = *state_;
  if (const std::string broken = graphs::broken_promise(graph, state.schema); !broken.empty())
    fail(ErrorKind::internal, state.path, "graph ", state.size, " cannot be stored: ", broken);
  if (targets.size() != state.target_count)
    fail(ErrorKind::internal, state.path, "graph ", state.size, " has ", targets.size(),
         " targets; the file has ", state.target_count);
  if (graph.node_count() > state.largest_graph)
    fail(ErrorKind::resource, state.path, "graph ", state.size, " has ", graph.node_count(),
         " nodes; a dataset of molecules holds up to ", state.largest_graph, " each");
  if (graph.centre >= 0 && !state.centre)
    fail(ErrorKind::internal, state.path, "graph ", state.size,
         " has a centre; the file was opened without");
  state.node_codes.append(graph.node_codes);
  state.edge_codes.append(graph.edge_codes);
  state.begin.append(graph.begin);
  state.end.append(graph.end);
  state.nodes += static_cast<std::uint64_t>(graph.node_count());
  state.edges += static_cast<std::uint64_t>(graph.edge_count());
  state.node_ptr.append(state.nodes);
  state.edge_ptr.append(state.edges);
  if (state.molecules) state.molecules->append(molecule);
  if (state.targets) state.targets->append(std::span<const float>(targets));
  if (state.edge_values) state.edge_values->append(graph.edge_values);
  if (state.centre) {
    state.centre->append(graph.centre);
    state.centre_name->append(molecule.id);
  }
  ++state.size;
}

void DatasetWriter::finish(const Provenance& provenance) {
  State& state = *state_;
  state.finish_columns();
  const std::string schema = state.schema.to_json();
  const std::string version = std::to_string(kDatasetMajor) + '.' + std::to_string(kDatasetMinor);
  const std::pair<const char*, std::string> texts[] = {{"format", kDatasetFormat},
                                                       {"format_version", version},
                                                       {"created_by", provenance.program_version},
                                                       {"rdkit_version", provenance.rdkit_version},
                                                       {"schema", schema},
                                                       {"schema_sha256", state.schema.hash()},
                                                       {"sources", sources_json(provenance)},
                                                       {"options", provenance.options_json},
                                                       {"counts", provenance.counts_json}};
  for (const auto& [name, text] : texts)
    state.file.write_attribute("/", name, std::string_view(text));
  state.file.write_attribute("/", "complete", std::int64_t{1});
  state.file.close();
  seal_file(state.temporary, state.path);
  commit_file(state.temporary, state.path);
  state.finished = true;
}

}  // namespace aufbau::store
