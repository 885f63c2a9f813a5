#include "data/networks/text_graph.h"

#include "core/error.h"
#include "core/text.h"
#include "data/networks/edge_list.h"
#include "data/networks/tu_set.h"

namespace aufbau::data {

namespace {

// A node of a TU set may list a million neighbours.
constexpr std::size_t kLongestLine = 16 << 20;

}  // namespace

const std::vector<GraphFormat> kGraphFormats = {
    {"edge-list", "one graph, lines of two nodes and perhaps values", read_edge_list},
    {"tu", "a set of graphs with labels, as GIN and its benchmarks have them", read_tu_set},
};

const GraphFormat& graph_format(const std::string& name, molecules::TextInput& input) {
  std::vector<std::string> known = {"auto"};
  for (const GraphFormat& format : kGraphFormats) {
    if (format.name == name) return format;
    known.emplace_back(format.name);
  }
  if (name != "auto") fail_unknown_name("ingest", "graph format", name, known);
  while (input.view().find('\n') == std::string_view::npos && input.fill()) {
  }
  const std::string_view first = trim(input.view().substr(0, input.view().find('\n')));
  return kGraphFormats[parse_integer(first) ? 1 : 0];
}

bool next_fields(molecules::TextInput& input, TextLine& line, const RefuseLine& refuse) {
  molecules::TextInput::Line read;
  for (;;) {
    line.number = input.line();
    if (!input.next_line(read, kLongestLine)) return false;
    if (read.too_long) {
      refuse(line.number, read.text, "too-long",
             "the line is longer than " + std::to_string(kLongestLine) + " bytes");
      continue;
    }
    line.text = std::move(read.text);
    line.fields.clear();
    const std::string_view text = line.text;
    constexpr std::string_view kSeparators = " \t,;";
    for (std::size_t at = text.find_first_not_of(kSeparators); at != std::string_view::npos;) {
      const std::size_t end = std::min(text.find_first_of(kSeparators, at), text.size());
      line.fields.push_back(text.substr(at, end - at));
      at = text.find_first_not_of(kSeparators, end);
    }
    if (!line.fields.empty() && line.fields[0][0] != '#' && line.fields[0][0] != '%') return true;
  }
}

}  // namespace aufbau::data
