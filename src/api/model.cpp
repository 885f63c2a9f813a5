#include <algorithm>
#include <map>
#include <mutex>
#include <span>
#include <variant>

#include "api/guard.h"
#include "aufbau.h"
#include "molecules/molecule.h"
#include "train/inference.h"

namespace aufbau {

struct Model::State {
  explicit State(nn::ModelFile read) : file(std::move(read)), predictor(file) {}

  /// The predictor on a device; the first call for one copies the model there.
  const train::Predictor& on(Device device) {
    if (device == Device{}) return predictor;
    const std::lock_guard lock(mutex);
    const std::string name = name_of(device);
    const auto found = elsewhere.find(name);
    if (found != elsewhere.end()) return found->second;
    train::Predictor fresh(file);
    fresh.move_to(device);
    return elsewhere.emplace(name, std::move(fresh)).first->second;
  }

  nn::ModelFile file;
  train::Predictor predictor;  // on the CPU
  std::mutex mutex;
  std::map<std::string, train::Predictor> elsewhere;
};

namespace {

/// Molecules that are parsed and answered at a time: memory does not grow with the length of the
/// list.
constexpr std::size_t kChunk = 4096;
constexpr std::int64_t kParseBlock = 64;

/// Graphs of the molecules that are fine, and which row each belongs to; the other rows get their
/// reason.
struct Chunk {
  std::vector<graphs::Graph> graphs;
  std::vector<std::size_t> rows;
};

Chunk parse_chunk(const graphs::FeatureSchema& schema, std::span<Row> rows) {
  std::vector<graphs::Graph> made(rows.size());
  parallel_blocks(
      static_cast<std::int64_t>(rows.size()), kParseBlock,
      [&](std::int64_t begin, std::int64_t end) {
        molecules::Decisions decisions;
        for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
          const auto refuse = [&](const molecules::Refusal& refusal) {
            rows[i].code = refusal.code;
            rows[i].error = refusal.reason;
          };
          auto parsed = molecules::parse_smiles(rows[i].smiles);
          if (const auto* refusal = std::get_if<molecules::Refusal>(&parsed)) {
            refuse(*refusal);
            continue;
          }
          auto featurised =
              molecules::featurise(std::get<molecules::Molecule>(parsed), schema, decisions);
          if (const auto* refusal = std::get_if<molecules::Refusal>(&featurised)) {
            refuse(*refusal);
          } else {
            made[i] = std::move(std::get<graphs::Graph>(featurised));
          }
        }
      });
  Chunk chunk;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].ok()) {
      chunk.graphs.push_back(std::move(made[i]));
      chunk.rows.push_back(i);
    }
  return chunk;
}

/// One row per SMILES, in order. `answer` maps graphs to `width` numbers each, row-major.
template <class Answer>
std::vector<Row> answer_rows(const graphs::FeatureSchema& schema,
                             const std::vector<std::string>& smiles, std::size_t width,
                             const RunOptions& options, const Answer& answer) {
  std::vector<Row> rows(smiles.size());
  for (std::size_t i = 0; i < smiles.size(); ++i) rows[i].smiles = smiles[i];
  for (std::size_t begin = 0; begin < rows.size(); begin += kChunk) {
    if (options.should_stop && options.should_stop())
      fail(ErrorKind::interrupted, "model", "stopped on request after ", begin, " rows");
    const auto part = std::span(rows).subspan(begin, std::min(kChunk, rows.size() - begin));
    const Chunk chunk = parse_chunk(schema, part);
    std::vector<graphs::GraphView> views;
    for (const auto& graph : chunk.graphs) views.push_back(graph.view());
    const auto values = answer(views);
    for (std::size_t g = 0; g < chunk.rows.size(); ++g) {
      const auto first = values.begin() + static_cast<std::ptrdiff_t>(g * width);
      part[chunk.rows[g]].values.assign(first, first + static_cast<std::ptrdiff_t>(width));
    }
  }
  return rows;
}

}  // namespace

Model::Model(std::unique_ptr<State> state) : state_(std::move(state)) {}
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;
Model::~Model() = default;

Model Model::load(const std::string& path) {
  return api::translated("model",
                         [&] { return Model(std::make_unique<State>(nn::read_model(path))); });
}

const std::vector<std::string>& Model::task_names() const { return state_->predictor.task_names(); }

int Model::width() const { return state_->predictor.width(); }

std::vector<Row> Model::predict(const std::vector<std::string>& smiles,
                                const RunOptions& options) const {
  return api::guarded("model", options, [&] {
    const train::Predictor& predictor = state_->on(parse_device(options.device));
    return answer_rows(predictor.schema(), smiles, task_names().size(), options,
                       [&](std::span<const graphs::GraphView> graphs) {
                         return predictor.predict(graphs, options.compaction);
                       });
  });
}

std::vector<Row> Model::embed(const std::vector<std::string>& smiles,
                              const RunOptions& options) const {
  return api::guarded("model", options, [&] {
    const train::Predictor& predictor = state_->on(parse_device(options.device));
    return answer_rows(predictor.schema(), smiles, static_cast<std::size_t>(width()), options,
                       [&](std::span<const graphs::GraphView> graphs) {
                         return predictor.embed(graphs, "", options.compaction);
                       });
  });
}

}  // namespace aufbau
