#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

#include "core/error.h"
#include "objectives/toy_data.h"

namespace aufbau::objectives {
namespace {

// Stages as text: "name:weight+name:weight | ...".
std::string parsed(const std::string& text) {
  std::string out;
  for (const ObjectiveStage& stage : parse_stages(text)) {
    if (!out.empty()) out += " | ";
    for (std::size_t i = 0; i < stage.size(); ++i) {
      if (i > 0) out += " + ";
      out += stage[i].name;
      if (stage[i].weight != 1) out += ":" + std::to_string(stage[i].weight).substr(0, 4);
    }
  }
  return out;
}

TEST(ParseStages, ReadsSequencesAndWeightedSums) {
  EXPECT_EQ(parsed("supervised"), "supervised");
  EXPECT_EQ(parsed("attribute-masking,supervised"), "attribute-masking | supervised");
  EXPECT_EQ(parsed("attribute-masking+context-prediction"),
            "attribute-masking + context-prediction");
  EXPECT_EQ(parsed("attribute-masking:1+context-prediction:0.5"),
            "attribute-masking + context-prediction:0.50");
  EXPECT_EQ(parsed(" attribute-masking : 2 + supervised , context-prediction "),
            "attribute-masking:2.00 + supervised | context-prediction");
  EXPECT_EQ(parsed("supervised:1"), "supervised");
  EXPECT_EQ(parsed("supervised,supervised"), "supervised | supervised");
}

std::string refusal(const std::string& text) {
  try {
    parse_stages(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  return "no error";
}

TEST(ParseStages, SaysWhatIsWrong) {
  EXPECT_EQ(refusal("attribute-maskin"),
            "[objective] unknown objective 'attribute-maskin'; did you mean 'attribute-masking'? "
            "known: attribute-masking, context-prediction, edge-prediction, infomax, graphcl, "
            "supervised");
  for (const char* text : {"", " ", "supervised,", ",supervised", "supervised+", ":2"})
    EXPECT_EQ(refusal(text), "[objective] an objective has no name; write a, a,b or a:1+b:0.5")
        << text;
  for (const char* weight : {"0", "-1", "nan", "inf", "1e999", "", "two", "1:2"}) {
    const std::string term = std::string("supervised:") + weight;
    EXPECT_EQ(refusal("attribute-masking+" + term),
              "[objective] '" + term + "': expected a weight above 0 after ':'");
  }
  EXPECT_EQ(refusal("supervised+supervised:2"),
            "[objective] 'supervised' stands twice in stage 'supervised+supervised:2'; give it one "
            "weight");
  EXPECT_EQ(refusal("supervised:2,attribute-masking"),
            "[objective] 'supervised:2': a weight says how objectives trained together share, and "
            "this one is alone");
}

TEST(MakeObjective, KnowsEveryNameOfTheTableAndNoOther) {
  for (const ObjectiveEntry& entry : kObjectives) {
    EXPECT_TRUE(make_objective(entry.name, toy_config()));
    EXPECT_TRUE(std::string(entry.level) == "node" || std::string(entry.level) == "graph");
    EXPECT_GT(std::string(entry.summary).size(), 10u);
  }
  EXPECT_THROW(make_objective("masking", toy_config()), Error);
}

TEST(MakeStage, OfOneTermIsThatObjective) {
  const auto stage = make_stage(parse_stages("attribute-masking").front(), toy_config());
  EXPECT_EQ(stage->parameters().front().name, "linear_pred_atoms.weight");
}

constexpr const char* kJoint = "attribute-masking:2+context-prediction+supervised:0.5";

TEST(JointObjective, LossIsTheWeightedSum) {
  const data::Dataset molecules = toy_molecules();
  const auto rows = all_rows(molecules);
  const auto loss_of = [&](const std::string& name) {
    ToyTraining training(name, toy_config());
    return training.gradients(*training.objective().prepare(molecules, rows, {.seed = 1}));
  };
  const LossResult joint = loss_of(kJoint);
  const double masking = loss_of("attribute-masking").loss.item();
  const double context = loss_of("context-prediction").loss.item();
  const double supervised = loss_of("supervised").loss.item();
  EXPECT_NEAR(joint.loss.item(), 2 * masking + context + 0.5 * supervised, 1e-12);

  const objectives::Metrics read = joint.metrics();
  std::map<std::string, double> metrics(read.begin(), read.end());
  EXPECT_NEAR(metrics.at("attribute-masking.loss"), masking, 1e-12);
  EXPECT_NEAR(metrics.at("context-prediction.loss"), context, 1e-12);
  EXPECT_NEAR(metrics.at("supervised.loss"), supervised, 1e-12);
  for (const auto& [name, value] : loss_of("attribute-masking").metrics())
    EXPECT_NEAR(metrics.at("attribute-masking." + name), value, 1e-12);
}

TEST(JointObjective, GradientIsTheWeightedSum) {
  const data::Dataset molecules = toy_molecules();
  const auto rows = all_rows(molecules);
  const auto gradient_of = [&](const std::string& name) {
    ToyTraining training(name, toy_config());
    training.gradients(*training.objective().prepare(molecules, rows, {.seed = 1}));
    return training.encoder().parameters()[0].tensor.grad().to_doubles();
  };
  const auto joint = gradient_of(kJoint), masking = gradient_of("attribute-masking"),
             context = gradient_of("context-prediction"), supervised = gradient_of("supervised");
  for (std::size_t i = 0; i < joint.size(); ++i)
    EXPECT_NEAR(joint[i], 2 * masking[i] + context[i] + 0.5 * supervised[i], 1e-12);
}

TEST(JointObjective, ParametersCarryTheNameOfTheirObjective) {
  const auto joint = make_stage(parse_stages(kJoint).front(), toy_config());
  std::vector<std::string> expected, got;
  for (const char* name : {"attribute-masking", "context-prediction", "supervised"})
    for (const nn::Parameter& parameter : make_objective(name, toy_config())->parameters())
      expected.push_back(std::string(name) + "." + parameter.name);
  for (const nn::Parameter& parameter : joint->parameters()) got.push_back(parameter.name);
  EXPECT_EQ(got, expected);
}

TEST(JointObjective, LeavesOutAPartThatIsEmpty) {
  // Two atoms have no context three bonds wide, but can be masked.
  const data::Dataset atoms = dataset_of({chain(1), chain(2)});
  ToyTraining training("attribute-masking+context-prediction", toy_config());
  const auto prepared = training.objective().prepare(atoms, all_rows(atoms), {.seed = 1});
  EXPECT_FALSE(prepared->empty);
  const LossResult result = training.gradients(*prepared);
  EXPECT_TRUE(std::isfinite(result.loss.item()));
  for (const auto& [name, value] : result.metrics())
    EXPECT_EQ(name.find("context-prediction"), std::string::npos);
}

TEST(JointObjective, IsEmptyWhenEveryPartIs) {
  graphs::Graph nothing;
  nothing.node_columns = nothing.edge_columns = 2;
  const data::Dataset nothings = dataset_of({nothing, nothing});
  const auto stage =
      make_stage(parse_stages("attribute-masking+context-prediction").front(), toy_config());
  EXPECT_TRUE(stage->prepare(nothings, all_rows(nothings), {})->empty);
}

TEST(JointObjective, PartsDrawDropoutOfTheirOwn) {
  ObjectiveConfig config = toy_config();
  config.encoder.dropout = 0.5;
  const data::Dataset molecules = toy_molecules();
  const auto loss_of = [&](const std::string& name, const std::string& metric) {
    ToyTraining training(name, config);
    const LossResult result =
        training.gradients(*training.objective().prepare(molecules, all_rows(molecules), {}));
    const objectives::Metrics read = result.metrics();
    const std::map<std::string, double> metrics(read.begin(), read.end());
    return metrics.at(metric);
  };
  const double first = loss_of("attribute-masking+supervised", "attribute-masking.loss");
  const double second = loss_of("supervised+attribute-masking", "attribute-masking.loss");
  EXPECT_EQ(first, loss_of("attribute-masking+context-prediction", "attribute-masking.loss"));
  EXPECT_NE(first, second);
}

}  // namespace
}  // namespace aufbau::objectives
