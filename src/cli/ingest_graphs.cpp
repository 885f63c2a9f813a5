#include "cli/ingest_graphs.h"

#include <iostream>

#include "cli/option_groups.h"

namespace aufbau::cli {

void run_ingest_graphs(const std::vector<std::string>& arguments) {
  IngestGraphsOptions options;
  Talk talk;
  bool is_asked_for = true;
  OptionSet set("ingest", "Reads networks and sets of graphs into a dataset file.");
  set.positionals("inputs", options.inputs, "text files, each also .gz, or - for standard input");
  set.required();
  set.flag("--graphs", is_asked_for, "networks instead of molecules; stands in the command line");
  add_output(set, options.output, options.force,
             "dataset to write (.h5); refused lines go to the same name with .rejects.csv");
  std::vector<NameEntry> formats = {{"auto", "by the first line"}};
  for (const NameEntry& format : names(NameTable::graph_formats)) formats.push_back(format);
  set.choice("--format", options.format, formats, "of the inputs");
  set.text("--labels", options.labels, "FILE", "lines of node and label, of one network");
  set.texts("--edge-values", options.edge_values, "A,-,B",
            "names for the columns after the two nodes of an edge, to be kept as real values; - "
            "leaves a column out");
  set.integer("--node-tags", options.node_tags, {0, 60000},
              "tags that nodes can have, so that sets share a schema; 0: as many as there are");
  set.group("Ego networks");
  set.integer("--ego-hops", options.ego_hops, {0, 100},
              "radius; 0: graphs as they are. Each ego network becomes a graph with a centre");
  set.integer("--ego-count", options.ego_count, {0, INT64_MAX},
              "so many, drawn by chance; 0: one of every node");
  set.integer("--ego-max-nodes", options.ego_max_nodes, {1, INT32_MAX},
              "larger ones are refused as too-large");
  add_common(set, options, talk);
  if (!set.parse(arguments)) return;
  require_shard_under_mpirun("ingest", {});
  attach(options, talk);
  const IngestSummary summary = ingest_graphs(options);
  if (talk.json) {
    std::cout << to_json(summary) << '\n';
  } else {
    print(summary, "graphs");
  }
}

}  // namespace aufbau::cli
