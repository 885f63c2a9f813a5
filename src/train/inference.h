#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nn/encoder.h"
#include "nn/graph_head.h"
#include "nn/model_file.h"

namespace aufbau::train {

/// A model in use: encoder in evaluation mode, and the head if there is one. Nothing is changed by
/// asking it, so several threads may ask at once. Answers to a graph depend on that graph alone up
/// to the rounding of the matrix products (README, "Inference").
class Predictor {
 public:
  /// Errors as nn::read_model.
  static Predictor load(const std::string& path, Device device = {});
  explicit Predictor(const nn::ModelFile& model);
  /// Shares the tensors of an encoder that is being trained, and of its head unless `head` is
  /// empty (then it only embeds); do not ask during a step.
  Predictor(std::shared_ptr<nn::Encoder> encoder, nn::HeadConfig config,
            const nn::Parameters& head = {});

  const std::vector<std::string>& task_names() const { return config_.task_names; }
  const std::vector<std::string>& task_types() const { return config_.task_types; }
  bool has_head() const { return head_.has_value(); }
  /// Of the state of a node.
  int node_width() const { return encoder_->output_width(); }
  /// Of a pooled graph; `pooling` empty: the model's own.
  int width(const std::string& pooling = "") const;
  const graphs::FeatureSchema& schema() const { return encoder_->config().schema; }
  const std::map<std::string, std::string>& card() const { return card_; }

  /// The batches that graphs are asked about in (inference_batches), for the questions below.
  /// `share_rows`: compute what nodes with the same surroundings share once (nn/encoder_batch.h).
  std::vector<graphs::GraphBatch> prepare(std::span<const graphs::GraphView> graphs,
                                          bool share_rows = true) const;
  using Batches = std::span<const graphs::GraphBatch>;

  /// Probabilities, or values in the units of the training targets: row-major [graphs, tasks].
  /// Error{mismatch} without a head.
  std::vector<double> predict(Batches batches) const;
  /// Pooled states, row-major [graphs, width(pooling)]; `pooling` empty: the head's, or mean for an
  /// encoder alone. Error{usage}: unknown; Error{mismatch}: one that must be learned, and was not.
  std::vector<float> embed(Batches batches, const std::string& pooling = "") const;
  /// States of all nodes in order, row-major [nodes, node_width()].
  std::vector<float> embed_nodes(Batches batches) const;

  // The same for graphs: any number of them, a batch in memory at a time.
  std::vector<double> predict(std::span<const graphs::GraphView> graphs,
                              bool share_rows = true) const;
  std::vector<float> embed(std::span<const graphs::GraphView> graphs,
                           const std::string& pooling = "", bool share_rows = true) const;
  std::vector<float> embed_nodes(std::span<const graphs::GraphView> graphs,
                                 bool share_rows = true) const;

  /// Computes there from now on; nobody may be asking meanwhile.
  void move_to(Device device);

 private:
  graphs::GraphBatch beside_the_model(const graphs::GraphBatch& batch) const;
  /// The read-out asked for, checked.
  const std::string& pooling_named(const std::string& pooling) const;
  /// `ask` of one batch after the other, joined.
  template <class T, class Ask>
  std::vector<T> one_by_one(std::span<const graphs::GraphView> graphs, bool share_rows,
                            const Ask& ask) const;

  std::shared_ptr<nn::Encoder> encoder_;
  nn::HeadConfig config_;
  std::optional<nn::GraphHead> head_;
  std::map<std::string, std::string> card_;
};

/// Consecutive slices of `graphs` that are evaluated together: at most so many graphs and nodes
/// each (one graph may have more), which bounds memory; many, because the more graphs the more rows
/// they share. The cut depends on the graphs alone.
inline constexpr std::int64_t kInferenceGraphs = 8192, kInferenceNodes = 196608;
std::vector<std::span<const graphs::GraphView>> inference_batches(
    std::span<const graphs::GraphView> graphs);

}  // namespace aufbau::train
