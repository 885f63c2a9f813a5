#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "data/dataset.h"
#include "data/loader.h"
#include "nn/encoder.h"

namespace aufbau::objectives {

/// Everything an objective may be told; each reads what concerns it. Out-of-range values are
/// Error{usage}.
struct ObjectiveConfig {
  nn::EncoderConfig encoder;  ///< of the encoder it will train
  std::uint64_t seed = 0;     ///< of its heads' initial values
  double mask_rate = 0.15;
  bool mask_bonds = false;
  std::string context_mode = "cbow", context_pooling = "mean";
  int context_size = 3, negative_samples = 1;
  std::vector<std::string> augmentations = {"node-dropping", "edge-perturbation",
                                            "attribute-masking", "subgraph"};
  double augmentation_ratio = 0.2, temperature = 0.1;
  std::string pooling = "mean";
  // Supervised, one of each per task:
  std::vector<std::int64_t> target_columns;  ///< of the dataset
  std::vector<std::string> task_types;       ///< classification or regression
  /// Scaling of regression tasks; both empty: none.
  std::vector<double> target_mean, target_deviation;
};

/// What the loader thread made of some graphs: batches, masks, pairs, labels. Each objective has
/// its own.
struct Prepared {
  virtual ~Prepared() = default;
  /// Moves what the loss reads to where the encoder is.
  virtual void move_to(Device) {}
  /// Dataset rows it was made from (named when a loss is not finite).
  std::vector<std::int64_t> rows;
  /// Nothing to learn from (for example no molecule has a context): skip the step.
  bool empty = false;
};

using Metrics = std::vector<std::pair<std::string, double>>;
struct LossResult {
  Tensor loss;  ///< f64 scalar
  /// What the metrics are made of, without records. On a device reading waits for what is queued,
  /// so that a step reads all of it at its end, at once.
  std::vector<Tensor> measured;
  /// Metrics of `measured` on the host; undefined: none.
  std::function<Metrics(std::span<const Tensor> measured)> metrics_of;
  /// For the log: parts of the loss, accuracies; of `measured` as it was read, or is read now.
  Metrics metrics(std::span<const Tensor> measured_on_host) const {
    return metrics_of ? metrics_of(measured_on_host) : Metrics{};
  }
  Metrics metrics() const { return metrics(on_host(measured)); }
};

/// A pretraining (or fine-tuning) objective: draws on the host, loss on the device.
class Objective {
 public:
  virtual ~Objective() = default;
  /// Thread-safe, called by the loader thread; deterministic in (data, rows, key). The randomness
  /// of a graph is keyed by its row in the dataset, so it does not depend on which batch the graph
  /// is in.
  virtual std::unique_ptr<Prepared> prepare(const data::Dataset& dataset,
                                            std::span<const std::int64_t> rows,
                                            const data::BatchKey& key) const = 0;
  /// `prepared` and the parameters are where the encoder's parameters are.
  virtual LossResult loss(nn::Encoder& encoder, const Prepared& prepared,
                          const nn::ForwardContext& context) = 0;
  /// Heads and helper networks (trained, but not part of the saved encoder); empty prefix.
  virtual nn::Parameters parameters() const = 0;
};

struct ObjectiveEntry {
  const char* name;
  const char* level;  ///< node or graph
  const char* summary;
  std::unique_ptr<Objective> (*make)(const ObjectiveConfig& config);
};
/// The table of objectives.
extern const std::vector<ObjectiveEntry> kObjectives;
std::unique_ptr<Objective> make_objective(const std::string& name, const ObjectiveConfig& config);

/// "a,b" are stages in sequence, "a:1+b:0.5" are objectives trained jointly with weights (default
/// 1).
struct ObjectiveTerm {
  std::string name;
  double weight = 1;
};
using ObjectiveStage = std::vector<ObjectiveTerm>;
/// Error{usage} for an unknown name (nearest suggested), a bad or non-positive weight, an empty
/// part.
std::vector<ObjectiveStage> parse_stages(const std::string& text);
/// One term: that objective. Several: a joint one whose parameters are prefixed by the term's name;
/// metrics likewise.
std::unique_ptr<Objective> make_stage(const ObjectiveStage& stage, const ObjectiveConfig& config);

}  // namespace aufbau::objectives
