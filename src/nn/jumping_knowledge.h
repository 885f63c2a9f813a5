#pragma once
#include <span>
#include <string>
#include <vector>

#include "tensor/tensor.h"

namespace aufbau::nn {

/// How the states of all levels become one (Xu et al. 2018, jumping knowledge). levels: h0..hL,
/// each [N, D].
struct JumpingKnowledgeEntry {
  const char* name;
  const char* summary;
  bool last_only;     ///< reads hL alone
  bool concatenates;  ///< the result is (L + 1) * D wide
  Tensor (*combine)(std::span<const Tensor> levels);
};
extern const std::vector<JumpingKnowledgeEntry> kJumpingKnowledge;
const JumpingKnowledgeEntry& jumping_knowledge_entry(const std::string& name);  ///< Error{usage}

}  // namespace aufbau::nn
