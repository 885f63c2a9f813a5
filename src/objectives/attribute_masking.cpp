#include "objectives/attribute_masking.h"

#include <algorithm>

#include "core/choose.h"
#include "core/error.h"
#include "nn/encoder_batch.h"
#include "objectives/batch_rows.h"
#include "objectives/heads.h"
#include "tensor/ops.h"

namespace aufbau::objectives {

namespace {

constexpr const char* kName = "attribute-masking";

const graphs::FeatureColumn& first_column(const std::vector<graphs::FeatureColumn>& columns) {
  if (columns.empty()) fail(ErrorKind::usage, kName, "the feature schema has no column to predict");
  return columns.front();
}

ObjectiveConfig checked(ObjectiveConfig config) {
  if (!(config.mask_rate >= 0 && config.mask_rate <= 1))
    fail(ErrorKind::usage, kName, "mask rate must be in [0, 1], got ", config.mask_rate);
  return config;
}

void require_nodes(std::span<const graphs::GraphView> graphs,
                   std::span<const std::vector<std::int32_t>> masked) {
  if (masked.size() != graphs.size())
    fail(ErrorKind::internal, kName, "expected the masked nodes of ", graphs.size(),
         " graphs, got those of ", masked.size());
  for (std::size_t g = 0; g < graphs.size(); ++g)
    for (const std::int32_t node : masked[g])
      if (node < 0 || node >= graphs[g].node_count())
        fail(ErrorKind::internal, kName, "graph ", g, " has ", graphs[g].node_count(),
             " nodes, node ", node, " is to be masked");
}

// The graphs with masked nodes, and edges if asked; owns the altered codes, shares everything else.
class MaskedGraphs {
 public:
  MaskedGraphs(std::span<const graphs::GraphView> graphs,
               std::span<const std::vector<std::int32_t>> masked,
               const std::vector<std::uint16_t>& node_mask,
               const std::vector<std::uint16_t>& edge_mask)
      : views_(graphs.begin(), graphs.end()), masked_edges_(graphs.size()) {
    std::size_t node_codes = 0, edge_codes = 0;
    for (const graphs::GraphView& graph : graphs) {
      node_codes += graph.node_codes.size();
      edge_codes += graph.edge_codes.size();
    }
    node_codes_.reserve(node_codes);  // the views point into these: they must not move
    if (!edge_mask.empty()) edge_codes_.reserve(edge_codes);
    for (std::size_t g = 0; g < graphs.size(); ++g) {
      hide_nodes(g, masked[g], node_mask);
      if (!edge_mask.empty()) hide_edges(g, masked[g], edge_mask);
    }
  }

  std::span<const graphs::GraphView> views() const { return views_; }
  const std::vector<std::int32_t>& masked_edges(std::size_t graph) const {
    return masked_edges_[graph];
  }

 private:
  void hide_nodes(std::size_t g, const std::vector<std::int32_t>& masked,
                  const std::vector<std::uint16_t>& mask) {
    graphs::GraphView& graph = views_[g];
    const std::size_t first = node_codes_.size();
    node_codes_.insert(node_codes_.end(), graph.node_codes.begin(), graph.node_codes.end());
    for (const std::int32_t node : masked)
      std::copy(mask.begin(), mask.end(),
                node_codes_.begin() + static_cast<std::int64_t>(first) +
                    std::int64_t{node} * graph.node_columns);
    graph.node_codes = std::span(node_codes_).subspan(first);
  }

  void hide_edges(std::size_t g, const std::vector<std::int32_t>& masked,
                  const std::vector<std::uint16_t>& mask) {
    graphs::GraphView& graph = views_[g];
    const std::size_t first = edge_codes_.size();
    edge_codes_.insert(edge_codes_.end(), graph.edge_codes.begin(), graph.edge_codes.end());
    std::vector<bool> is_masked(static_cast<std::size_t>(graph.node_count()));
    for (const std::int32_t node : masked) is_masked[static_cast<std::size_t>(node)] = true;
    for (std::int32_t edge = 0; edge < graph.edge_count(); ++edge) {
      const auto begin = static_cast<std::size_t>(graph.begin[static_cast<std::size_t>(edge)]);
      const auto end = static_cast<std::size_t>(graph.end[static_cast<std::size_t>(edge)]);
      if (!is_masked[begin] && !is_masked[end]) continue;
      std::copy(mask.begin(), mask.end(),
                edge_codes_.begin() + static_cast<std::int64_t>(first) +
                    std::int64_t{edge} * graph.edge_columns);
      masked_edges_[g].push_back(edge);
    }
    graph.edge_codes = std::span(edge_codes_).subspan(first);
  }

