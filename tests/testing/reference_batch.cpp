#include "testing/reference_batch.h"

#include <algorithm>

#include "core/error.h"

namespace aufbau::testing {

graphs::FeatureSchema reference_schema() {
  return {"hu2",
          1,
          {{"element", 120, {{"unknown", 118}, {"mask", 119}}}, {"chirality", 3, {}}},
          {{"type", 6, {{"self-loop", 4}, {"mask", 5}}}, {"direction", 3, {}}}};
}

std::vector<graphs::Graph> reference_graphs(const ReferenceFile& file, const std::string& path) {
  const std::vector<std::int32_t> x = file.ints(path + "/x");
  const std::vector<std::int32_t> ends = file.ints(path + "/edge_index");
  const std::vector<std::int32_t> attributes = file.ints(path + "/edge_attr");
  const std::vector<std::int32_t> node_offset = file.ints(path + "/node_offset");
  const std::size_t directed = ends.size() / 2;

  std::vector<graphs::Graph> graphs(node_offset.size() - 1);
  for (std::size_t g = 0; g < graphs.size(); ++g) {
    graphs[g].node_columns = graphs[g].edge_columns = 2;
    graphs[g].node_codes.assign(x.begin() + 2 * node_offset[g], x.begin() + 2 * node_offset[g + 1]);
  }
  for (std::size_t e = 0; e + 1 < directed; e += 2) {
    const std::int32_t begin = ends[e], end = ends[directed + e];
    if (ends[e + 1] != end || ends[directed + e + 1] != begin ||
        !std::equal(&attributes[2 * e], &attributes[2 * e] + 2, &attributes[2 * e + 2]))
      fail(ErrorKind::input, "reference batch", path, ": columns ", e, " and ", e + 1,
           " are not two directions of one bond");
    const auto after = std::upper_bound(node_offset.begin(), node_offset.end(), begin);
    const auto g = static_cast<std::size_t>(after - node_offset.begin()) - 1;
    graphs[g].begin.push_back(begin - node_offset[g]);
    graphs[g].end.push_back(end - node_offset[g]);
    for (std::size_t c = 0; c < 2; ++c)
      graphs[g].edge_codes.push_back(static_cast<std::uint16_t>(attributes[2 * e + c]));
  }
  return graphs;
}

std::vector<graphs::GraphView> views_of(const std::vector<graphs::Graph>& graphs) {
  std::vector<graphs::GraphView> views;
  for (const graphs::Graph& graph : graphs) views.push_back(graph.view());
  return views;
}

graphs::GraphBatch reference_batch(const ReferenceFile& file, const std::string& path, int layers) {
  const std::vector<graphs::Graph> graphs = reference_graphs(file, path);
  return graphs::make_batch(views_of(graphs), reference_schema(), layers);
}

}  // namespace aufbau::testing
