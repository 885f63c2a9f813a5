#include "core/error.h"
#include "core/text.h"
#include "nn/table.h"
#include "objectives/attribute_masking.h"
#include "objectives/context_prediction.h"
#include "objectives/edge_prediction.h"
#include "objectives/graphcl.h"
#include "objectives/infomax.h"
#include "objectives/joint.h"
#include "objectives/objective.h"
#include "objectives/supervised.h"

namespace aufbau::objectives {

namespace {

template <class T>
std::unique_ptr<Objective> make(const ObjectiveConfig& config) {
  return std::make_unique<T>(config);
}

const ObjectiveEntry& entry_by_name(const std::string& name) {
  return nn::entry_named(kObjectives, "objective", "objective", name);
}

ObjectiveTerm parse_term(std::string_view text) {
  const std::vector<std::string> parts = split(text, ':');
  ObjectiveTerm term;
  term.name = trim(parts.front());
  if (term.name.empty())
    fail(ErrorKind::usage, "objective", "an objective has no name; write a, a,b or a:1+b:0.5");
  entry_by_name(term.name);
  if (parts.size() == 1) return term;
  const auto weight = parts.size() == 2 ? parse_number(trim(parts[1])) : std::nullopt;
  if (!weight || !(*weight > 0))
    fail(ErrorKind::usage, "objective", "'", trim(text), "': expected a weight above 0 after ':'");
  term.weight = *weight;
  return term;
}

}  // namespace

const std::vector<ObjectiveEntry> kObjectives = {
    {"attribute-masking", "node", "predict the elements (and bond types) of masked atoms",
     make<AttributeMasking>},
    {"context-prediction", "node",
     "tell the surroundings of an atom from those of another molecule's", make<ContextPrediction>},
    {"edge-prediction", "node", "tell pairs of atoms with a bond from pairs without",
     make<EdgePrediction>},
    {"infomax", "node", "tell the molecule of an atom from another one", make<Infomax>},
    {"graphcl", "graph", "tell two altered views of a molecule from those of others",
     make<GraphCL>},
    {"supervised", "graph", "predict the target columns of the dataset", make<Supervised>},
};

std::unique_ptr<Objective> make_objective(const std::string& name, const ObjectiveConfig& config) {
  return entry_by_name(name).make(config);
}

std::vector<ObjectiveStage> parse_stages(const std::string& text) {
  std::vector<ObjectiveStage> stages;
  for (const std::string& stage_text : split(text, ',')) {
    ObjectiveStage& stage = stages.emplace_back();
    for (const std::string& term_text : split(stage_text, '+')) {
      const ObjectiveTerm term = parse_term(term_text);
      for (const ObjectiveTerm& other : stage)
        if (other.name == term.name)
          fail(ErrorKind::usage, "objective", "'", term.name, "' stands twice in stage '",
               trim(stage_text), "'; give it one weight");
      stage.push_back(term);
    }
    if (stage.size() == 1 && stage.front().weight != 1)
      fail(ErrorKind::usage, "objective", "'", trim(stage_text),
           "': a weight says how objectives trained together share, and this one is alone");
  }
  return stages;
}

std::unique_ptr<Objective> make_stage(const ObjectiveStage& stage, const ObjectiveConfig& config) {
  if (stage.empty()) fail(ErrorKind::internal, "objective", "a stage without objectives");
  if (stage.size() == 1) return make_objective(stage.front().name, config);
  return std::make_unique<JointObjective>(stage, config);
}

}  // namespace aufbau::objectives
