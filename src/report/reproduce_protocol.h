#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace aufbau::report {

/// The published tables that can be repeated.
struct Protocol {
  const char* name;
  const char* summary;
};
extern const std::vector<Protocol> kProtocols;

/// Columns of Table 1 of Hu et al. 2020.
inline constexpr std::size_t kPublishedSets = 8;

/// A classification set of MoleculeNet (Wu et al. 2018) as Hu et al. 2020 use it. Ingest finds the
/// SMILES column by its name, and takes scaffolds from the canonical SMILES, which gives the
/// published split for every set (tests/data/split_data_test.cpp).
struct BenchmarkSet {
  const char* name;
  const char* title;
  const char* summary;
  const char* file;                  ///< in the data folder; with .gz as well
  std::vector<std::string> targets;  ///< empty: every column but the SMILES
  std::int64_t molecules;            ///< as published
  std::size_t tasks;
};
/// In the order of the paper's columns.
extern const std::vector<BenchmarkSet> kBenchmarkSets;

/// Test ROC-AUC in percent: mean and standard deviation over ten seeds.
struct PublishedScore {
  double mean, deviation;
};

/// What an encoder learns before fine-tuning: a node-level objective on the source, then a
/// graph-level one on the labels; "none" where a level is left out. A row of the paper's table.
struct Strategy {
  const char* name;
  const char* summary;
  const char* graph_level;
  const char* node_level;
  std::array<PublishedScore, kPublishedSets> published;  ///< as kBenchmarkSets
  double published_average;

  bool has_graph_level() const { return graph_level != std::string_view("none"); }
  bool has_node_level() const { return node_level != std::string_view("none"); }
};
extern const std::vector<Strategy> kStrategies;

/// How much of the protocol is computed. All else is as in the paper.
struct Budget {
  const char* name;
  const char* summary;
  int layers, width;
  std::int64_t source_molecules;  ///< for node-level objectives; 0: all there are
  int source_epochs;
  std::int64_t labelled_molecules;  ///< for the graph-level objective; 0: all there are
  int labelled_epochs;
  int finetune_epochs;
  std::vector<std::string> sets, strategies;  ///< when none are named; empty: all
  std::vector<std::uint64_t> seeds;           ///< likewise
};
extern const std::vector<Budget> kBudgets;

// What every budget has in common with the paper, beside the defaults of
// `pretrain` and `finetune`, which are the paper's.
inline constexpr int kSourceBatch = 256, kLabelledBatch = 32, kFinetuneBatch = 32;
inline constexpr double kSourceDropout = 0, kLabelledDropout = 0.2, kFinetuneDropout = 0.5;
inline constexpr double kLearningRate = 1e-3;

}  // namespace aufbau::report
