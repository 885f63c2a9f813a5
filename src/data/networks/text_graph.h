#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "molecules/text_input.h"

namespace aufbau::data {

/// A graph as a text file has it, before a schema.
struct TextGraph {
  std::vector<std::string> node_names;   ///< [nodes]; of a set of graphs empty
  std::vector<std::int64_t> tags;        ///< [nodes]; empty: none
  std::vector<std::int32_t> begin, end;  ///< [edges], each once, no self loops
  std::vector<float> values;             ///< row-major [edges, value columns]
  std::string label;                     ///< of the whole graph; empty: none
  std::int64_t line = 0;                 ///< where it begins, from 1
  std::int32_t node_count = 0;
};

/// What was met and left out.
struct TextGraphCounts {
  std::int64_t header_lines = 0, self_loops = 0, repeated_edges = 0;
  std::int64_t columns_left_out = 0;  ///< of the lines of edges
  std::int64_t refused_graphs = 0;    ///< each with its reason in a call of RefuseLine
};

/// Where a line that cannot be used goes.
using RefuseLine = std::function<void(std::int64_t line, const std::string& text,
                                      const std::string& code, const std::string& reason)>;
using TakeGraph = std::function<void(TextGraph&&)>;

struct TextGraphOptions {
  std::vector<std::string> value_columns;  ///< after the two nodes; "-": not read
};

/// The table of formats.
struct GraphFormat {
  const char* name;
  const char* summary;
  /// Hands over every graph of the input. Error{input}: nothing can be made of it.
  void (*read)(molecules::TextInput& input, const TextGraphOptions& options,
               TextGraphCounts& counts, const RefuseLine& refuse, const TakeGraph& take);
};
extern const std::vector<GraphFormat> kGraphFormats;
/// By name; for `auto` by the first line, which `input` keeps: a set of graphs starts with their
/// number alone. Error{usage} with the known names.
const GraphFormat& graph_format(const std::string& name, molecules::TextInput& input);

/// The next line that is neither empty nor a comment (# or %) as fields between white space or
/// commas; false at the end. Refuses lines that are too long.
struct TextLine {
  std::int64_t number = 0;
  std::string text;
  std::vector<std::string_view> fields;  ///< inside `text`
};
bool next_fields(molecules::TextInput& input, TextLine& line, const RefuseLine& refuse);

}  // namespace aufbau::data