  std::vector<graphs::GraphView> views_;
  std::vector<std::uint16_t> node_codes_, edge_codes_;
  std::vector<std::vector<std::int32_t>> masked_edges_;
};

/// measured: the loss and the number of rows that are right; `rows` of them, none: no accuracy
Metrics metrics_of(const std::string& what, std::span<const Tensor> measured, std::int64_t rows) {
  Metrics metrics = {{"loss_" + what, measured[0].item()}};
  if (rows > 0)
    metrics.emplace_back("accuracy_" + what, measured[1].item() / static_cast<double>(rows));
  return metrics;
}

}  // namespace

std::vector<std::int32_t> draw_masked_nodes(std::int32_t node_count, double rate,
                                            const RandomKey& key) {
  const auto wanted = static_cast<std::int32_t>(node_count * rate) + 1;
  const std::int32_t count = std::min(node_count, wanted);
  Random random(key);
  return choose(node_count, count, random);
}

void MaskedBatch::move_to(Device device) {
  batch = batch.to(device);
  atom_rows = atom_rows.to(device), atom_labels = atom_labels.to(device);
  bond_rows = bond_rows.to(device), bond_labels = bond_labels.to(device);
}

AttributeMasking::AttributeMasking(const ObjectiveConfig& config)
    : config_(checked(config)),
      atom_classes_(first_column(config.encoder.schema.node)),
      atom_mask_(masked_codes(config.encoder.schema.node, kName)),
      atom_head_("linear_pred_atoms", nn::output_width(config.encoder), atom_classes_.count(),
                 config.encoder.dtype, config.seed, kAtomHeadIndex) {
  if (!config.mask_bonds) return;
  bond_classes_ = std::make_unique<FeatureClasses>(first_column(config.encoder.schema.edge));
  bond_mask_ = masked_codes(config.encoder.schema.edge, kName);
  bond_head_ = std::make_unique<nn::LinearHead>(
      "linear_pred_bonds", nn::output_width(config.encoder), bond_classes_->count(),
      config.encoder.dtype, config.seed, kBondHeadIndex);
}

std::unique_ptr<Prepared> AttributeMasking::prepare(const data::Dataset& dataset,
                                                    std::span<const std::int64_t> rows,
                                                    const data::BatchKey& key) const {
  graphs::require_same_schema(kName, config_.encoder.schema, dataset.schema());
  std::vector<graphs::GraphView> graphs;
  std::vector<std::vector<std::int32_t>> masked;
  for (const std::int64_t row : rows) {
    graphs.push_back(dataset.graph(row));
    masked.push_back(draw_masked_nodes(graphs.back().node_count(), config_.mask_rate,
                                       {.seed = key.seed,
                                        .purpose = Purpose::mask,
                                        .epoch = key.epoch,
                                        .item = static_cast<std::uint32_t>(row)}));
  }
  auto prepared = prepare_masked(graphs, masked);
  prepared->rows.assign(rows.begin(), rows.end());
  return prepared;
}

std::unique_ptr<MaskedBatch> AttributeMasking::prepare_masked(
    std::span<const graphs::GraphView> graphs,
    std::span<const std::vector<std::int32_t>> masked) const {
  require_nodes(graphs, masked);
  const MaskedGraphs hidden(graphs, masked, atom_mask_, bond_mask_);
  auto prepared = std::make_unique<MaskedBatch>();
  prepared->batch = nn::encoder_batch(hidden.views(), config_.encoder, nn::BatchUse::training);
  const BatchRows row(prepared->batch);

  std::vector<std::int32_t> atom_rows, atom_labels, bond_offset{0}, bond_rows, bond_labels;
  for (std::size_t g = 0; g < graphs.size(); ++g) {
    const graphs::GraphView& graph = graphs[g];
    for (const std::int32_t node : masked[g]) {
      atom_rows.push_back(row.of(g, node));
      atom_labels.push_back(atom_classes_.class_of(
          graph.node_codes[static_cast<std::size_t>(node * graph.node_columns)]));
    }
    for (const std::int32_t edge : hidden.masked_edges(g)) {
      const auto e = static_cast<std::size_t>(edge);
      bond_rows.push_back(row.of(g, graph.begin[e]));
      bond_rows.push_back(row.of(g, graph.end[e]));
      bond_offset.push_back(static_cast<std::int32_t>(bond_rows.size()));
      bond_labels.push_back(bond_classes_->class_of(
          graph.edge_codes[e * static_cast<std::size_t>(graph.edge_columns)]));
    }
  }
  prepared->empty = atom_rows.empty();
  prepared->atom_rows = make_gather(row.count(), atom_rows);
  prepared->atom_labels = ids(atom_labels);
  prepared->bond_rows = make_row_map(row.count(), bond_offset, bond_rows);
  prepared->bond_labels = ids(bond_labels);
  return prepared;
}

LossResult AttributeMasking::loss(nn::Encoder& encoder, const Prepared& prepared,
                                  const nn::ForwardContext& context) {
  const auto& masked = dynamic_cast<const MaskedBatch&>(prepared);
  const Tensor states = encoder.forward(masked.batch, context);
  const Tensor atoms = atom_head_.forward(ops::gather_rows(states, masked.atom_rows));
  LossResult result;
  result.loss = ops::cross_entropy(atoms, masked.atom_labels);
  result.measured = {result.loss.detach(), ops::count_correct(atoms, masked.atom_labels)};
  if (!bond_head_) {
    result.metrics_of = [atoms = atoms.rows()](std::span<const Tensor> measured) {
      return metrics_of("atom", measured, atoms);
    };
    return result;
  }
  const Tensor bonds = bond_head_->forward(ops::segment_sum(states, masked.bond_rows));
  const Tensor bond_loss = ops::cross_entropy(bonds, masked.bond_labels);
  result.loss = ops::add(result.loss, bond_loss);
  result.measured.push_back(bond_loss.detach());
  result.measured.push_back(ops::count_correct(bonds, masked.bond_labels));
  result.metrics_of = [atoms = atoms.rows(),
                       bonds = bonds.rows()](std::span<const Tensor> measured) {
    Metrics metrics = metrics_of("atom", measured.first(2), atoms);
    for (auto& metric : metrics_of("bond", measured.last(2), bonds))
      metrics.push_back(std::move(metric));
    return metrics;
  };
  return result;
}

nn::Parameters AttributeMasking::parameters() const {
  nn::Parameters all = atom_head_.parameters();
  if (bond_head_)
    for (nn::Parameter& parameter : bond_head_->parameters()) all.push_back(parameter);
  return all;
}

}  // namespace aufbau::objectives
