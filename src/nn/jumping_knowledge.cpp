#include "nn/jumping_knowledge.h"

#include "nn/table.h"
#include "tensor/ops.h"

namespace aufbau::nn {

namespace {

Tensor last(std::span<const Tensor> levels) { return levels.back(); }

Tensor sum(std::span<const Tensor> levels) {
  Tensor total = levels.front();
  for (const Tensor& level : levels.subspan(1)) total = ops::add(total, level);
  return total;
}

}  // namespace

const std::vector<JumpingKnowledgeEntry> kJumpingKnowledge = {
    {"last", "states after the last layer", true, false, last},
    {"concat", "states of all layers side by side, with the input embedding (not in bio encoders)",
     false, true, ops::concat_columns},
    {"max", "elementwise maximum over the same", false, false, ops::maximum},
    {"sum", "elementwise sum over the same", false, false, sum},
};

const JumpingKnowledgeEntry& jumping_knowledge_entry(const std::string& name) {
  return entry_named(kJumpingKnowledge, "encoder", "jumping knowledge", name);
}

}  // namespace aufbau::nn
