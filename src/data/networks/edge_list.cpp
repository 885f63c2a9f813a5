#include "data/networks/edge_list.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "core/error.h"
#include "core/text.h"

namespace aufbau::data {

namespace {

/// Collects edges under the numbers in which names were met first.
class EdgeCollector {
 public:
  EdgeCollector(const TextGraphOptions& options, TextGraphCounts& counts, const RefuseLine& refuse)
      : options_(options), counts_(counts), refuse_(refuse) {}

  void add(const TextLine& line) {
    if (line.fields.size() < 2) return refuse_line(line, "expected two nodes, got one field");
    if (line.fields.size() < 2 + options_.value_columns.size())
      return refuse_line(line, "expected two nodes and " +
                                   std::to_string(options_.value_columns.size()) + " values, got " +
                                   std::to_string(line.fields.size()) + " fields");
    std::vector<float> values;
    for (std::size_t c = 0; c < options_.value_columns.size(); ++c) {
      if (options_.value_columns[c] == "-") continue;
      const auto value = parse_number(line.fields[2 + c]);
      if (!value || !std::isfinite(static_cast<float>(*value)))
        return refuse_line(line, "value '" + std::string(line.fields[2 + c]) + "' of '" +
                                     options_.value_columns[c] + "' is not a number of 32 bits");
      values.push_back(static_cast<float>(*value));
    }
    left_out_ = std::max(left_out_, line.fields.size() - 2 - values.size());
    const std::int32_t begin = number_of(line.fields[0]), end = number_of(line.fields[1]);
    if (begin == end) {
      ++counts_.self_loops;
      return;
    }
    const auto [low, high] = std::minmax(begin, end);
    if (!known_edges_.insert((std::uint64_t(low) << 32) | std::uint64_t(high)).second) {
      ++counts_.repeated_edges;
      return;
    }
    graph_.begin.push_back(begin);
    graph_.end.push_back(end);
    graph_.values.insert(graph_.values.end(), values.begin(), values.end());
  }

  TextGraph finish() {
    counts_.columns_left_out = std::max(counts_.columns_left_out, std::int64_t(left_out_));
    std::vector<std::string> names = graph_.node_names;
    sort_node_names(names);
    std::unordered_map<std::string_view, std::int32_t> place;
    for (std::size_t i = 0; i < names.size(); ++i) place[names[i]] = static_cast<std::int32_t>(i);
    for (auto* ends : {&graph_.begin, &graph_.end})
      for (std::int32_t& node : *ends)
        node = place.at(graph_.node_names[static_cast<std::size_t>(node)]);
    graph_.node_names = std::move(names);
    graph_.node_count = static_cast<std::int32_t>(graph_.node_names.size());
    graph_.line = 1;
    return std::move(graph_);
  }

 private:
  void refuse_line(const TextLine& line, const std::string& reason) const {
    refuse_(line.number, line.text, "syntax", reason);
  }

  std::int32_t number_of(std::string_view name) {
    const auto next = graph_.node_names.size();
    if (next > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()) - 1)
      fail(ErrorKind::resource, "edge list", "more than 2^31 nodes");
    const auto [found, is_new] =
        known_nodes_.try_emplace(std::string(name), static_cast<std::int32_t>(next));
    if (is_new) graph_.node_names.emplace_back(name);
    return found->second;
  }

  const TextGraphOptions& options_;
  TextGraphCounts& counts_;
  const RefuseLine& refuse_;
  TextGraph graph_;
  std::size_t left_out_ = 0;
  std::unordered_map<std::string, std::int32_t> known_nodes_;
  std::unordered_set<std::uint64_t> known_edges_;
};

bool has_a_number(const TextLine& line) {
  return std::any_of(line.fields.begin(), line.fields.end(),
                     [](std::string_view field) { return parse_number(field).has_value(); });
}

}  // namespace

void sort_node_names(std::vector<std::string>& names) {
  std::vector<long long> numbers;
  for (const std::string& name : names) {
    const auto number = parse_integer(name);
    if (!number) {
      std::sort(names.begin(), names.end());
      return;
    }
    numbers.push_back(*number);
  }
  std::vector<std::size_t> order(names.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(numbers[a], std::string_view(names[a])) <
           std::pair(numbers[b], std::string_view(names[b]));
  });
  std::vector<std::string> sorted;
  for (const std::size_t i : order) sorted.push_back(std::move(names[i]));
  names = std::move(sorted);
}

void read_edge_list(molecules::TextInput& input, const TextGraphOptions& options,
                    TextGraphCounts& counts, const RefuseLine& refuse, const TakeGraph& take) {
  EdgeCollector edges(options, counts, refuse);
  TextLine line, second;
  if (next_fields(input, line, refuse)) {
    const bool has_second = next_fields(input, second, refuse);
    // Words above numbers name the columns; fewer columns than the edges have count something.
    const bool is_header = has_second && ((!has_a_number(line) && has_a_number(second)) ||
                                          line.fields.size() < second.fields.size());
    if (is_header) {
      ++counts.header_lines;
    } else {
      edges.add(line);
    }
    if (has_second) edges.add(second);
  }
  while (next_fields(input, line, refuse)) edges.add(line);
  TextGraph graph = edges.finish();
  if (graph.node_count == 0) fail(ErrorKind::input, input.where(), "no line holds an edge");
  take(std::move(graph));
}

}  // namespace aufbau::data
