#pragma once
#include "core/random.h"
#include "objectives/feature_classes.h"
#include "objectives/objective.h"

namespace aufbau::objectives {

/// Graphs with some nodes (and edges) hidden, and what they were.
struct MaskedBatch : Prepared {
  graphs::GraphBatch batch;
  RowMap atom_rows;    ///< masked node -> its row of the last level
  Tensor atom_labels;  ///< i32 [masked nodes]: class of the first node column
  RowMap bond_rows;    ///< masked edge -> the rows of its two ends; without edges unless bonds are
                       ///< masked
  Tensor bond_labels;  ///< i32 [masked edges]: class of the first edge column

  void move_to(Device device) override;
};

/// Predicts the first node feature (the element) of masked nodes from their states: Hu et al. 2020,
/// section 3.1.2. Optionally the edges at masked nodes are hidden too, and their first feature
/// predicted from the sum of the states of their ends.
class AttributeMasking : public Objective {
 public:
  /// Reads mask_rate, mask_bonds, encoder and seed.
  explicit AttributeMasking(const ObjectiveConfig& config);

  std::unique_ptr<Prepared> prepare(const data::Dataset& dataset,
                                    std::span<const std::int64_t> rows,
                                    const data::BatchKey& key) const override;
  /// The same with the choice given: `masked[g]` are distinct nodes of graph g.
  std::unique_ptr<MaskedBatch> prepare_masked(
      std::span<const graphs::GraphView> graphs,
      std::span<const std::vector<std::int32_t>> masked) const;

  /// metrics: loss_atom, accuracy_atom; with bonds also loss_bond and, when any bond is masked,
  /// accuracy_bond.
  LossResult loss(nn::Encoder& encoder, const Prepared& prepared,
                  const nn::ForwardContext& context) override;
  nn::Parameters parameters() const override;

 private:
  ObjectiveConfig config_;
  FeatureClasses atom_classes_;
  std::vector<std::uint16_t> atom_mask_, bond_mask_;  // codes of what is hidden
  nn::LinearHead atom_head_;
  std::unique_ptr<FeatureClasses> bond_classes_;  // with mask_bonds
  std::unique_ptr<nn::LinearHead> bond_head_;
};

/// floor(rate * n) + 1 distinct nodes of n (at most n), ascending; none of an empty graph.
std::vector<std::int32_t> draw_masked_nodes(std::int32_t node_count, double rate,
                                            const RandomKey& key);

}  // namespace aufbau::objectives
