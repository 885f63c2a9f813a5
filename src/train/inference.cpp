#include "train/inference.h"

#include <cmath>

#include "core/error.h"
#include "core/text.h"
#include "graphs/batch.h"
#include "tensor/ops.h"

namespace aufbau::train {

namespace {

constexpr nn::ForwardContext kEvaluation{};

void append(const Tensor& values, std::vector<float>& out) {
  const Tensor single = values.dtype() == DType::f32 ? values : values.to(DType::f32);
  const auto numbers = single.values<float>();
  out.insert(out.end(), numbers.begin(), numbers.end());
}

double sigmoid(double x) {
  // Written for both signs so that exp never overflows.
  return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x));
}

Tensor require_tensor(const nn::ModelFile& model, const std::string& name) {
  for (const store::NamedTensor& entry : model.tensors)
    if (entry.name == name) return entry.tensor.clone();
  fail(ErrorKind::mismatch, "model", "the model says that it has a head, but ", name,
       " is missing");
}

void require_pooling(const std::string& pooling) {
  std::vector<std::string> known;
  for (const nn::NamedEntry& entry : nn::pooling_names()) {
    if (pooling == entry.name) return;
    known.push_back(entry.name);
  }
  fail_unknown_name("model", "pooling", pooling, known);
}

}  // namespace

Predictor Predictor::load(const std::string& path) { return Predictor(nn::read_model(path)); }

Predictor::Predictor(const nn::ModelFile& model)
    : encoder_(nn::make_encoder(model.encoder, 0)), head_(model.head), card_(model.card) {
  nn::Parameters parameters = nn::with_prefix("gnn.", encoder_->parameters());
  const nn::LoadReport report = nn::load_parameters(model.tensors, parameters);
  if (!report.fresh.empty())
    fail(ErrorKind::mismatch, "model", "the model has no tensor ", report.fresh.front());
  if (!model.has_head) return;
  weight_ = require_tensor(model, "graph_pred_linear.weight");
  bias_ = require_tensor(model, "graph_pred_linear.bias");
}

Predictor::Predictor(std::shared_ptr<nn::Encoder> encoder, nn::HeadConfig head, Tensor weight,
                     Tensor bias)
    : encoder_(std::move(encoder)),
      head_(std::move(head)),
      weight_(std::move(weight)),
      bias_(std::move(bias)) {}

std::vector<double> Predictor::predict(std::span<const graphs::GraphView> graphs) const {
  if (!has_head())
    fail(ErrorKind::mismatch, "predict",
         "the model is an encoder without a head, so it predicts nothing; fine-tune it, or use "
         "embed");
  const NoGrad no_grad;
  const std::size_t tasks = head_.task_names.size();
  std::vector<double> answers;
  answers.reserve(graphs.size() * tasks);
  for (const auto part : inference_batches(graphs)) {
    const auto batch = graphs::make_batch(part, schema(), encoder_->config().layers);
    const Tensor states = encoder_->forward(batch, kEvaluation);
    const Tensor pooled = nn::pool(head_.pooling, states, batch.graph_rows);
    const std::vector<double> outputs = ops::linear(pooled, weight_, bias_).to_doubles();
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const std::size_t t = i % tasks;
      if (head_.task_types[t] == "classification") {
        answers.push_back(sigmoid(outputs[i]));
      } else {
        answers.push_back(head_.scaler.mean.empty()
                              ? outputs[i]
                              : head_.scaler.mean[t] + head_.scaler.deviation[t] * outputs[i]);
      }
    }
  }
  return answers;
}

std::vector<float> Predictor::embed(std::span<const graphs::GraphView> graphs,
                                    const std::string& pooling) const {
  const std::string& name = pooling.empty() ? head_.pooling : pooling;
  require_pooling(name);
  const NoGrad no_grad;
  std::vector<float> embeddings;
  embeddings.reserve(graphs.size() * static_cast<std::size_t>(width()));
  for (const auto part : inference_batches(graphs)) {
    const auto batch = graphs::make_batch(part, schema(), encoder_->config().layers);
    append(nn::pool(name, encoder_->forward(batch, kEvaluation), batch.graph_rows), embeddings);
  }
  return embeddings;
}

std::vector<float> Predictor::embed_nodes(std::span<const graphs::GraphView> graphs) const {
  const NoGrad no_grad;
  std::vector<float> states;
  for (const auto part : inference_batches(graphs)) {
    const auto batch = graphs::make_batch(part, schema(), encoder_->config().layers);
    append(ops::gather_rows(encoder_->forward(batch, kEvaluation), batch.node_rows), states);
  }
  return states;
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
