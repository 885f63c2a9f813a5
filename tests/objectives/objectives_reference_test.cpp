#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "molecules/molecule.h"
#include "objectives/attribute_masking.h"
#include "objectives/context_prediction.h"
#include "objectives/edge_prediction.h"
#include "objectives/infomax.h"
#include "objectives/supervised.h"
#include "testing/reference.h"
#include "testing/reference_batch.h"

// Losses, their parts, scores, accuracies, all gradients and running statistics of objectives.h5,
// in float64. Which cases there are, and how large, the file says.
namespace aufbau::objectives {
namespace {

using testing::ReferenceFile;

const ReferenceFile& file() {
  static const ReferenceFile objectives("objectives.h5");
  return objectives;
}

double largest(const std::vector<double>& values) {
  double all = 0;
  for (const double value : values) all = std::max(all, std::abs(value));
  return all;
}

void expect_near(const std::vector<double>& got, const std::vector<double>& expected,
                 double tolerance, const std::string& what) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  for (std::size_t i = 0; i < got.size(); ++i)
    ASSERT_NEAR(got[i], expected[i], tolerance) << what << " [" << i << "]";
}

// Values: 1e-10 of the largest (tolerances of the reference).
void expect_values(const std::vector<double>& got, const std::string& path) {
  const std::vector<double> expected = file().doubles(path);
  expect_near(got, expected, 1e-10 * largest(expected), path);
}

nn::EncoderConfig encoder_config(const std::string& path) {
  nn::EncoderConfig config;
  config.type = file().text_attribute(path, "gnn_type");
  config.layers = static_cast<int>(file().attribute(path, "num_layer"));
  config.width = static_cast<int>(file().attribute(path, "emb_dim"));
  config.jk = file().text_attribute(path, "JK");
  config.schema = testing::reference_schema();
  config.dtype = DType::f64;
  return config;
}

// Every stored tensor must have its place, and every trained parameter must be stored.
void set_parameters(nn::Parameters parameters, const std::string& path) {
  std::map<std::string, Tensor> stored = file().tensors(path);
  for (nn::Parameter& parameter : parameters) {
    const auto found = stored.find(parameter.name);
    if (found == stored.end()) {
      EXPECT_FALSE(parameter.trained) << path << " lacks " << parameter.name;
      continue;
    }
    ASSERT_EQ(found->second.shape(), parameter.tensor.shape()) << parameter.name;
    const auto from = found->second.values<double>();
    std::copy(from.begin(), from.end(), parameter.tensor.mutable_values<double>().begin());
    stored.erase(found);
  }
  EXPECT_TRUE(stored.empty()) << path << " holds " << stored.begin()->first;
}

// Gradients: 1e-10 of the largest of the tensor, or of a thousandth of the largest of the case.
void expect_gradients(const std::map<std::string, nn::Parameters>& models,
                      const std::string& path) {
  double top = 0;
  for (const auto& [model, parameters] : models)
    for (const auto& [name, values] : file().packed(path + "/" + model))
      top = std::max(top, largest(values));
  for (const auto& [model, parameters] : models) {
    const auto expected = file().packed(path + "/" + model);
    std::size_t compared = 0;
    for (const nn::Parameter& parameter : parameters) {
      if (!parameter.trained) continue;
      const auto found = expected.find(parameter.name);
      ASSERT_NE(found, expected.end()) << parameter.name;
      ASSERT_TRUE(parameter.tensor.grad()) << parameter.name;
      expect_near(parameter.tensor.grad().to_doubles(), found->second,
                  1e-10 * std::max(largest(found->second), 1e-3 * top),
                  path + "/" + model + "/" + parameter.name);
      ++compared;
    }
    EXPECT_EQ(compared, expected.size());
  }
}

void expect_running_statistics(const nn::Parameters& parameters, const std::string& path) {
  const auto expected = file().tensors(path);
  EXPECT_FALSE(expected.empty());
  std::size_t compared = 0;
  for (const nn::Parameter& parameter : parameters)
    if (const auto found = expected.find(parameter.name); found != expected.end()) {
      const auto values = found->second.to_doubles();
      expect_near(parameter.tensor.to_doubles(), values, 1e-10 * largest(values),
                  path + "/" + parameter.name);
      ++compared;
    }
  EXPECT_EQ(compared, expected.size());
}

void expect_outputs(const LossResult& result, const std::string& path) {
  expect_values({result.loss.item()}, path + "/loss");
  const objectives::Metrics read = result.metrics();
  const std::map<std::string, double> metrics(read.begin(), read.end());
  for (const std::string& name : file().datasets(path)) {
    if (name == "loss" || name.starts_with("score") || name == "logit") continue;
    ASSERT_TRUE(metrics.contains(name)) << path << "/" << name;
    expect_values({metrics.at(name)}, path + "/" + name);
  }
}

nn::Parameters joined(nn::Parameters first, const nn::Parameters& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

// The groups at the top whose attribute `objective` starts so, of encoders that exist.
std::vector<std::string> cases_of(const std::string& objective) {
  std::vector<std::string> cases;
  for (const std::string& group : file().groups("/")) {
    const std::string path = "/" + group;
    if (file().has_attribute(path, "objective") &&
        file().text_attribute(path, "objective").starts_with(objective))
      cases.push_back(path);
  }
  return cases;
}

constexpr nn::ForwardContext kTraining = {.training = true};

// Sets the parameters of a case and compares all that it holds but scores and logits.
void expect_case(const std::string& path, nn::Encoder& encoder, Objective& objective,
                 const Prepared& prepared) {
  const nn::Parameters model = joined(encoder.parameters(), objective.parameters());
  set_parameters(model, path + "/parameters/model");
  const LossResult result = objective.loss(encoder, prepared, kTraining);
  expect_outputs(result, path + "/outputs");
  backward(result.loss);
  expect_gradients({{"model", model}}, path + "/grad");
  expect_running_statistics(encoder.parameters(), path + "/running_after/model");
}

void expect_scores(const PairScores& scores, const std::string& path) {
  expect_values(scores.positive.to_doubles(), path + "/outputs/score_pos");
  expect_values(scores.negative.to_doubles(), path + "/outputs/score_neg");
}

// A node of the batch of the file, by the graph it is in and its number there.
struct Place {
  std::size_t graph;
  std::int32_t node;
};
Place place_of(std::int32_t node) {
  static const auto node_offset = file().ints("/batch/node_offset");
  const auto after = std::upper_bound(node_offset.begin(), node_offset.end(), node);
  const auto graph = static_cast<std::size_t>(after - node_offset.begin()) - 1;
  return {graph, node - node_offset[graph]};
}

TEST(AttributeMaskingReference, AgreesInLossGradientsAndStatistics) {
  const auto graphs = testing::reference_graphs(file(), "/batch");
  const auto cases = cases_of("masking");
  EXPECT_FALSE(cases.empty());
  for (const std::string& path : cases) {
    ObjectiveConfig config;
    config.encoder = encoder_config(path);
    config.mask_bonds = file().scalar(path + "/inputs/mask_bonds") != 0;
    const auto encoder = nn::make_encoder(config.encoder, 0);
    AttributeMasking objective(config);
    std::vector<std::vector<std::int32_t>> masked(graphs.size());
    for (const std::int32_t atom : file().ints(path + "/inputs/masked_atom")) {
      const Place place = place_of(atom);
      masked[place.graph].push_back(place.node);
    }
    expect_case(path, *encoder, objective,
                *objective.prepare_masked(testing::views_of(graphs), masked));
  }
}

TEST(EdgePredictionReference, AgreesInScoresLossGradientsAndStatistics) {
  const auto graphs = testing::reference_graphs(file(), "/batch");
  const auto cases = cases_of("edgepred");
  EXPECT_FALSE(cases.empty());
  for (const std::string& path : cases) {
    ObjectiveConfig config;
    config.encoder = encoder_config(path);
    const auto encoder = nn::make_encoder(config.encoder, 0);
    EdgePrediction objective(config);
    const auto ends = file().ints(path + "/inputs/negative_edge_index");
    std::vector<std::vector<NodePair>> negative(graphs.size());
    for (std::size_t i = 0, count = ends.size() / 2; i < count; ++i) {
      const Place first = place_of(ends[i]), second = place_of(ends[count + i]);
      ASSERT_EQ(first.graph, second.graph) << path;
      negative[first.graph].push_back({first.node, second.node});
    }
    const auto prepared = objective.prepare_pairs(testing::views_of(graphs), negative);
    expect_case(path, *encoder, objective, *prepared);
    expect_scores(objective.scores(*encoder, *prepared, kTraining), path);
  }
}

TEST(InfomaxReference, AgreesInScoresLossGradientsAndStatistics) {
  const auto graphs = testing::reference_graphs(file(), "/batch");
  const auto cases = cases_of("infomax");
  EXPECT_FALSE(cases.empty());
  for (const std::string& path : cases) {
    ASSERT_EQ(file().scalar(path + "/inputs/negative_shift"), 1) << path;
    ObjectiveConfig config;
    config.encoder = encoder_config(path);
    const auto encoder = nn::make_encoder(config.encoder, 0);
    Infomax objective(config);
    const auto prepared = objective.prepare_graphs(testing::views_of(graphs));
    expect_case(path, *encoder, objective, *prepared);
    expect_scores(objective.scores(*encoder, *prepared, kTraining), path);
  }
}

TEST(SupervisedReference, AgreesInLogitsLossGradientsAndStatistics) {
  const auto graphs = testing::reference_graphs(file(), "/batch");
  const auto cases = cases_of("supervised");
  EXPECT_FALSE(cases.empty());
  for (const std::string& path : cases) {
    const auto labels = file().ints(path + "/inputs/label");
    const auto tasks = static_cast<std::size_t>(file().shape(path + "/inputs/label")[1]);
    ObjectiveConfig config;
    config.encoder = encoder_config(path);
    config.pooling = file().text_attribute(path, "pooling");
    config.task_types.assign(tasks, "classification");
    config.target_columns.resize(tasks);
    const auto encoder = nn::make_encoder(config.encoder, 0);
    Supervised objective(config);
    std::vector<double> targets;  // stored as +1, -1, and 0 for missing
    for (const std::int32_t label : labels)
      targets.push_back(label == 0 ? std::numeric_limits<double>::quiet_NaN() : label > 0);
    const auto prepared = objective.prepare_labelled(testing::views_of(graphs), targets);
    expect_case(path, *encoder, objective, *prepared);
    expect_values(objective.logits(*encoder, prepared->batch, kTraining).to_doubles(),
                  path + "/outputs/logit");
  }
}

graphs::Graph graph_of(const std::string& smiles) {
  auto parsed = molecules::parse_smiles(smiles);
  molecules::Decisions decisions;
  return std::get<graphs::Graph>(molecules::featurise(std::get<molecules::Molecule>(parsed),
                                                      testing::reference_schema(), decisions));
}

std::vector<std::int32_t> node_codes(const graphs::GraphBatch& batch) {
  const auto values = batch.node_codes.values<std::int32_t>();
  return {values.begin(), values.end()};
}

std::vector<std::int32_t> edge_codes(const graphs::GraphBatch& batch) {
  const auto values = batch.blocks.front().edges.code.values<std::int32_t>();
  return {values.begin(), values.end()};
}

std::vector<std::int32_t> sources(const RowMap& map) {
  const auto values = map.source.values<std::int32_t>();
  return {values.begin(), values.end()};
}

// The batches cut out of the molecules are those of the file.
void expect_same_batch(const graphs::GraphBatch& batch, const std::string& path) {
  const auto expected =
      testing::reference_batch(file(), path, static_cast<int>(batch.blocks.size()));
  EXPECT_EQ(batch.node_offset, expected.node_offset) << path;
  EXPECT_EQ(node_codes(batch), node_codes(expected)) << path;
  EXPECT_EQ(edge_codes(batch), edge_codes(expected)) << path;
  EXPECT_EQ(sources(batch.blocks.front().edges), sources(expected.blocks.front().edges)) << path;
}

std::vector<graphs::ContextPair> pairs_of(const std::string& path) {
  const auto smiles = file().strings(path + "/smiles");
  const auto roots = file().ints(path + "/root");
  std::vector<graphs::ContextPair> pairs;
  for (std::size_t i = 0; i < smiles.size(); ++i)
    pairs.push_back(graphs::context_pair(graph_of(smiles[i]).view(), roots[i],
                                         static_cast<std::int32_t>(file().attribute(path, "k")),
                                         static_cast<std::int32_t>(file().attribute(path, "l1")),
                                         static_cast<std::int32_t>(file().attribute(path, "l2"))));
  return pairs;
}

/// With a row for every node as the file has it, or with rows that nodes share, which must give the
/// same numbers.
void check_context_case(const std::string& top, const std::string& path, bool share_rows) {
  ObjectiveConfig config;
  config.encoder = encoder_config(top);
  config.encoder.share_rows = share_rows;
  config.context_size = static_cast<int>(file().attribute(top, "l2") - file().attribute(top, "l1"));
  config.context_mode = file().text_attribute(path, "mode");
  config.context_pooling = file().text_attribute(path, "context_pooling");
  config.negative_samples = static_cast<int>(file().attribute(path, "neg_samples"));
  const auto encoder = nn::make_encoder(config.encoder, 0);
  ContextPrediction objective(config);
  nn::Parameters context_encoder = objective.parameters();
  for (nn::Parameter& parameter : context_encoder)
    parameter.name = parameter.name.substr(std::string("context_gnn.").size());
  const std::map<std::string, nn::Parameters> models = {{"substructure", encoder->parameters()},
                                                        {"context", context_encoder}};
  for (const auto& [model, parameters] : models)
    set_parameters(parameters, top + "/parameters/" + model);

  const auto prepared = objective.prepare_pairs(pairs_of(top));
  ASSERT_FALSE(prepared->empty);
  if (!share_rows) {
    expect_same_batch(prepared->substructures, top + "/substructure/batch");
    expect_same_batch(prepared->contexts, top + "/context/batch");
    EXPECT_EQ(sources(prepared->centres), file().ints(top + "/centre"));
    EXPECT_EQ(sources(config.context_mode == "cbow" ? prepared->anchors : prepared->anchor_rows),
              file().ints(top + "/overlap"));
  }

  const LossResult result = objective.loss(*encoder, *prepared, kTraining);
  expect_outputs(result, path + "/outputs");
  backward(result.loss);
  expect_gradients(models, path + "/grad");
  for (const auto& [model, parameters] : models)
    expect_running_statistics(parameters, top + "/running_after/" + model);

  const auto [positive, negative] = objective.scores(*encoder, *prepared, kTraining);
  expect_scores({positive, negative}, path);
}

TEST(ContextPredictionReference, AgreesInScoresLossGradientsAndStatistics) {
  int checked = 0;
  for (const std::string& group : file().groups("/")) {
    const std::string top = "/" + group;
    if (!group.starts_with("contextpred")) continue;
    for (const std::string& name : file().groups(top))
      if (file().has_attribute(top + "/" + name, "neg_samples")) {
        SCOPED_TRACE(top + "/" + name);
        for (const bool share_rows : {false, true})
          check_context_case(top, top + "/" + name, share_rows);
        ++checked;
      }
  }
  EXPECT_GT(checked, 0);
}

TEST(ContextPredictionReference, LeavesOutTheMoleculesWithoutContext) {
  for (const std::string& group : file().groups("/")) {
    if (!group.starts_with("contextpred")) continue;
    std::vector<std::int32_t> skipped;
    const auto pairs = pairs_of("/" + group);
    for (std::size_t i = 0; i < pairs.size(); ++i)
      if (pairs[i].empty()) skipped.push_back(static_cast<std::int32_t>(i));
    EXPECT_EQ(skipped, file().ints("/" + group + "/skipped"));
  }
}

}  // namespace
}  // namespace aufbau::objectives
