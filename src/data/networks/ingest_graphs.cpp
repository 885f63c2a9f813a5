#include "data/networks/ingest_graphs.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "core/choose.h"
#include "core/error.h"
#include "data/ingest_ledger.h"
#include "data/networks/graph_labels.h"
#include "data/networks/text_graph.h"
#include "graphs/ego.h"
#include "store/dataset_file.h"

namespace aufbau::data {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kWhere = "ingest";
constexpr std::int64_t kMostTags = 60000;  // codes are stored in 16 bits

// One call of ingest_graphs().
class NetworkIngestion {
 public:
  explicit NetworkIngestion(const IngestGraphsOptions& options)
      : options_(options),
        ledger_(options.inputs, options.output, options.force, "graphs", "graphs"),
        summary_(ledger_.summary()) {
    if (!options.labels.empty() && options.inputs.size() > 1)
      fail(ErrorKind::usage, kWhere, "--labels are those of one network; ", options.inputs.size(),
           " inputs are named");
    if (options.ego_hops < 0 || options.ego_count < 0 || options.ego_max_nodes < 1)
      fail(ErrorKind::usage, kWhere, "ego networks of ", options.ego_hops, " hops, ",
           options.ego_count, " of them, of up to ", options.ego_max_nodes, " nodes");
    if (options.ego_hops == 0 && options.ego_count > 0)
      fail(ErrorKind::usage, kWhere, "ego networks need a radius; give --ego-hops");
    for (const std::string& name : options.edge_values)
      if (name != "-") value_names_.push_back(name);
    check_value_names();
  }

  IngestSummary run() {
    for (const std::string& input : options_.inputs) read_input(input);
    if (!options_.labels.empty()) read_labels();
    open_writer();
    summary_.rows = counts_.refused_graphs;
    for (std::size_t i = 0; i < graphs_.size(); ++i) {
      options_.ego_hops > 0 ? store_egos(graphs_[i], i) : store_whole(graphs_[i]);
      graphs_[i] = {};
    }
    const std::pair<const char*, std::int64_t> decisions[] = {
        {"header lines", counts_.header_lines},
        {"self loops left out", counts_.self_loops},
        {"repeated edges left out", counts_.repeated_edges},
        {"columns left out", counts_.columns_left_out},
        {"unknown tags", unknown_tags_},
        {"nodes that only the labels name", isolated_}};
    ledger_.close(decisions);
    writer_->finish(provenance());
    summary_.seconds = ledger_.seconds();
    ledger_.report(options_, /*is_last=*/true);
    return summary_;
  }

