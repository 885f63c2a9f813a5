#include "data/ingest.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_map>

#include "core/error.h"
#include "core/parallel.h"
#include "core/sha256.h"
#include "core/text.h"
#include "data/ingest_ledger.h"
#include "data/join.h"
#include "data/row_targets.h"
#include "data/shard.h"

namespace aufbau::data {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kWhere = "ingest";

void require_one_of(const char* what, const std::string& value,
                    const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), value) == known.end())
    fail_unknown_name(kWhere, what, value, known);
}

// Which canonical SMILES came before. Kept as 128 bits of their SHA-256: about 80 bytes a molecule,
// whatever their length.
class SeenMolecules {
 public:
  /// "line 7 of a.csv" of the first row with this molecule; empty when this one is the first.
  std::string first_place(const std::string& canonical_smiles, std::int64_t line,
                          std::size_t source, const std::vector<std::string>& sources) {
    constexpr std::size_t kDigits = 32;
    const auto [found, is_new] =
        places_.try_emplace(sha256_hex(canonical_smiles).substr(0, kDigits), line, source);
    if (is_new) return {};
    return "line " + std::to_string(found->second.first) + " of " + sources[found->second.second];
  }

 private:
  std::unordered_map<std::string, std::pair<std::int64_t, std::size_t>> places_;
};

// One call of ingest().
class Ingestion {
 public:
  explicit Ingestion(const IngestOptions& options)
      : options_(options),
        ledger_(options.inputs, options.output, options.force, "rows", "molecules",
                options.shard.index == 1),
        summary_(ledger_.summary()),
        schema_(molecules::schema_by_name(options.schema)) {
    require_one_of("duplicates", options.duplicates, {"keep", "first", "error"});
    require_one_of("on-invalid", options.on_invalid, {"skip", "fail"});
    require_one_of("standardize", options.standardize, kStandardizations);
    check_shard(kWhere, options.shard, options.inputs);
    if (options.shard.count > 1 && options.duplicates != "keep")
      fail(ErrorKind::usage, kWhere, "--duplicates ", options.duplicates,
           " compares all rows, and a shard has some; leave one of the two options out");
  }

  IngestSummary run() {
    if (options_.shard.count > 1) find_shard();
    for (std::size_t i = 0; i < options_.inputs.size(); ++i) read_input(i);
    std::vector<std::pair<const char*, std::int64_t>> decisions;
    for (const molecules::DecisionEntry& entry : molecules::kDecisions)
      decisions.emplace_back(entry.name, decisions_.*entry.count);
    ledger_.close(decisions);
    writer_->finish(provenance());
    summary_.seconds = ledger_.seconds();
    ledger_.report(options_, /*is_last=*/true);
    return summary_;
  }

 private:
  /// Which rows of each input are those of the shard.
  void find_shard() {
    std::vector<std::int64_t> ends;  // of the inputs, in rows of all of them
    for (const std::string& input : options_.inputs)
      ends.push_back((ends.empty() ? 0 : ends.back()) +
                     molecules::count_records(input, options_.table));
    const RowRange all = rows_of(options_.shard, ends.back());
    std::int64_t begin = 0;
    for (const std::int64_t end : ends) {
      kept_.push_back(
          {std::clamp(all.begin, begin, end) - begin, std::clamp(all.end, begin, end) - begin});
      begin = end;
    }
  }

  void read_input(std::size_t index) {
    const std::string& source = options_.inputs[index];
    molecules::RecordReader reader(source, options_.table);
    if (!kept_.empty()) reader.keep(kept_[index].begin, kept_[index].end);
    if (!targets_) {
      targets_.emplace(source, reader, options_);
      summary_.targets = targets_->names();
      writer_.emplace(options_.output, schema_, summary_.targets, /*with_molecules=*/true,
                      /*with_parts=*/!options_.splits_column.empty(), has_scaffolds());
    }
    targets_->find_in(source, reader);
    molecules::Decisions all;  // also of rows refused later; the summary counts those stored
    for_each_row(reader, pipeline_options(), all, [&](IngestedRow& row) { take(row, index); });
    sources_.emplace_back(source, reader.sha256());
  }

  // Scaffolds cost more than all the rest, and mostly labelled data are split by them.
  bool has_scaffolds() const { return options_.scaffolds || !summary_.targets.empty(); }

