#pragma once
#include "objectives/objective.h"

namespace aufbau::objectives {

/// Several objectives trained together on the same graphs: the loss is the weighted sum of theirs.
/// Parameters and metrics carry the name of their objective and a point before their own;
/// `<name>.loss` is each loss unweighted.
class JointObjective : public Objective {
 public:
  JointObjective(const ObjectiveStage& stage, const ObjectiveConfig& config);

  /// Empty when every part is; a part that is empty alone takes no part in the loss of that step.
  std::unique_ptr<Prepared> prepare(const data::Dataset& dataset,
                                    std::span<const std::int64_t> rows,
                                    const data::BatchKey& key) const override;
  LossResult loss(nn::Encoder& encoder, const Prepared& prepared,
                  const nn::ForwardContext& context) override;
  nn::Parameters parameters() const override;

 private:
  ObjectiveStage stage_;
  std::vector<std::unique_ptr<Objective>> objectives_;
};

}  // namespace aufbau::objectives
