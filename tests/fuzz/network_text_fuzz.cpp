// Edge lists and sets of graphs from any bytes. The first byte chooses the format and whether
// values are read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "aufbau.h"
#include "data/networks/text_graph.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const char* const names[] = {"auto", "edge-list", "tu", "auto"};
  aufbau::data::TextGraphOptions options;
  if (data[0] & 4) options.value_columns = {"-", "weight"};
  const std::size_t columns = options.value_columns.empty() ? 0 : 1;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    aufbau::molecules::TextInput input(aufbau::molecules::memory_source(bytes), "fuzz");
    aufbau::data::TextGraphCounts counts;
    aufbau::data::graph_format(names[data[0] & 3], input)
        .read(
            input, options, counts,
            [](std::int64_t line, const std::string&, const std::string& code,
               const std::string& reason) {
              if (line < 1 || code.empty() || reason.empty()) std::abort();
            },
            [&](aufbau::data::TextGraph&& graph) {
              const std::size_t edges = graph.begin.size();
              if (graph.end.size() != edges || graph.values.size() != edges * columns) std::abort();
              for (std::size_t e = 0; e < edges; ++e)
                if (graph.begin[e] < 0 || graph.end[e] < 0 || graph.begin[e] >= graph.node_count ||
                    graph.end[e] >= graph.node_count || graph.begin[e] == graph.end[e])
                  std::abort();
            });
  } catch (const aufbau::Error&) {
  }
  return 0;
}
