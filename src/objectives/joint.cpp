#include "objectives/joint.h"

#include <algorithm>

#include "tensor/ops.h"

namespace aufbau::objectives {

namespace {

struct JointBatch : Prepared {
  std::vector<std::unique_ptr<Prepared>> parts;

  void move_to(Device device) override {
    for (const auto& part : parts)
      if (!part->empty) part->move_to(device);
  }
};

// Each objective of a step draws its own dropout: any other seed will do, the first keeps the
// run's.
nn::ForwardContext context_of_part(nn::ForwardContext context, std::size_t part) {
  context.seed += part * 0x9E3779B97F4A7C15u;
  return context;
}

}  // namespace

JointObjective::JointObjective(const ObjectiveStage& stage, const ObjectiveConfig& config)
    : stage_(stage) {
  for (const ObjectiveTerm& term : stage_) objectives_.push_back(make_objective(term.name, config));
}

std::unique_ptr<Prepared> JointObjective::prepare(const data::Dataset& dataset,
                                                  std::span<const std::int64_t> rows,
                                                  const data::BatchKey& key) const {
  auto joint = std::make_unique<JointBatch>();
  joint->rows.assign(rows.begin(), rows.end());
  for (const auto& objective : objectives_)
    joint->parts.push_back(objective->prepare(dataset, rows, key));
  joint->empty = std::all_of(joint->parts.begin(), joint->parts.end(),
                             [](const auto& part) { return part->empty; });
  return joint;
}

LossResult JointObjective::loss(nn::Encoder& encoder, const Prepared& prepared,
                                const nn::ForwardContext& context) {
  const auto& joint = dynamic_cast<const JointBatch&>(prepared);
  LossResult sum;
  std::vector<std::pair<std::string, LossResult>> parts;  // by prefix, the losses without records
  for (std::size_t i = 0; i < objectives_.size(); ++i) {
    if (joint.parts[i]->empty) continue;
    LossResult part = objectives_[i]->loss(encoder, *joint.parts[i], context_of_part(context, i));
    const Tensor weighted = ops::scale(part.loss, stage_[i].weight);
    sum.loss = sum.loss ? ops::add(sum.loss, weighted) : weighted;
    part.loss = part.loss.detach();
    parts.emplace_back(stage_[i].name + ".", std::move(part));
  }
  sum.read_metrics = [parts = std::move(parts)] {
    Metrics metrics;
    for (const auto& [prefix, part] : parts) {
      metrics.emplace_back(prefix + "loss", part.loss.item());
      for (const auto& [name, value] : part.metrics()) metrics.emplace_back(prefix + name, value);
    }
    return metrics;
  };
  return sum;
}

nn::Parameters JointObjective::parameters() const {
  nn::Parameters all;
  for (std::size_t i = 0; i < objectives_.size(); ++i)
    for (nn::Parameter& parameter :
         nn::with_prefix(stage_[i].name + ".", objectives_[i]->parameters()))
      all.push_back(std::move(parameter));
  return all;
}

}  // namespace aufbau::objectives
