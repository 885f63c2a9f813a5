#include "report/reproduce_data.h"

#include <array>
#include <filesystem>

#include "core/error.h"
#include "core/sha256.h"
#include "data/ingest.h"
#include "data/split.h"
#include "molecules/byte_source.h"
#include "report/limited_dataset.h"

namespace aufbau::report {
namespace {

namespace fs = std::filesystem;
constexpr const char* kWhere = "reproduce";

/// Of the text, whether it is compressed or not: what ingest notes as the hash of its source.
std::string sha256_of_text(const std::string& path) {
  const auto source = molecules::open_source(path);
  Sha256 hash;
  std::array<char, 1 << 16> bytes{};
  while (const std::size_t count = source->read(bytes.data(), bytes.size()))
    hash.update(std::string_view(bytes.data(), count));
  return hash.hex();
}

}  // namespace

std::optional<std::string> find_table(const BenchmarkSet& set, const std::string& folder) {
  for (const char* ending : {"", ".gz"}) {
    const fs::path path = fs::path(folder) / (std::string(set.file) + ending);
    if (fs::exists(path)) return path.string();
  }
  return std::nullopt;
}

std::string table_of(const BenchmarkSet& set, const std::string& folder) {
  const auto table = find_table(set, folder);
  if (!table)
    fail(ErrorKind::input, kWhere, folder, " holds neither ", set.file, " nor ", set.file,
         ".gz, the table of the set ", set.name, "; put it there, or name other sets with --sets");
  return *table;
}

void prepare_set(const BenchmarkSet& set, const std::string& table, const std::string& output,
                 const RunOptions& run) {
  if (fs::exists(output)) return require_made_from(kWhere, output, table, sha256_of_text(table));
  IngestOptions options;
  static_cast<RunOptions&>(options) = run;
  if (run.progress)
    options.progress = [&](Progress progress) {
      progress.stage += " " + std::string(set.name);
      run.progress(progress);
    };
  options.inputs = {table};
  options.output = output;
  options.target_columns = set.targets;
  data::ingest(options);
}

void write_scaffold_split(const std::string& dataset, const std::string& splits) {
  const FinetuneOptions standard;
  const data::Dataset set = data::Dataset::open(dataset);
  data::write_split(splits, data::make_split(standard.split, set,
                                             {standard.split_sizes[0], standard.split_sizes[1],
                                              standard.split_sizes[2]},
                                             standard.split_seed));
}

}  // namespace aufbau::report
