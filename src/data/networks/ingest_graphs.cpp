#include "data/networks/ingest_graphs.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <set>

#include "core/error.h"
#include "core/random.h"
#include "data/networks/graph_labels.h"
#include "data/networks/text_graph.h"
#include "data/reject_file.h"
#include "graphs/ego.h"
#include "molecules/molecule.h"
#include "store/dataset_file.h"

namespace aufbau::data {

namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr const char* kWhere = "ingest";
constexpr std::int64_t kMostTags = 60000;  // codes are stored in 16 bits

// One call of ingest_graphs().
class NetworkIngestion {
 public:
  explicit NetworkIngestion(const IngestGraphsOptions& options)
      : options_(options), start_(Clock::now()) {
    if (options.inputs.empty()) fail(ErrorKind::usage, kWhere, "no input is named");
    if (options.output.empty()) fail(ErrorKind::usage, kWhere, "no output is named");
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
    std::error_code ignored;
    if (!options.force && std::filesystem::exists(options.output, ignored))
      fail(ErrorKind::usage, options.output, "is there already; use --force to overwrite it");
    summary_.dataset = options.output;
    summary_.rejects = rejects_path(options.output);
    rejects_.emplace(summary_.rejects);
  }

  IngestSummary run() {
    for (const std::string& input : options_.inputs) read_input(input);
    if (!options_.labels.empty()) read_labels();
    open_writer();
    for (std::size_t i = 0; i < graphs_.size(); ++i) {
      options_.ego_hops > 0 ? store_egos(graphs_[i], i) : store_whole(graphs_[i]);
      graphs_[i] = {};
    }
    finish_counts();
    rejects_->commit();
    if (summary_.stored == 0)
      fail(ErrorKind::nothing_valid, kWhere, "none of ", summary_.rows,
           " graphs could be used, see ", summary_.rejects);
    writer_->finish(provenance());
    summary_.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    return summary_;
  }

 private:
  RefuseLine refuse_in(const std::string& source) {
    return [this, source](std::int64_t line, const std::string& text, const std::string& code,
                          const std::string& reason) {
      IngestedRow row;
      row.record.line = line;
      row.record.text = text;
      row.code = code;
      row.reason = reason;
      ++summary_.rejected;
      ++rejected_[code];
      rejects_->add(source, row);
    };
  }

  void read_input(const std::string& source) {
    molecules::TextInput input(molecules::open_source(source), source);
    const GraphFormat& format = graph_format(options_.format, input);
    format.read(input, {options_.edge_values}, counts_, refuse_in(source), [&](TextGraph&& graph) {
      graphs_.push_back(std::move(graph));
      source_of_.push_back(source);
      check_stop();
    });
    sources_.emplace_back(source, input.sha256());
  }

  /// Nodes that only the labels name have no edges, but they are there.
  void read_labels() {
    TextGraph& graph = graphs_.front();
    if (graph.node_names.empty() || graphs_.size() > 1)
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
    check_stop();
  }

  /// Of all nodes in the order of their names, or of some drawn by chance.
  std::vector<std::int32_t> centres_of(const TextGraph& text, std::size_t network) const {
    std::vector<std::int32_t> nodes(static_cast<std::size_t>(text.node_count));
    std::iota(nodes.begin(), nodes.end(), 0);
    const auto wanted = static_cast<std::size_t>(options_.ego_count);
    if (wanted == 0 || wanted >= nodes.size()) return nodes;
    Random random({.seed = options_.seed,
                   .purpose = Purpose::ego_sample,
                   .item = static_cast<std::uint32_t>(network)});
    for (std::size_t i = 0; i < wanted; ++i)
      std::swap(nodes[i], nodes[i + random.below(nodes.size() - i)]);
    nodes.resize(wanted);
    std::sort(nodes.begin(), nodes.end());
    return nodes;
  }

  void store_egos(TextGraph& text, std::size_t network) {
    const std::vector<std::int32_t> centres = centres_of(text, network);
    const std::vector<std::string> names = text.node_names;
    const graphs::Graph graph = with_codes(text);
    const graphs::GraphView view = graph.view();
    graphs::EgoSampler sampler(view);
    const RefuseLine refuse = refuse_in(source_of_[network]);
    for (const std::int32_t centre : centres) {
      const std::string name =
          names.empty() ? std::to_string(centre) : names[static_cast<std::size_t>(centre)];
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
      check_stop();
    }
  }

  // About twice a second; also the place where a request to stop is heard.
  void check_stop() {
    constexpr auto kEvery = std::chrono::milliseconds(500);
    if (Clock::now() < next_report_) return;
    next_report_ = Clock::now() + kEvery;
    if (options_.should_stop && options_.should_stop())
      fail(ErrorKind::interrupted, kWhere, "stopped after ", summary_.rows,
           " graphs; nothing was written");
    if (!options_.progress) return;
    Progress progress;
    progress.stage = kWhere;
    progress.unit = "graphs";
    progress.done = static_cast<double>(summary_.rows);
    progress.rate = progress.done /
                    std::max(std::chrono::duration<double>(Clock::now() - start_).count(), 1e-9);
    options_.progress(progress);
  }

  void finish_counts() {
    for (const molecules::RejectCode& entry : molecules::kRejectCodes)
      if (const auto found = rejected_.find(entry.code); found != rejected_.end())
        summary_.rejected_by_code.emplace_back(*found);
    const std::pair<const char*, std::int64_t> decisions[] = {
        {"header lines", counts_.header_lines},
        {"self loops left out", counts_.self_loops},
        {"repeated edges left out", counts_.repeated_edges},
        {"columns left out", counts_.columns_left_out},
        {"unknown tags", unknown_tags_},
        {"nodes that only the labels name", isolated_}};
    for (const auto& [name, count] : decisions)
      if (count > 0) summary_.decisions.emplace_back(name, count);
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
    Json counts = {
        {"rows", summary_.rows}, {"stored", summary_.stored}, {"rejected", summary_.rejected}};
    for (const auto& [code, count] : summary_.rejected_by_code) counts["rejected_" + code] = count;
    for (const auto& [decision, count] : summary_.decisions) counts[decision] = count;
    provenance.options_json = used.dump(-1, ' ', false, Json::error_handler_t::replace);
    provenance.counts_json = counts.dump();
    return provenance;
  }

  const IngestGraphsOptions& options_;
  Clock::time_point start_, next_report_{};
  IngestSummary summary_;
  std::vector<std::string> value_names_;
  std::vector<TextGraph> graphs_;
  std::vector<std::string> source_of_;  ///< [graphs]
  std::map<std::string, std::string> labels_;
  std::optional<LabelTargets> targets_;
  std::int64_t tags_ = 0, unknown_tags_ = 0, isolated_ = 0;
  graphs::FeatureSchema schema_;
  std::optional<RejectFile> rejects_;
  std::optional<store::DatasetWriter> writer_;
  TextGraphCounts counts_;
  std::map<std::string, std::int64_t> rejected_;
  std::vector<std::pair<std::string, std::string>> sources_;
};

}  // namespace

IngestSummary ingest_graphs(const IngestGraphsOptions& options) {
  return NetworkIngestion(options).run();
}

}  // namespace aufbau::data
