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

/// Of an objective that had something to learn from: its loss and then so many tensors are
/// measured.
struct MeasuredPart {
  std::string prefix;
  std::size_t measured;
  std::function<Metrics(std::span<const Tensor>)> metrics_of;
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
  std::vector<MeasuredPart> parts;
  for (std::size_t i = 0; i < objectives_.size(); ++i) {
    if (joint.parts[i]->empty) continue;
    const LossResult part =
        objectives_[i]->loss(encoder, *joint.parts[i], context_of_part(context, i));
    const Tensor weighted = ops::scale(part.loss, stage_[i].weight);
    sum.loss = sum.loss ? ops::add(sum.loss, weighted) : weighted;
    sum.measured.push_back(part.loss.detach());
    sum.measured.insert(sum.measured.end(), part.measured.begin(), part.measured.end());
    parts.push_back({stage_[i].name + ".", part.measured.size(), part.metrics_of});
  }
  sum.metrics_of = [parts = std::move(parts)](std::span<const Tensor> measured) {
    Metrics metrics;
    for (const MeasuredPart& part : parts) {
      metrics.emplace_back(part.prefix + "loss", measured[0].item());
      if (part.metrics_of)
        for (const auto& [name, value] : part.metrics_of(measured.subspan(1, part.measured)))
          metrics.emplace_back(part.prefix + name, value);
      measured = measured.subspan(1 + part.measured);
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
