#include "nn/published.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/error.h"
#include "core/text.h"
#include "nn/pooling.h"
#include "nn/published_parts.h"

namespace aufbau::nn {

namespace {

constexpr std::string_view kFirstTable = "x_embedding1.weight";
constexpr const char* kHead = "graph_pred_linear";

Shape shape_of(const PublishedLayout::LayerTensor& tensor, int width) {
  Shape shape;
  for (const auto& extent : tensor.shape) shape.push_back(extent.at(width));
  return shape;
}

bool belongs_to_encoder(const std::string& name) {
  return name.starts_with("x_embedding") || name.starts_with("gnns.") ||
         name.starts_with("batch_norms.");
}

/// One state dict on its way to a model.
class Importer {
 public:
  Importer(const std::vector<store::NamedTensor>& tensors, const graphs::FeatureSchema& schema,
           const PublishedOptions& options, const std::string& where)
      : options_(options), where_(where) {
    for (const auto& [name, tensor] : tensors) {
      names_.push_back(name);
      by_name_[name] = tensor;
    }
    encoder_.schema = schema;
  }

  PublishedModel run() {
    find_prefix();
    find_size();
    layout_ = &find_layout();
    encoder_.type = layout_->encoder;
    result_.source = layout_->source;
    encoder_.jk = options_.jk.empty() ? "last" : options_.jk;
    take_encoder();
    refuse_unknown_tensors();
    take_head();
    list_what_is_left();
    result_.model.encoder = encoder_;
    return std::move(result_);
  }

 private:
  template <class... Parts>
  [[noreturn]] void mismatch(const Parts&... parts) const {
    fail(ErrorKind::mismatch, where_, parts...);
  }
  template <class... Parts>
  [[noreturn]] void unclear(const Parts&... parts) const {
    fail(ErrorKind::usage, where_, parts...);
  }

  void find_prefix() {
    std::vector<std::string> found;
    for (const auto& name : names_)
      if (name.ends_with(kFirstTable) &&
          (name.size() == kFirstTable.size() || name[name.size() - kFirstTable.size() - 1] == '.'))
        found.push_back(name.substr(0, name.size() - kFirstTable.size()));
    if (found.empty())
      mismatch("no tensor is called '", kFirstTable, "': this is not an encoder of the layout of ",
               "Hu et al. (2020)");
    prefix_ = options_.prefix.value_or(found[0]);
    if (std::find(found.begin(), found.end(), prefix_) == found.end())
      unclear("no encoder has the prefix '", prefix_, "'; there is one with '", found[0], "'");
    if (!options_.prefix && found.size() > 1)
      unclear("there are encoders with the prefixes '", found[0], "' and '", found[1],
              "'; say which one");
  }

  bool has(const std::string& name) const { return by_name_.contains(prefix_ + name); }

  void find_size() {
    const Tensor& first = at(std::string(kFirstTable));
    if (first.shape().size() != 2 || first.shape()[1] < 1 || first.shape()[1] > INT32_MAX)
      mismatch("'", kFirstTable, "' has the shape ", to_string(first.shape()),
               "; [codes, width] was expected");
    encoder_.width = static_cast<int>(first.shape()[1]);
    std::set<int> layers;
    for (const auto& name : names_)
      if (name.starts_with(prefix_ + "gnns.")) {
        const auto rest = std::string_view(name).substr(prefix_.size() + 5);
        const auto number = parse_integer(rest.substr(0, rest.find('.')));
        if (!number || *number < 0 || *number > 9999) mismatch("'", name, "' names no layer");
        layers.insert(static_cast<int>(*number));
      }
    encoder_.layers = static_cast<int>(layers.size());
    if (layers.empty() || *layers.rbegin() != encoder_.layers - 1)
      mismatch("the layers 'gnns.<i>' are not numbered from 0 without a gap");
  }

  const PublishedLayout& find_layout() const {
    std::vector<const PublishedLayout*> fitting;
    for (const auto& layout : kPublishedLayouts)
      if (std::all_of(layout.layer.begin(), layout.layer.end(),
                      [&](const auto& tensor) { return has(layer_prefix(0) + tensor.name); }))
        fitting.push_back(&layout);
    std::vector<std::string> names;
    for (const auto* layout : fitting) {
      if (layout->encoder == options_.encoder) return *layout;
      names.emplace_back(layout->encoder);
    }
    if (fitting.empty()) mismatch("the tensors of 'gnns.0' are those of no known encoder");
    if (!options_.encoder.empty())
      fail_unknown_name(where_, "encoder for these tensors", options_.encoder, names);
    if (fitting.size() == 1) return *fitting[0];
    const std::string told = states_have_length_one() ? "graphsage" : "gcn";
    return **std::find_if(fitting.begin(), fitting.end(),
                          [&](const auto* layout) { return layout->encoder == told; });
  }

