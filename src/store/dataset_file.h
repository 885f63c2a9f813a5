#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graphs/graph.h"

namespace aufbau::store {

/// Who made a dataset, from what: the root attributes of the file (design: names on disk).
struct Provenance {
  std::string program_version, rdkit_version;
  std::vector<std::pair<std::string, std::string>> sources;  ///< name, SHA-256 of its bytes as read
  std::string options_json = "{}";
  std::string counts_json = "{}";
};

/// The molecule half of a row; empty strings and vectors where the source had none.
struct MoleculeRecord {
  std::string smiles, id;
  std::int64_t line = 0;  ///< in its source, from 1
  std::string scaffold, scaffold_achiral;
  std::int8_t part = -1;  ///< predefined split: 0 train, 1 valid, 2 test, -1 none
};

/// Everything of a dataset file but the graphs themselves.
struct MoleculeTable {
  std::vector<std::string> smiles, id;  ///< [G]; empty when the file has no molecules
  std::vector<std::int64_t> line;
  std::vector<std::int32_t> scaffold, scaffold_achiral;  ///< index into scaffold_names
  std::vector<std::string> scaffold_names;
  std::vector<std::int8_t> part;  ///< empty when no split column was given
};

struct DatasetContent {
  graphs::GraphSet graphs;
  MoleculeTable molecules;
  std::vector<std::string> target_names;
  std::vector<float> targets;             ///< row-major [G,T], NaN = missing
  std::vector<std::string> centre_names;  ///< [G]: whose ego networks these are; empty: none
  Provenance provenance;
};

/// Writes a dataset file row by row in bounded memory (rows are buffered and flushed as HDF5
/// chunks; node and edge columns are stored in the smallest unsigned type their cardinality needs).
class DatasetWriter {
 public:
  /// `with_molecules` false: a dataset of general graphs. `with_centres`: of ego networks; the name
  /// of a centre is the id of its record. Nothing appears at `path` before finish().
  DatasetWriter(const std::string& path, const graphs::FeatureSchema& schema,
                std::vector<std::string> target_names, bool with_molecules, bool with_parts,
                bool with_scaffolds = true, bool with_centres = false);
  ~DatasetWriter();  ///< removes the temporary file unless finished
  DatasetWriter(DatasetWriter&&) noexcept;
  void append(const graphs::GraphView& graph, const MoleculeRecord& molecule,
              const std::vector<float>& targets);
  std::int64_t size() const;
  /// `complete` attribute last, flush, fsync, rename.
  void finish(const Provenance& provenance);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What a dataset file says of itself, without reading the arrays.
struct DatasetSummary {
  std::int64_t graph_count = 0, node_count = 0, edge_count = 0;
  int format_major = 0, format_minor = 0;
  graphs::FeatureSchema schema;
  std::vector<std::string> target_names;
  bool has_molecules = false;
  Provenance provenance;
};

/// Read-only. Error{input}: missing, not HDF5, damaged, unfinished; Error{mismatch}: another format
/// or a newer version. Sizes are checked against the file before memory is taken; external links,
/// virtual datasets, and filters other than shuffle and deflate are refused.
DatasetSummary read_dataset_summary(const std::string& path);
DatasetContent read_dataset(const std::string& path);
/// The same from the bytes of a file; `where` stands for the path in messages.
DatasetContent parse_dataset(std::string_view bytes, const std::string& where);

/// Embeddings: /embeddings f32 [rows, width], /row i64, counted from `first_row` (and /node_ptr for
/// node level), atomic.
void write_embedding_file(const std::string& path, std::int64_t width,
                          const std::vector<float>& values,
                          const std::vector<std::int64_t>& node_ptr, std::int64_t first_row = 0);

}  // namespace aufbau::store