  PipelineOptions pipeline_options() const {
    PipelineOptions pipeline;
    pipeline.schema = options_.schema;
    pipeline.standardize = options_.standardize;
    pipeline.table = options_.table;
    pipeline.scaffolds = has_scaffolds();
    pipeline.canonical = options_.duplicates != "keep";
    return pipeline;
  }

  void take(IngestedRow& row, std::size_t source) {
    ++summary_.rows;
    if (row.code.empty()) targets_->read(row, values_);
    if (row.code.empty() && options_.duplicates != "keep") check_duplicate(row, source);
    if (row.code.empty()) {
      writer_->append(row.graph.view(), row.molecule, values_);
      ++summary_.stored;
      decisions_ += row.decisions;
    } else {
      reject(row, source);
    }
    ledger_.report(options_);
  }

  void check_duplicate(IngestedRow& row, std::size_t source) {
    const std::string place =
        seen_.first_place(row.canonical_smiles, row.record.line, source, options_.inputs);
    if (place.empty()) return;
    row.code = "duplicate";
    row.reason = "the same molecule as " + place;
    if (options_.duplicates == "error") stop_at(row, source);
  }

  void reject(const IngestedRow& row, std::size_t source) {
    if (options_.on_invalid == "fail") stop_at(row, source);
    ledger_.refuse(options_.inputs[source], row);
  }

  [[noreturn]] void stop_at(const IngestedRow& row, std::size_t source) const {
    fail(ErrorKind::malformed, options_.inputs[source], "line ", row.record.line, ": ", row.code,
         ": ", row.reason, "; nothing was written");
  }

  store::Provenance provenance() const {
    store::Provenance provenance;
    provenance.program_version = AUFBAU_VERSION;
    provenance.rdkit_version = molecules::rdkit_version();
    provenance.sources = sources_;
    const TableOptions& table = options_.table;
    Json used = {{"smiles_column", table.smiles_column},
                 {"id_column", table.id_column},
                 {"target_columns", summary_.targets},
                 {"splits_column", options_.splits_column},
                 {"schema", options_.schema},
                 {"standardize", options_.standardize},
                 {"duplicates", options_.duplicates},
                 {"scaffolds", options_.scaffolds},
                 {"max_smiles_length", table.max_smiles_length},
                 {"max_atoms", table.max_atoms},
                 {"max_line_bytes", table.max_line_bytes},
                 {"max_field_bytes", table.max_field_bytes}};
    if (options_.shard.count > 1)
      used[kShardKey] =
          std::to_string(options_.shard.index) + '/' + std::to_string(options_.shard.count);
    // Column names may be any bytes; what is not UTF-8 in them is shown as U+FFFD.
    provenance.options_json = used.dump(-1, ' ', false, Json::error_handler_t::replace);
    provenance.counts_json = ledger_.counts_json();
    return provenance;
  }

  const IngestOptions& options_;
  IngestLedger ledger_;
  IngestSummary& summary_;  // the ledger's
  graphs::FeatureSchema schema_;
  std::optional<store::DatasetWriter> writer_;
  std::optional<RowTargets> targets_;
  std::vector<float> values_;  ///< targets of the row at hand
  SeenMolecules seen_;
  molecules::Decisions decisions_;
  std::vector<std::pair<std::string, std::string>> sources_;
  std::vector<RowRange> kept_;  ///< rows of each input; empty: all
};

}  // namespace

std::string how_to_ingest(const graphs::FeatureSchema& schema) {
  const bool is_of_molecules =
      std::any_of(molecules::kSchemas.begin(), molecules::kSchemas.end(),
                  [&](const molecules::SchemaEntry& entry) { return entry.name == schema.name; });
  if (is_of_molecules) return "ingest with --schema " + schema.name;
  std::string text = "ingest with --graphs";
  // One tag less per code that a program adds: unknown and mask (graphs::network_schema).
  if (!schema.node.empty())
    text += " --node-tags " + std::to_string(std::max(schema.node[0].cardinality - 2, 1));
  for (std::size_t i = 0; i < schema.edge_values.size(); ++i)
    text += (i == 0 ? " --edge-values " : ",") + schema.edge_values[i];
  return text;
}

IngestSummary ingest(const IngestOptions& options) {
  const ThreadScope threads(options.threads);
  if (are_datasets(options.inputs)) return join_datasets(options);
  return Ingestion(options).run();
}

}  // namespace aufbau::data
