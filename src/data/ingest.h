#pragma once
#include "aufbau.h"
#include "molecules/molecule.h"
#include "molecules/records.h"
#include "store/dataset_file.h"

namespace aufbau::data {

/// Text inputs to X.h5 and X.rejects.csv: streaming, in parallel, in input order.
IngestSummary ingest(const IngestOptions& options);

/// A record after chemistry: a graph and what the dataset keeps of it, or a refusal.
struct IngestedRow {
  molecules::Record record;
  graphs::Graph graph;
  store::MoleculeRecord molecule;
  std::string canonical_smiles;       ///< only when asked for
  std::string code, reason;           ///< refusal
};
struct PipelineOptions {
  std::string schema = "hu2", standardize = "none";
  TableOptions table;
  bool scaffolds = true, canonical = false, keep_raw = false;
};
/// Reads, parses and featurises chunk by chunk on all threads and hands every row to `take` in input order, on the calling
/// thread. Shared by ingest, predict and embed. Memory: a fixed number of rows, whatever the input's length.
void for_each_row(molecules::RecordReader& reader, const PipelineOptions& options, molecules::Decisions& decisions,
                  const std::function<void(IngestedRow&)>& take);

}  // namespace aufbau::data