 private:
  /// Names become part of the schema, which is JSON.
  void check_value_names() const {
    for (std::size_t i = 0; i < value_names_.size(); ++i) {
      const std::string& name = value_names_[i];
      const bool is_plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return c > 0x20 && c < 0x7f;
      });
      if (!is_plain || std::count(value_names_.begin(), value_names_.end(), name) > 1)
        fail(ErrorKind::usage, kWhere, "--edge-values: name ", i + 1,
             " is empty, given twice, or not printable ASCII without blanks");
    }
  }

  RefuseLine refuse_in(const std::string& source) {
    return [this, source](std::int64_t line, const std::string& text, const std::string& code,
                          const std::string& reason) {
      IngestedRow row;
      row.record.line = line;
      row.record.text = text;
      row.code = code;
      row.reason = reason;
      ledger_.refuse(source, row);
    };
  }

  void read_input(const std::string& source) {
    molecules::TextInput input(molecules::open_source(source), source);
    const GraphFormat& format = graph_format(options_.format, input);
    format.read(input, {options_.edge_values}, counts_, refuse_in(source), [&](TextGraph&& graph) {
      if (options_.ego_hops > 0 && graph.node_names.empty())
        fail(
            ErrorKind::usage, source,
            "is a set of graphs, each with a label of its own; ego networks are cut out of an edge "
            "list, so leave --ego-hops out");
      graphs_.push_back(std::move(graph));
      source_of_.push_back(source);
      ledger_.report(options_);
    });
    sources_.emplace_back(source, input.sha256());
  }

  /// Nodes that only the labels name have no edges, but they are there.
  void read_labels() {
    TextGraph& graph = graphs_.front();
    if (graph.node_names.empty())
      fail(ErrorKind::usage, options_.labels,
           "a set of graphs has its labels in its own lines; leave --labels out");
    if (options_.ego_hops == 0)
      fail(ErrorKind::usage, options_.labels,
           "these labels are of nodes, and the network is stored as one graph; give --ego-hops");
    std::string sha256;
    labels_ = read_node_labels(options_.labels, refuse_in(options_.labels), sha256);
    sources_.emplace_back(options_.labels, sha256);
    const std::set<std::string> joined(graph.node_names.begin(), graph.node_names.end());
    for (const auto& [name, label] : labels_)
      if (!joined.contains(name)) graph.node_names.push_back(name);  // edges keep their numbers
    graph.node_count = static_cast<std::int32_t>(graph.node_names.size());
    isolated_ = static_cast<std::int64_t>(graph.node_names.size() - joined.size());
  }

  void open_writer() {
    std::vector<std::string> all;
    for (const auto& [name, label] : labels_) all.push_back(label);
    for (const TextGraph& graph : graphs_) all.push_back(graph.label);
    targets_.emplace(std::move(all));
    summary_.targets = targets_->names();
    tags_ = options_.node_tags;
    if (tags_ == 0)
      for (const TextGraph& graph : graphs_)
        for (const std::int64_t tag : graph.tags) tags_ = std::max(tags_, tag + 1);
    tags_ = std::max<std::int64_t>(tags_, 1);
    if (tags_ > kMostTags)
      fail(ErrorKind::usage, kWhere, "tags up to ", tags_ - 1, "; at most ", kMostTags,
           " are known. With --node-tags N larger ones become unknown");
    schema_ = graphs::network_schema(static_cast<std::int32_t>(tags_), value_names_);
    try {
      graphs::FeatureSchema::from_json(schema_.to_json());  // what no reader takes is not written
    } catch (const Error& error) {
      fail(ErrorKind::usage, kWhere, "--edge-values: ", error.what());
    }
    writer_.emplace(options_.output, schema_, summary_.targets, /*with_molecules=*/false,
                    /*with_parts=*/false, /*with_scaffolds=*/false,
                    /*with_centres=*/options_.ego_hops > 0);
  }

  graphs::Graph with_codes(TextGraph& text) {
    graphs::Graph graph;
    graph.node_columns = 1;
    graph.node_codes.assign(static_cast<std::size_t>(text.node_count), 0);
    for (std::size_t v = 0; v < text.tags.size(); ++v) {
      unknown_tags_ += text.tags[v] >= tags_;
      graph.node_codes[v] = static_cast<std::uint16_t>(std::min(text.tags[v], tags_));
    }
    graph.begin = std::move(text.begin);
    graph.end = std::move(text.end);
    graph.edge_values = std::move(text.values);
    return graph;
  }

  void store(const graphs::Graph& graph, const std::string& label, const std::string& centre) {
    store::MoleculeRecord record;
    record.id = centre;
    writer_->append(graph.view(), record, targets_->values(label));
    ++summary_.rows;
    ++summary_.stored;
  }

  void store_whole(TextGraph& text) {
    const std::string label = text.label;
    store(with_codes(text), label, "");
    ledger_.report(options_);
  }

  /// All nodes in the order of their names, those without edges last, or some drawn by chance.
  std::vector<std::int32_t> centres_of(const TextGraph& text, std::size_t network) const {
    const std::int64_t all = text.node_count;
    const std::int64_t wanted = options_.ego_count == 0 ? all : std::min(options_.ego_count, all);
    Random random({.seed = options_.seed,
                   .purpose = Purpose::ego_sample,
                   .item = static_cast<std::uint32_t>(network)});
    return choose(text.node_count, static_cast<std::int32_t>(wanted), random);
  }

  void store_egos(TextGraph& text, std::size_t network) {
    const std::vector<std::int32_t> centres = centres_of(text, network);
    const std::vector<std::string> names = std::move(text.node_names);
    const graphs::Graph graph = with_codes(text);
    const graphs::GraphView view = graph.view();
    graphs::EgoSampler sampler(view);
    const RefuseLine refuse = refuse_in(source_of_[network]);
    for (const std::int32_t centre : centres) {
      const std::string& name = names[static_cast<std::size_t>(centre)];
      const auto ego = sampler.ego(centre, options_.ego_hops, options_.ego_max_nodes);
      if (ego) {
        const auto label = labels_.find(name);
        store(*ego, label == labels_.end() ? std::string() : label->second, name);
      } else {
        ++summary_.rows;
        refuse(text.line, name, "too-large",
               "the ego network of this node has more than " +
                   std::to_string(options_.ego_max_nodes) + " nodes within " +
                   std::to_string(options_.ego_hops) + " hops");
      }
      ledger_.report(options_);
    }
  }

  store::Provenance provenance() const {
    store::Provenance provenance;
    provenance.program_version = AUFBAU_VERSION;
    provenance.sources = sources_;
    const Json used = {{"format", options_.format},
                       {"edge_values", options_.edge_values},
                       {"node_tags", tags_},
                       {"ego_hops", options_.ego_hops},
                       {"ego_count", options_.ego_count},
                       {"ego_max_nodes", options_.ego_max_nodes},
                       {"seed", options_.seed}};
    provenance.options_json = used.dump(-1, ' ', false, Json::error_handler_t::replace);
    provenance.counts_json = ledger_.counts_json();
    return provenance;
  }

  const IngestGraphsOptions& options_;
  IngestLedger ledger_;
  IngestSummary& summary_;  // the ledger's
  std::vector<std::string> value_names_;
  std::vector<TextGraph> graphs_;
  std::vector<std::string> source_of_;  ///< [graphs]
  std::map<std::string, std::string> labels_;
  std::optional<LabelTargets> targets_;
  std::int64_t tags_ = 0, unknown_tags_ = 0, isolated_ = 0;
  graphs::FeatureSchema schema_;
  std::optional<store::DatasetWriter> writer_;
  TextGraphCounts counts_;
  std::vector<std::pair<std::string, std::string>> sources_;
};

}  // namespace

IngestSummary ingest_graphs(const IngestGraphsOptions& options) {
  return NetworkIngestion(options).run();
}

}  // namespace aufbau::data
