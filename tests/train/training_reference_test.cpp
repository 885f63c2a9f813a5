#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <variant>

#include "molecules/molecule.h"
#include "objectives/attribute_masking.h"
#include "objectives/supervised.h"
#include "testing/near.h"
#include "testing/reference.h"
#include "testing/reference_batch.h"
#include "train/optimizer.h"

// training_trace.h5: losses of consecutive Adam steps and the parameters after them, in float64,
// for both placements of Adam's eps. Steps, sizes and tolerances are those of the file.
namespace aufbau::train {
namespace {

using testing::expect_near;
using testing::ReferenceFile;

const ReferenceFile& file() {
  static const ReferenceFile trace("training_trace.h5");
  return trace;
}

std::vector<graphs::Graph> molecules_of_the_file() {
  std::vector<graphs::Graph> graphs;
  molecules::Decisions decisions;
  for (const std::string& smiles : file().strings("/smiles")) {
    const auto parsed = molecules::parse_smiles(smiles);
    graphs.push_back(std::get<graphs::Graph>(molecules::featurise(
        std::get<molecules::Molecule>(parsed), molecules::schema_by_name("hu2"), decisions)));
  }
  return graphs;
}

nn::EncoderConfig encoder_config() {
  nn::EncoderConfig config;
  config.type = file().text_attribute("/", "gnn_type");
  config.layers = static_cast<int>(file().attribute("/", "num_layer"));
  config.width = static_cast<int>(file().attribute("/", "emb_dim"));
  config.jk = file().text_attribute("/", "JK");
  config.dropout = file().attribute("/", "dropout");
  config.schema = molecules::schema_by_name("hu2");
  config.dtype = DType::f64;
  return config;
}

/// One run of the file: "/masking/modern" and its like.
class Trace {
 public:
  Trace(std::string job, std::string placement)
      : job_(std::move(job)),
        path_(job_ + "/" + placement),
        graphs_(molecules_of_the_file()),
        views_(testing::views_of(graphs_)),
        encoder_(nn::make_encoder(encoder_config(), 0)) {
    options_.init_lr = file().attribute("/", "lr");
    options_.beta1 = file().attribute("/", "beta1");
    options_.beta2 = file().attribute("/", "beta2");
    options_.eps = file().attribute("/", "eps");
    options_.weight_decay = file().attribute("/", "weight_decay");
    options_.torch101_adam = placement == "torch101";
    batch_size_ = static_cast<std::size_t>(file().attribute("/", "batch_size"));
  }

  void expect_to_be_followed() {
    const objectives::ObjectiveConfig config = objective_config();
    objectives::AttributeMasking masking(config);
    objectives::Supervised supervised(config);
    const bool masks = job_ == "/masking";
    objectives::Objective& objective =
        masks ? static_cast<objectives::Objective&>(masking) : supervised;
    nn::Parameters parameters = encoder_->parameters();
    for (const nn::Parameter& parameter : objective.parameters()) parameters.push_back(parameter);
    load_initial(parameters);
    Adam adam(parameters, options_);
    std::vector<double> losses;
    const std::size_t steps = file().doubles(path_ + "/loss").size();
    for (std::size_t step = 0; step < steps; ++step) {
      const auto batch = batch_of(step);
      std::unique_ptr<objectives::Prepared> prepared;
      if (masks) {
        prepared = masking.prepare_masked(batch, masked_nodes(step, batch));
      } else {
        prepared = supervised.prepare_labelled(batch, labels(step, batch.size()));
      }
      const nn::ForwardContext context{true, 0, 0, static_cast<std::uint32_t>(step)};
      adam.zero_grad();
      const auto result = objective.loss(*encoder_, *prepared, context);
      losses.push_back(result.loss.item());
      backward(result.loss);
      adam.step(options_.init_lr);
    }
    expect_near(path_ + "/loss", losses, file().doubles(path_ + "/loss"),
                file().attribute(path_, "tolerance_loss"));
    expect_final(parameters);
  }

 private:
  objectives::ObjectiveConfig objective_config() const {
    objectives::ObjectiveConfig config;
    config.encoder = encoder_->config();
    config.pooling = file().text_attribute("/", "pooling");
    const std::int64_t tasks = file().shape("/supervised/label").at(1);
    for (std::int64_t t = 0; t < tasks; ++t) config.target_columns.push_back(t);
    config.task_types.assign(static_cast<std::size_t>(tasks), "classification");
    return config;
  }

