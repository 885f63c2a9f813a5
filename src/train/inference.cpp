#include "train/inference.h"

#include <cmath>

#include "core/error.h"
#include "core/text.h"
#include "nn/encoder_batch.h"
#include "tensor/ops.h"

namespace aufbau::train {

namespace {

constexpr nn::ForwardContext kEvaluation{};

void append(const Tensor& values, std::vector<float>& out) {
  const Tensor here = values.to(Device{});
  const Tensor single = here.dtype() == DType::f32 ? here : here.to(DType::f32);
  const auto numbers = single.values<float>();
  out.insert(out.end(), numbers.begin(), numbers.end());
}

double sigmoid(double x) {
  // Written for both signs so that exp never overflows.
  return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x));
}

/// The tensors of the head, copied; none for an encoder alone.
nn::Parameters head_of(const nn::ModelFile& model) {
  nn::Parameters head;
  if (!model.has_head) return head;
  for (const store::NamedTensor& entry : model.tensors)
    if (nn::is_of_head(entry.name)) head.push_back({entry.name, entry.tensor.clone()});
  return head;
}

}  // namespace

Predictor Predictor::load(const std::string& path, Device device) {
  Predictor loaded(nn::read_model(path));
  loaded.move_to(device);
  return loaded;
}

void Predictor::move_to(Device device) {
  nn::move_to(device, encoder_->parameters());
  if (head_) nn::move_to(device, head_->parameters());
}

Predictor::Predictor(const nn::ModelFile& model)
    : Predictor(nn::make_encoder(model.encoder, 0), model.head, head_of(model)) {
  card_ = model.card;
  nn::Parameters parameters = nn::with_prefix("gnn.", encoder_->parameters());
  const nn::LoadReport report = nn::load_parameters(model.tensors, parameters);
  if (!report.fresh.empty())
    fail(ErrorKind::mismatch, "model", "the model has no tensor ", report.fresh.front());
}

Predictor::Predictor(std::shared_ptr<nn::Encoder> encoder, nn::HeadConfig config,
                     const nn::Parameters& head)
    : encoder_(std::move(encoder)), config_(std::move(config)) {
  if (!head.empty()) head_.emplace(config_.pooling, head);
}

const std::string& Predictor::pooling_named(const std::string& pooling) const {
  const std::string& name = pooling.empty() ? config_.pooling : pooling;
  const bool is_own = head_ && name == head_->pooling();
  if (!is_own && !nn::pooling_specs(name, node_width()).empty())
    fail(ErrorKind::mismatch, "model", "the read-out '", name, "' has to be learned, and ",
         head_ ? "this model learned '" + config_.pooling + "'" : "this model is an encoder alone",
         "; use mean, sum or max");
  return name;
}

int Predictor::width(const std::string& pooling) const {
  return nn::pooled_width(pooling_named(pooling), node_width());
}

std::vector<graphs::GraphBatch> Predictor::prepare(std::span<const graphs::GraphView> graphs,
                                                   bool share_rows) const {
  nn::EncoderConfig config = encoder_->config();
  config.share_rows = share_rows;
  std::vector<graphs::GraphBatch> batches;
  for (const auto part : inference_batches(graphs))
    batches.push_back(nn::encoder_batch(part, config, nn::BatchUse::evaluation));
  return batches;
}

graphs::GraphBatch Predictor::beside_the_model(const graphs::GraphBatch& batch) const {
  const Device device = nn::device_of(encoder_->parameters());
  return device == Device{} ? batch : batch.to(device);
}

std::vector<double> Predictor::predict(Batches batches) const {
  if (!has_head())
    fail(ErrorKind::mismatch, "predict",
         "the model is an encoder without a head, so it predicts nothing; fine-tune it, or use "
         "embed");
  const NoGrad no_grad;
  const std::size_t tasks = config_.task_names.size();
  std::vector<double> answers;
  for (const graphs::GraphBatch& prepared : batches) {
    const graphs::GraphBatch batch = beside_the_model(prepared);
    const Tensor states = encoder_->forward(batch, kEvaluation);
    const std::vector<double> outputs = head_->forward(states, batch.read_out()).to_doubles();
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const std::size_t t = i % tasks;
      if (config_.task_types[t] == "classification") {
        answers.push_back(sigmoid(outputs[i]));
      } else {
        answers.push_back(config_.scaler.mean.empty()
                              ? outputs[i]
                              : config_.scaler.mean[t] + config_.scaler.deviation[t] * outputs[i]);
      }
    }
  }
  return answers;
}

std::vector<float> Predictor::embed(Batches batches, const std::string& pooling) const {
  const std::string& name = pooling_named(pooling);
  const bool is_own = head_ && name == head_->pooling();
  const NoGrad no_grad;
  std::vector<float> embeddings;
  for (const graphs::GraphBatch& prepared : batches) {
    const graphs::GraphBatch batch = beside_the_model(prepared);
    const Tensor states = encoder_->forward(batch, kEvaluation);
    append(
        is_own ? head_->pool(states, batch.read_out()) : nn::pool(name, states, batch.read_out()),
        embeddings);
  }
  return embeddings;
}

std::vector<float> Predictor::embed_nodes(Batches batches) const {
  const NoGrad no_grad;
  std::vector<float> states;
  for (const graphs::GraphBatch& prepared : batches) {
    const graphs::GraphBatch batch = beside_the_model(prepared);
    append(ops::gather_rows(encoder_->forward(batch, kEvaluation), batch.node_rows), states);
  }
  return states;
}

template <class T, class Ask>
std::vector<T> Predictor::one_by_one(std::span<const graphs::GraphView> graphs, bool share_rows,
                                     const Ask& ask) const {
  std::vector<T> answers = ask(Batches());  // what cannot be asked is an error for no graphs, too
  for (const auto part : inference_batches(graphs)) {
    const std::vector<T> more = ask(Batches(prepare(part, share_rows)));
    answers.insert(answers.end(), more.begin(), more.end());
  }
  return answers;
}

std::vector<double> Predictor::predict(std::span<const graphs::GraphView> graphs,
                                       bool share_rows) const {
  return one_by_one<double>(graphs, share_rows, [&](Batches batches) { return predict(batches); });
}

std::vector<float> Predictor::embed(std::span<const graphs::GraphView> graphs,
                                    const std::string& pooling, bool share_rows) const {
  return one_by_one<float>(graphs, share_rows,
                           [&](Batches batches) { return embed(batches, pooling); });
}

std::vector<float> Predictor::embed_nodes(std::span<const graphs::GraphView> graphs,
                                          bool share_rows) const {
  return one_by_one<float>(graphs, share_rows,
                           [&](Batches batches) { return embed_nodes(batches); });
}

std::vector<std::span<const graphs::GraphView>> inference_batches(
    std::span<const graphs::GraphView> graphs) {
  std::vector<std::span<const graphs::GraphView>> batches;
  std::size_t begin = 0;
  std::int64_t nodes = 0;
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    const std::int64_t count = graphs[i].node_count();
    const bool full = static_cast<std::int64_t>(i - begin) == kInferenceGraphs ||
                      (i > begin && nodes + count > kInferenceNodes);
    if (full) {
      batches.push_back(graphs.subspan(begin, i - begin));
      begin = i;
      nodes = 0;
    }
    nodes += count;
  }
  if (begin < graphs.size()) batches.push_back(graphs.subspan(begin));
  return batches;
}

}  // namespace aufbau::train
