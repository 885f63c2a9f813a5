#include <algorithm>
#include <map>

#include "core/error.h"
#include "nn/published.h"
#include "nn/published_parts.h"

namespace aufbau::nn {

PublishedStateDict state_dict_of(const ModelFile& model) {
  const EncoderConfig& encoder = model.encoder;
  const auto layout =
      std::find_if(kPublishedLayouts.begin(), kPublishedLayouts.end(),
                   [&](const auto& entry) { return entry.encoder == encoder.type; });
  if (layout == kPublishedLayouts.end())
    fail(ErrorKind::mismatch, "export", "no published program has the encoder '", encoder.type,
         "'");
  std::map<std::string, Tensor> ours;
  for (const auto& [name, tensor] : model.tensors) ours[name] = tensor;

  PublishedStateDict dict;
  dict.source = layout->source;
  const std::string prefix = model.has_head ? kOurPrefix : "";
  const auto give = [&](const std::string& name, const std::string& our_name,
                        const auto& conversion) {
    const auto found = ours.find(kOurPrefix + our_name);
    if (found == ours.end())
      fail(ErrorKind::mismatch, "export", "tensor '", kOurPrefix + our_name, "' is missing");
    dict.tensors.push_back({prefix + name, conversion(found->second)});
    ours.erase(found);
  };
  const auto same = [](const Tensor& tensor) { return tensor; };
  const auto give_table = [&](const std::string& name, const graphs::FeatureColumn& column,
                              bool is_edge) {
    give(name, name, [&](const Tensor& tensor) {
      const std::int32_t dropped = code_unknown_to_molclr(column, is_edge);
      if (!layout->is_molclr || dropped < 0) return tensor;
      dict.changed.push_back(prefix + name + ": code " + std::to_string(dropped) + ", " +
                             (is_edge ? "masked bonds" : "unknown elements") +
                             ", is left out: MolCLR does not have it");
      std::vector<std::int64_t> rows;
      for (std::int32_t code = 0; code < column.cardinality; ++code)
        if (code != dropped) rows.push_back(code);
      return rows_of(tensor, rows);
    });
  };
  for (std::size_t c = 0; c < encoder.schema.node.size(); ++c)
    give_table(node_table(c), encoder.schema.node[c], false);
  for (int layer = 0; layer < encoder.layers; ++layer) {
    for (const auto& tensor : layout->layer) {
      const std::string name = layer_prefix(layer) + tensor.name;
      if (tensor.transposed_as)
        give(name, layer_prefix(layer) + tensor.our_name(), transposed);
      else
        give(name, name, same);
    }
    for (std::size_t c = 0; c < encoder.schema.edge.size(); ++c)
      give_table(layer_prefix(layer) + edge_table(c), encoder.schema.edge[c], true);
  }
  for (int layer = 0; layer < encoder.layers; ++layer) {
    for (const char* name : kNormTensors)
      give(norm_prefix(layer) + name, norm_prefix(layer) + name, same);
    give(norm_prefix(layer) + kNormCounter, norm_prefix(layer) + kNormCounter, same);
  }
  for (const auto& [name, tensor] : model.tensors)
    if (ours.contains(name)) dict.tensors.push_back({name, tensor});
  return dict;
}

}  // namespace aufbau::nn