  /// GraphSAGE gives every node a state of length one, so that before BatchNorm the sum of mean^2 +
  /// variance over the width is one. GCN comes to anything else.
  bool states_have_length_one() const {
    constexpr double kNear = 0.1;           // batches differ in their means
    constexpr std::int64_t kSettled = 100;  // 0.9^100: nothing is left of the initial variance
    int yes = 0;
    for (int layer = 0; layer < encoder_.layers; ++layer) {
      const std::string norm = norm_prefix(layer);
      const bool is_settled = has(norm + kNormCounter) && at(norm + kNormCounter).size() == 1 &&
                              at(norm + kNormCounter).item() >= kSettled;
      if (!is_settled)
        unclear("GCN and GraphSAGE have the same tensors, and these were not trained long enough ",
                "to tell; say which encoder it is");
      double sum = 0;
      for (const double value : at(norm + "running_var").to_doubles()) sum += value;
      for (const double value : at(norm + "running_mean").to_doubles()) sum += value * value;
      yes += std::abs(sum - 1) < kNear;
    }
    if (yes != 0 && yes != encoder_.layers)
      unclear(
          "GCN and GraphSAGE have the same tensors, and the statistics of these fit neither; say ",
          "which encoder it is");
    return yes != 0;
  }

  const Tensor& at(const std::string& name) const {
    const auto found = by_name_.find(prefix_ + name);
    if (found == by_name_.end()) mismatch("tensor '", prefix_ + name, "' is missing");
    return found->second;
  }

  /// A tensor of values under its name in the file, as f32.
  Tensor values(const std::string& name, const Tensor& tensor) {
    result_.taken.push_back(name);
    if (tensor.dtype() == DType::f32) return tensor;
    if (tensor.dtype() != DType::f64)
      mismatch("tensor '", name, "' is of type ", name_of(tensor.dtype()), "; expected f32");
    result_.changed.push_back(name + ": rounded from f64 to f32");
    return tensor.to(DType::f32);
  }
  Tensor take(const std::string& name, const Shape& shape) {
    const Tensor& tensor = at(name);
    if (tensor.shape() != shape)
      mismatch("tensor '", prefix_ + name, "': expected shape ", to_string(shape), ", got ",
               to_string(tensor.shape()));
    return values(prefix_ + name, tensor);
  }
  void add(const std::string& name, const Tensor& tensor) {
    result_.model.tensors.push_back({kOurPrefix + name, tensor});
  }

  void take_encoder() {
    const int width = encoder_.width;
    const auto& schema = encoder_.schema;
    for (std::size_t c = 0; c < schema.node.size(); ++c)
      take_table(node_table(c), schema.node[c], width, false);
    for (int layer = 0; layer < encoder_.layers; ++layer) {
      for (const auto& tensor : layout_->layer) {
        const Tensor values = take(layer_prefix(layer) + tensor.name, shape_of(tensor, width));
        add(layer_prefix(layer) + tensor.our_name(),
            tensor.transposed_as ? transposed(values) : values);
      }
      for (std::size_t c = 0; c < schema.edge.size(); ++c)
        take_table(layer_prefix(layer) + edge_table(c), schema.edge[c],
                   layout_->edge_width.at(width), true);
    }
    for (int layer = 0; layer < encoder_.layers; ++layer) take_norm(norm_prefix(layer));
  }

  /// An embedding table, with a row for each code of the column.
  void take_table(const std::string& name, const graphs::FeatureColumn& column, std::int64_t width,
                  bool is_edge) {
    const Tensor& tensor = at(name);
    const std::int32_t dropped = code_unknown_to_molclr(column, is_edge);
    const bool is_short = dropped >= 0 && tensor.shape() == Shape{column.cardinality - 1, width};
    if (!is_short) {
      if (tensor.shape().size() == 2 && tensor.shape()[1] == width &&
          tensor.shape()[0] != column.cardinality)
        mismatch("tensor '", prefix_ + name, "' has ", tensor.shape()[0], " rows; schema '",
                 encoder_.schema.name, "' has ", column.cardinality, " codes for '", column.name,
                 "'");
      return add(name, take(name, {column.cardinality, width}));
    }
    std::vector<std::int64_t> rows;
    for (std::int32_t code = 0, row = 0; code < column.cardinality; ++code)
      rows.push_back(code == dropped ? (is_edge ? -1 : tensor.shape()[0] - 1) : row++);
    add(name, rows_of(values(prefix_ + name, tensor), rows));
    result_.changed.push_back(
        prefix_ + name + ": " + std::to_string(tensor.shape()[0]) + " rows became " +
        std::to_string(column.cardinality) + ": code " + std::to_string(dropped) +
        (is_edge ? ", a masked bond, is zero" : ", an unknown element, is as masked ones"));
  }

