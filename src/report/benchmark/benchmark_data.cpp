#include "report/benchmark/benchmark_data.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "core/error.h"
#include "core/parallel.h"
#include "data/ingest.h"
#include "data/subset.h"
#include "report/benchmark/builtin_molecules.h"
#include "store/atomic_file.h"

namespace aufbau::report {

namespace {

namespace fs = std::filesystem;

constexpr const char* kWhere = "benchmark";
constexpr const char* kSampleFile = "/usr/share/RDKit/Data/NCI/first_5K.smi";
constexpr std::size_t kBuiltinRows = 4096;

std::string lines_of(const std::vector<std::string>& smiles) {
  std::string lines;
  for (const std::string& one : smiles) lines += one + '\n';
  return lines;
}

/// The built-in molecules over and over.
std::vector<std::string> repeated_builtin() {
  std::vector<std::string> smiles;
  for (std::size_t i = 0; i < kBuiltinRows; ++i)
    smiles.push_back(kBuiltinMolecules[i % kBuiltinMolecules.size()]);
  return smiles;
}

}  // namespace

ScratchFolder::ScratchFolder() {
  std::string name = (fs::temp_directory_path() / "aufbau-benchmark-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    fail(ErrorKind::resource, kWhere, "cannot make a temporary folder as ", name);
  path_ = name;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

const data::Dataset& BenchmarkData::dataset() {
  if (dataset_) return *dataset_;
  std::string path = options_.data;
  if (!is_dataset_file()) {
    IngestOptions ingest;
    ingest.inputs = {text_file()};
    ingest.output = path = folder_.file("data.h5");
    ingest.no_targets = true;
    ingest.threads = thread_count();
    ingest.progress = options_.progress;
    ingest.should_stop = options_.should_stop;
    data::ingest(ingest);
  }
  dataset_ = std::make_unique<data::Dataset>(data::Dataset::open(path));
  if (dataset_->size() == 0)
    fail(ErrorKind::nothing_valid, kWhere, "the dataset ", path, " has no graphs");
  return *dataset_;
}

std::vector<std::int64_t> BenchmarkData::rows() {
  std::vector<std::int64_t> rows(
      static_cast<std::size_t>(std::min(options_.molecules, dataset().size())));
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

std::vector<std::string> BenchmarkData::smiles() {
  const auto& all = dataset().molecules().smiles;
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(rows().size())};
}

const std::string& BenchmarkData::text_file() {
  if (!text_file_.empty()) return text_file_;
  if (is_dataset_file()) {
    text_file_ = smiles_file();
  } else if (!options_.data.empty()) {
    text_file_ = options_.data;
  } else if (fs::exists(kSampleFile)) {
    text_file_ = kSampleFile;
  } else {
    if (options_.log)
      options_.log(
          "rdkit-data is not there: measuring on a few built-in molecules over and over, "
          "which share more than real ones");
    text_file_ = folder_.file("builtin.smi");
    store::write_file(text_file_, lines_of(repeated_builtin()));
  }
  return text_file_;
}

const std::string& BenchmarkData::smiles_file() {
  if (smiles_file_.empty()) {
    smiles_file_ = folder_.file("molecules.smi");
    store::write_file(smiles_file_, lines_of(smiles()));
  }
  return smiles_file_;
}

const std::string& BenchmarkData::rows_file() {
  if (rows_file_.empty()) {
    rows_file_ = folder_.file("rows.h5");
    data::write_subset(dataset(), rows(), rows_file_);
  }
  return rows_file_;
}

}  // namespace aufbau::report
