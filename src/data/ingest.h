#pragma once
#include <functional>
#include <string>

#include "aufbau.h"
#include "molecules/molecule.h"
#include "molecules/records.h"
#include "store/dataset_file.h"

namespace aufbau::data {

/// Text inputs to X.h5 and X.rejects.csv: streaming, in parallel, in input order.
IngestSummary ingest(const IngestOptions& options);

/// How data get the features of `schema`, for error texts: "ingest with ...".
std::string how_to_ingest(const graphs::FeatureSchema& schema);

/// A record after chemistry: a graph and what the dataset keeps of it, or a refusal.
struct IngestedRow {
  molecules::Record record;
  graphs::Graph graph;
  store::MoleculeRecord molecule;
  molecules::Decisions decisions;  ///< taken for this row
  std::string canonical_smiles;    ///< only when asked for
  std::string code, reason;        ///< refusal
};
struct PipelineOptions {
  std::string schema = "hu2", standardize = "none";  ///< names of kSchemas, kStandardizations
  TableOptions table;
  bool scaffolds = true, canonical = false;
};
/// Names of `standardize`: none, or parent (the largest fragment).
extern const std::vector<std::string> kStandardizations;

/// Reads, parses and featurises on thread_count() threads and hands every row to `take` in input
/// order, on the calling thread, while the others go on. Memory: a fixed number of rows, whatever
/// the input's length. `decisions` are added up over the rows that became graphs. The stored SMILES
/// is the text given; where the text was a mol block, or standardising took fragments away, it is
/// the canonical SMILES of what is stored. An Error of the reader comes after all rows before it.
void for_each_row(molecules::RecordReader& reader, const PipelineOptions& options,
                  molecules::Decisions& decisions, const std::function<void(IngestedRow&)>& take);

}  // namespace aufbau::data
