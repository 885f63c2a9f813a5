#include "data/join.h"

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "core/error.h"
#include "core/json_object.h"
#include "data/ingest_ledger.h"
#include "data/subset.h"
#include "molecules/molecule.h"
#include "store/atomic_file.h"

namespace aufbau::data {

namespace {

constexpr const char* kWhere = "ingest";

void require_no_text_options(const IngestOptions& options) {
  const auto refuse = [](bool given, const char* option) {
    if (given)
      fail(ErrorKind::usage, kWhere, option,
           " is about text inputs; datasets are joined as they are");
  };
  refuse(!options.target_columns.empty() || options.no_targets, "a choice of targets");
  refuse(!options.ignore_columns.empty(), "--ignore-columns");
  refuse(!options.splits_column.empty(), "--splits-column");
  refuse(options.standardize != "none", "--standardize");
  refuse(options.duplicates != "keep", "--duplicates");
  refuse(options.scaffolds, "--scaffolds");
  refuse(options.shard.count > 1, "--shard");
}

/// Options of the datasets where they agree but for the shard; else none, for no one of them holds
/// for all rows.
std::string common_options(const std::vector<Dataset>& datasets) {
  Json common;
  for (std::size_t i = 0; i < datasets.size(); ++i) {
    Json options =
        parse_json(datasets[i].provenance().options_json, ErrorKind::input, datasets[i].path());
    options.erase(kShardKey);
    if (i > 0 && options != common) return "{}";
    common = std::move(options);
  }
  return common.dump();
}

/// The sums, in the order in which ingest writes counts.
Json common_counts(const std::vector<Dataset>& datasets) {
  std::vector<std::string> names = {"rows", "stored", "rejected"};
  for (const molecules::RejectCode& entry : molecules::kRejectCodes)
    names.push_back(std::string("rejected_") + entry.code);
  for (const molecules::DecisionEntry& entry : molecules::kDecisions)
    names.emplace_back(entry.name);
  Json sums = Json::object();
  for (const std::string& name : names) {
    std::int64_t sum = 0;
    for (const Dataset& dataset : datasets) {
      const Json counts =
          parse_json(dataset.provenance().counts_json, ErrorKind::input, dataset.path());
      if (counts.contains(name)) sum += counts.at(name).get<std::int64_t>();
    }
    if (sum > 0 || sums.size() < 3) sums[name] = sum;
  }
  return sums;
}

std::vector<std::pair<std::string, std::string>> all_sources(const std::vector<Dataset>& datasets) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const Dataset& dataset : datasets)
    for (const auto& source : dataset.provenance().sources)
      if (std::find(all.begin(), all.end(), source) == all.end()) all.push_back(source);
  return all;
}

/// The lists that lie beside the datasets, as one with one header.
void join_rejects(const IngestOptions& options, const std::string& path) {
  const std::string_view header = kRejectsHeader;
  std::string all(header);
  for (const std::string& input : options.inputs) {
    const std::string list = rejects_path(input);
    if (!std::filesystem::exists(list)) continue;
    const std::string text = store::read_file(list);
    all += text.starts_with(header) ? text.substr(header.size()) : text;
  }
  store::write_file(path, all);
}

}  // namespace

bool are_datasets(std::span<const std::string> inputs) {
  const auto is_dataset = [](const std::string& input) { return input.ends_with(".h5"); };
  const auto count = std::count_if(inputs.begin(), inputs.end(), is_dataset);
  if (count > 0 && count < static_cast<std::ptrdiff_t>(inputs.size()))
    fail(ErrorKind::usage, kWhere,
         "some inputs are datasets (.h5) and some are text; ingest the "
         "text first, then join the datasets");
  return count > 0;
}

IngestSummary join_datasets(const IngestOptions& options) {
  require_no_text_options(options);
  IngestLedger ledger(options.inputs, options.output, options.force, "rows", "molecules");
  std::vector<Dataset> datasets;
  for (const std::string& input : options.inputs) datasets.push_back(Dataset::open(input));
  std::vector<DatasetRows> parts;
  for (const Dataset& dataset : datasets) {
    std::vector<std::int64_t> rows(static_cast<std::size_t>(dataset.size()));
    std::iota(rows.begin(), rows.end(), 0);
    parts.push_back({&dataset, std::move(rows)});
  }
  const Json counts = common_counts(datasets);
  store::Provenance provenance;
  provenance.program_version = AUFBAU_VERSION;
  provenance.rdkit_version = rdkit_versions_of(datasets);
  provenance.sources = all_sources(datasets);
  provenance.options_json = common_options(datasets);
  provenance.counts_json = counts.dump();
  IngestSummary summary = ledger.summary();
  join_rejects(options, summary.rejects);
  write_rows(parts, options.output, provenance);
  const auto count_of = [&](const std::string& name) {
    return counts.value(name, std::int64_t{0});
  };
  summary.rows = count_of("rows");
  summary.stored = count_of("stored");
  summary.rejected = count_of("rejected");
  for (const molecules::RejectCode& entry : molecules::kRejectCodes)
    if (const std::int64_t count = count_of(std::string("rejected_") + entry.code); count > 0)
      summary.rejected_by_code.emplace_back(entry.code, count);
  for (const molecules::DecisionEntry& entry : molecules::kDecisions)
    if (const std::int64_t count = count_of(entry.name); count > 0)
      summary.decisions.emplace_back(entry.name, count);
  summary.targets = store::read_dataset_summary(options.output).target_names;
  summary.seconds = ledger.seconds();
  return summary;
}

}  // namespace aufbau::data
