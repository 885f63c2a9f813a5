#include "data/networks/tu_set.h"

#include <algorithm>
#include <limits>
#include <set>

#include "core/error.h"
#include "core/text.h"

namespace aufbau::data {

namespace {

constexpr long long kMostNodes = std::numeric_limits<std::int32_t>::max() - 1;

long long count_in(std::string_view text, const char* what, std::int64_t line,
                   const molecules::TextInput& input) {
  const auto count = parse_integer(text);
  if (!count || *count < 0 || *count > kMostNodes)
    fail(ErrorKind::input, input.where(), "line ", line, ": expected the number of ", what,
         ", got '", text, "'; is this a set of graphs?");
  return *count;
}

/// Reads the line of one node into `graph`; what is wrong with it, or nothing.
std::string add_node(const TextLine& line, std::int32_t node, TextGraph& graph,
                     std::set<std::pair<std::int32_t, std::int32_t>>& known,
                     TextGraphCounts& counts) {
  const auto tag = parse_integer(line.fields[0]);
  if (!tag || *tag < 0) return "tag '" + std::string(line.fields[0]) + "' is no number from 0";
  const auto degree = line.fields.size() > 1 ? parse_integer(line.fields[1]) : std::nullopt;
  if (!degree || *degree < 0 || static_cast<std::uint64_t>(*degree) > line.fields.size() - 2)
    return "the number of neighbours does not fit the line";
  graph.tags.push_back(*tag);
  const auto after = static_cast<std::int64_t>(line.fields.size()) - 2 - std::int64_t{*degree};
  counts.columns_left_out = std::max(counts.columns_left_out, after);
  for (std::size_t i = 2; i < 2 + static_cast<std::size_t>(*degree); ++i) {
    const auto other = parse_integer(line.fields[i]);
    if (!other || *other < 0 || *other >= graph.node_count)
      return "neighbour '" + std::string(line.fields[i]) + "' of a graph of " +
             std::to_string(graph.node_count) + " nodes";
    const auto neighbour = static_cast<std::int32_t>(*other);
    if (neighbour == node) {
      ++counts.self_loops;
    } else if (known.insert(std::minmax(node, neighbour)).second) {
      graph.begin.push_back(std::min(node, neighbour));
      graph.end.push_back(std::max(node, neighbour));
    }
  }
  return {};
}

}  // namespace

void read_tu_set(molecules::TextInput& input, const TextGraphOptions& options,
                 TextGraphCounts& counts, const RefuseLine& refuse, const TakeGraph& take) {
  if (!options.value_columns.empty())
    fail(ErrorKind::usage, input.where(),
         "the edges of a set of graphs have no values; leave --edge-values out");
  TextLine line;
  if (!next_fields(input, line, refuse)) fail(ErrorKind::input, input.where(), "is empty");
  const long long graphs = count_in(line.fields[0], "graphs", line.number, input);
  for (long long g = 0; g < graphs; ++g) {
    if (!next_fields(input, line, refuse))
      fail(ErrorKind::input, input.where(), "ends after ", g, " of ", graphs, " graphs");
    TextGraph graph;
    graph.line = line.number;
    graph.node_count =
        static_cast<std::int32_t>(count_in(line.fields[0], "nodes of a graph", line.number, input));
    if (line.fields.size() > 1) graph.label = line.fields[1];
    const std::string head = line.text;
    std::string wrong;
    std::set<std::pair<std::int32_t, std::int32_t>> known;
    for (std::int32_t node = 0; node < graph.node_count; ++node) {
      if (!next_fields(input, line, refuse))
        fail(ErrorKind::input, input.where(), "ends inside graph ", g + 1, " of ", graphs);
      if (!wrong.empty()) continue;
      wrong = add_node(line, node, graph, known, counts);
      if (!wrong.empty()) wrong = "line " + std::to_string(line.number) + ": " + wrong;
    }
    if (wrong.empty()) {
      take(std::move(graph));
    } else {
      ++counts.refused_graphs;
      refuse(graph.line, head, "syntax", wrong);
    }
  }
}

}  // namespace aufbau::data
