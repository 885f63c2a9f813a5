#include "data/ingest.h"

#include "core/error.h"
#include "core/parallel.h"
#include "molecules/parse_rate.h"
#include "molecules/records.h"
#include "report/benchmark/measurements.h"

namespace aufbau::report {
namespace {

std::vector<std::string> smiles_of(const std::string& path) {
  std::vector<std::string> smiles;
  molecules::RecordReader reader(path, {});
  for (molecules::Record record; reader.next(record);) {
    if (record.is_mol_block)
      fail(ErrorKind::usage, "benchmark", path, " holds mol blocks; expected a file of SMILES");
    smiles.push_back(record.text);
  }
  if (smiles.empty()) fail(ErrorKind::nothing_valid, "benchmark", path, " has no rows");
  return smiles;
}

}  // namespace

std::vector<BenchmarkRow> measure_ingest(const BenchmarkOptions& options, BenchmarkData& data) {
  const bool is_text = !options.data.ends_with(".h5");
  if (!is_text && !data.has_molecules()) return {};
  const std::string path = data.text_file();
  const std::vector<std::string> once = smiles_of(path);
  // Again and again up to the number of molecules asked for: opening and closing files is to weigh
  // little.
  IngestOptions ingest;
  std::vector<std::string> smiles;
  while (static_cast<std::int64_t>(smiles.size()) < options.molecules) {
    ingest.inputs.push_back(path);
    smiles.insert(smiles.end(), once.begin(), once.end());
  }
  ingest.output = data.result_file("ingested.h5");
  ingest.no_targets = true;
  ingest.force = true;
  ingest.threads = thread_count();
  const auto count = static_cast<std::int64_t>(smiles.size());
  const auto rows = static_cast<double>(count);
  return {measure_in_turns(options,
                           {"text file to dataset file, " + with_thousands(count) + " rows",
                            "rows/s",
                            rows,
                            {"RDKit alone"}},
                           [&] {
                             Round round;
                             round.work = seconds_of([&] { data::ingest(ingest); });
                             round.ceilings = {rows / molecules::rdkit_parse_rate(smiles)};
                             return round;
                           })};
}

}  // namespace aufbau::report
