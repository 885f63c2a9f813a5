#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "aufbau.h"
#include "data/dataset.h"

namespace aufbau::report {

/// A folder of its own for files, removed at the end.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// What benchmarks work on: options.data, else molecules of rdkit-data, else those built in.
/// Opened, ingested or written when first asked for, then kept.
class BenchmarkData {
 public:
  /// `options` must outlive it.
  explicit BenchmarkData(const BenchmarkOptions& options) : options_(options) {}

  /// From a text file the rows that became graphs, without targets. Error{nothing_valid}: none.
  const data::Dataset& dataset();
  bool has_molecules() { return !dataset().molecules().smiles.empty(); }
  /// The first rows, as many as options.molecules asks for and there are.
  std::vector<std::int64_t> rows();
  /// SMILES of rows(); there are molecules.
  std::vector<std::string> smiles();

  /// A text file: options.data, or one of the SMILES of rows() where that is a dataset.
  const std::string& text_file();
  /// A file of smiles(), and a dataset file of rows().
  const std::string& smiles_file();
  const std::string& rows_file();
  /// A path for results.
  std::string result_file(const std::string& name) const { return folder_.file(name); }

 private:
  bool is_dataset_file() const { return options_.data.ends_with(".h5"); }

  const BenchmarkOptions& options_;
  ScratchFolder folder_;
  std::unique_ptr<data::Dataset> dataset_;
  std::string text_file_, smiles_file_, rows_file_;
};

}  // namespace aufbau::report