  void take_norm(const std::string& norm) {
    for (const char* name : kNormTensors) add(norm + name, take(norm + name, {encoder_.width}));
    const std::string counter = norm + kNormCounter;
    if (!has(counter)) {
      result_.made.push_back(kOurPrefix + counter + ": 0, the file has none");
      return add(counter, Tensor::zeros({}, DType::i64));
    }
    const Tensor& tensor = at(counter);
    if (tensor.dtype() != DType::i64 || tensor.size() != 1)
      mismatch("tensor '", prefix_ + counter, "' is not one whole number");
    result_.taken.push_back(prefix_ + counter);
    add(counter, tensor.reshape({}));
  }

  /// What we do not know in a layer changes what it computes.
  void refuse_unknown_tensors() const {
    const std::set<std::string> taken(result_.taken.begin(), result_.taken.end());
    for (const auto& name : names_)
      if (name.starts_with(prefix_) && belongs_to_encoder(name.substr(prefix_.size())) &&
          !taken.contains(name))
        mismatch("tensor '", name, "' is not part of the ", layout_->source, " with schema '",
                 encoder_.schema.name, "'");
  }

  /// `graph_pred_linear` stands beside `gnn.`.
  void take_head() {
    if (!prefix_.ends_with(kOurPrefix)) return;
    const std::string outer =
        prefix_.substr(0, prefix_.size() - std::string_view(kOurPrefix).size());
    const std::string weight = outer + kHead + ".weight", bias = outer + kHead + ".bias";
    if (!by_name_.contains(weight) || !by_name_.contains(bias)) return;
    const bool has_pool = std::any_of(names_.begin(), names_.end(), [&](const std::string& name) {
      return name.starts_with(outer + "pool.");
    });
    if (has_pool && pooling_specs(options_.pooling, encoder_.width).empty()) {
      head_is_left_ = "its read-out has parameters; say which pooling it is";
      return;
    }
    const Tensor& w = by_name_[weight];
    const Tensor& b = by_name_[bias];
    const int factor = pooled_width(options_.pooling, 1);
    const std::int64_t width = encoder_.width * factor, all = (encoder_.layers + 1) * width;
    if (w.shape().size() != 2 || b.shape() != Shape{w.shape()[0]} || w.shape()[0] < 1)
      mismatch("tensors '", weight, "' and '", bias, "' are not one linear layer");
    if (options_.jk.empty() && w.shape()[1] == all) encoder_.jk = "concat";
    if (w.shape()[1] != (encoder_.jk == "concat" ? all : width))
      mismatch("tensor '", weight, "' takes ", w.shape()[1], " values; the encoder gives ", width,
               ", or ", all, " with jumping knowledge 'concat'");
    HeadConfig& head = result_.model.head;
    head.pooling = options_.pooling;
    head.task_names = options_.task_names;
    if (head.task_names.empty())
      for (std::int64_t t = 1; t <= w.shape()[0]; ++t)
        head.task_names.push_back("task_" + std::to_string(t));
    if (head.task_names.size() != static_cast<std::size_t>(w.shape()[0]))
      unclear(head.task_names.size(), " task names were given; the head has ", w.shape()[0],
              " tasks");
    head.task_types.assign(head.task_names.size(), options_.task_type);
    result_.model.has_head = true;
    for (const ParameterSpec& spec : pooling_specs(head.pooling, output_width(encoder_))) {
      const std::string name = outer + "pool." + spec.name;
      if (!by_name_.contains(name)) mismatch("tensor '", name, "' is missing");
      if (by_name_[name].shape() != spec.shape)
        mismatch("tensor '", name, "': expected shape ", to_string(spec.shape), ", got ",
                 to_string(by_name_[name].shape()));
      result_.model.tensors.push_back({"pool." + spec.name, values(name, by_name_[name])});
    }
    result_.model.tensors.push_back({std::string(kHead) + ".weight", values(weight, w)});
    result_.model.tensors.push_back({std::string(kHead) + ".bias", values(bias, b)});
  }

  void list_what_is_left() {
    const std::set<std::string> taken(result_.taken.begin(), result_.taken.end());
    for (const auto& name : names_) {
      if (taken.contains(name)) continue;
      const bool is_head = name.find(kHead) != std::string::npos && !head_is_left_.empty();
      result_.left.push_back(name + ": " + (is_head ? head_is_left_ : "not part of the encoder"));
    }
  }

  const PublishedOptions& options_;
  const std::string& where_;
  std::vector<std::string> names_;  ///< in the order of the file
  std::map<std::string, Tensor> by_name_;
  std::string prefix_, head_is_left_;
  const PublishedLayout* layout_ = nullptr;
  EncoderConfig encoder_;
  PublishedModel result_;
};

}  // namespace

PublishedModel model_from_state_dict(const std::vector<store::NamedTensor>& tensors,
                                     const graphs::FeatureSchema& schema,
                                     const PublishedOptions& options, const std::string& where) {
  return Importer(tensors, schema, options, where).run();
}

}  // namespace aufbau::nn
