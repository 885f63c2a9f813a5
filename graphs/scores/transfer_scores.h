#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "graphs/scores/egi.h"
#include "graphs/scores/fingerprints.h"
#include "graphs/scores/graphon_scores.h"
#include "graphs/scores/nearest.h"
#include "graphs/scores/tree_movers.h"

namespace aufbau::graphs {

/// What is known of a set of graphs or molecules. Refers to what it is given; row i of everything
/// is about graph i. What no chosen score needs may be missing.
struct ScoredSet {
  const Matrix* features = nullptr;  ///< [n, d], learned or hand-made; the same model for all sets
  const Matrix* descriptors = nullptr;  ///< [n, c], columns in units of their own
  const Fingerprints* fingerprints = nullptr;
  std::span<const std::string> scaffolds;
  const GraphSelection* graphs = nullptr;
  const Vector* gradient = nullptr;      ///< averaged, of a common initial model
  const Vector* property = nullptr;      ///< [n], a task of regression
  std::span<const std::int32_t> labels;  ///< [n], a task of classification
};

/// The members of ScoredSet, as flags.
enum ScoreNeed : std::uint32_t {
  kNeedsNothing = 0,
  kNeedsFeatures = 1,
  kNeedsDescriptors = 2,
  kNeedsFingerprints = 4,
  kNeedsScaffolds = 8,
  kNeedsGraphs = 16,
  kNeedsGradient = 32,
  kNeedsProperty = 64,
  kNeedsLabels = 128
};

/// What several scores of one source and one target have in common; the first that is asked
/// computes it.
struct PairMemo {
  std::optional<SetDistance> tree_movers;
  std::optional<NearestNeighbours> nearest;
};

struct ScoreOptions {
  std::uint64_t seed = 0;
  PairMemo* memo = nullptr;  ///< of this pair under these options; null: nothing is kept
  /// Rows of each side that take part in scores of quadratic cost, drawn by random_rows().
  std::int64_t most_rows = 2000;
  std::int64_t most_graphs = 200;   ///< the same for tree-movers
  double coverage_threshold = 0.4;  ///< of tanimoto-coverage
  TreeMoversOptions tree_movers;
  EgiOptions egi;               ///< its seed is not read
  GraphonScoreOptions graphon;  ///< its seed is not read
};

/// One number about a source and a target, or about a target alone.
struct TransferScore {
  const char* name;
  const char* summary;
  std::uint32_t source_needs, target_needs;  ///< ScoreNeed; a source that needs nothing is not read
  bool higher_is_closer;                     ///< or promises more, for a score of a target alone
  double (*value)(const ScoredSet& source, const ScoredSet& target, const ScoreOptions& options);
};
/// All of them.
std::span<const TransferScore> transfer_scores();

/// Error{usage} with the nearest name for one that is not in the table.
const TransferScore& transfer_score_by_name(const std::string& name);

/// Whether a set has what a score needs of it.
bool has_needs(const ScoredSet& set, std::uint32_t needs);

/// The score after a look at what it needs: Error{usage} naming what is missing, and of which side.
/// Else the errors of the score itself.
double transfer_score(const TransferScore& score, const ScoredSet& source, const ScoredSet& target,
                      const ScoreOptions& options = {});

}  // namespace aufbau::graphs