  void load_initial(nn::Parameters& parameters) const {
    const auto initial = file().tensors(job_ + "/initial_parameters");
    std::size_t used = 0;
    for (nn::Parameter& parameter : parameters) {
      const auto found = initial.find(parameter.name);
      if (found == initial.end()) {
        EXPECT_FALSE(parameter.trained) << parameter.name << " is not in the file";
        continue;
      }
      ASSERT_EQ(found->second.shape(), parameter.tensor.shape()) << parameter.name;
      const auto from = found->second.values<double>();
      std::copy(from.begin(), from.end(), parameter.tensor.mutable_values<double>().begin());
      ++used;
    }
    EXPECT_EQ(used, initial.size());
  }

  std::size_t first_of(std::size_t step) const {
    const std::size_t batches = (views_.size() + batch_size_ - 1) / batch_size_;
    return step % batches * batch_size_;
  }

  std::vector<graphs::GraphView> batch_of(std::size_t step) const {
    const std::size_t first = first_of(step), last = std::min(views_.size(), first + batch_size_);
    return {views_.begin() + static_cast<std::ptrdiff_t>(first),
            views_.begin() + static_cast<std::ptrdiff_t>(last)};
  }

  /// The file numbers the masked atoms through the batch; here they are numbered within their
  /// molecule.
  std::vector<std::vector<std::int32_t>> masked_nodes(
      std::size_t step, const std::vector<graphs::GraphView>& batch) const {
    const auto atoms = file().ints("/masking/masked_atom"),
               offset = file().ints("/masking/masked_offset");
    std::vector<std::vector<std::int32_t>> masked(batch.size());
    std::int32_t first = 0;
    for (std::size_t g = 0; g < batch.size(); first += batch[g].node_count(), ++g)
      for (std::int32_t i = offset[step]; i < offset[step + 1]; ++i) {
        const std::int32_t node = atoms[static_cast<std::size_t>(i)] - first;
        if (node >= 0 && node < batch[g].node_count()) masked[g].push_back(node);
      }
    return masked;
  }

  std::vector<double> labels(std::size_t step, std::size_t count) const {
    const auto all = file().ints("/supervised/label");
    const auto tasks = static_cast<std::size_t>(file().shape("/supervised/label").at(1));
    std::vector<double> labels;
    for (std::size_t i = first_of(step) * tasks; i < (first_of(step) + count) * tasks; ++i)
      labels.push_back(all[i] == 0 ? std::numeric_limits<double>::quiet_NaN() : (all[i] + 1) / 2);
    return labels;
  }

  void expect_final(const nn::Parameters& parameters) const {
    const double tolerance = file().attribute(path_, "tolerance_parameter");
    const auto sums = file().packed(path_ + "/final_sum");
    const bool has_all = file().has(path_ + "/final_parameters");
    const auto finals =
        has_all ? file().tensors(path_ + "/final_parameters") : std::map<std::string, Tensor>();
    std::size_t compared = 0;
    for (const nn::Parameter& parameter : parameters) {
      const auto sum = sums.find(parameter.name);
      if (sum == sums.end()) {
        EXPECT_FALSE(parameter.trained) << parameter.name << " is not in the file";
        continue;
      }
      const std::vector<double> values = parameter.tensor.to_doubles();
      // Every element may be off by the tolerance, so their sum by that much each.
      expect_near(path_ + " sum of " + parameter.name,
                  {std::accumulate(values.begin(), values.end(), 0.0)}, sum->second,
                  tolerance * static_cast<double>(values.size()));
      if (has_all)
        expect_near(path_ + " " + parameter.name, values, finals.at(parameter.name).to_doubles(),
                    tolerance);
      ++compared;
    }
    EXPECT_EQ(compared, sums.size());
  }

  std::string job_, path_;
  std::vector<graphs::Graph> graphs_;
  std::vector<graphs::GraphView> views_;
  std::unique_ptr<nn::Encoder> encoder_;
  OptimizerOptions options_;
  std::size_t batch_size_ = 1;
};

TEST(TrainingTrace, AttributeMaskingIsFollowedStepByStep) {
  Trace("/masking", "modern").expect_to_be_followed();
}

TEST(TrainingTrace, AttributeMaskingIsFollowedWithTheOldPlacementOfEps) {
  Trace("/masking", "torch101").expect_to_be_followed();
}

TEST(TrainingTrace, SupervisedTrainingIsFollowedStepByStep) {
  Trace("/supervised", "modern").expect_to_be_followed();
}

TEST(TrainingTrace, SupervisedTrainingIsFollowedWithTheOldPlacementOfEps) {
  Trace("/supervised", "torch101").expect_to_be_followed();
}

}  // namespace
}  // namespace aufbau::train
