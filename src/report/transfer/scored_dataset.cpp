#include "report/transfer/scored_dataset.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "data/stored_molecules.h"
#include "graphs/scores/draws.h"
#include "molecules/descriptors.h"
#include "report/transfer/dataset_name.h"
#include "report/transfer/scored_state.h"
#include "report/transfer/stop.h"
#include "report/transfer/task_gradient.h"
#include "train/inference.h"

namespace aufbau::report {

namespace {

using State = ScoredDataset::State;
using graphs::Matrix;

constexpr std::int64_t kGradientRows = 2048;  ///< that take part in the principal gradient

/// Fingerprints, descriptors and scaffolds of the sample, in one pass over its molecules.
void describe_molecules(State& state) {
  const std::size_t count = state.rows.size();
  const auto& table = state.dataset->molecules();
  const bool has_scaffolds = !table.scaffold.empty();
  std::vector<std::vector<std::int32_t>> bits(count), folded(count);
  state.descriptors = Matrix::Zero(static_cast<Eigen::Index>(count),
                                   static_cast<Eigen::Index>(molecules::descriptor_names().size()));
  state.scaffolds.resize(count);
  data::for_each_molecule(
      *state.dataset, state.rows, [&](std::int64_t i, const molecules::Molecule& molecule) {
        const auto at = static_cast<std::size_t>(i);
        bits[at] = molecules::morgan_bits(molecule);
        folded[at] = molecules::morgan_bits(molecule, /*radius=*/2, kFoldedBits);
        const std::vector<double> values = molecules::descriptors(molecule);
        state.descriptors.row(i) = Eigen::Map<const Eigen::RowVectorXd>(
            values.data(), static_cast<Eigen::Index>(values.size()));
        if (!has_scaffolds) state.scaffolds[at] = molecules::scaffold(molecule, /*chiral=*/true);
      });
  state.folded = Matrix::Zero(static_cast<Eigen::Index>(count), kFoldedBits);
  for (std::size_t i = 0; i < count; ++i) {
    state.fingerprints.append(bits[i]);
    for (const std::int32_t bit : folded[i]) state.folded(static_cast<Eigen::Index>(i), bit) = 1;
    if (has_scaffolds)
      state.scaffolds[i] = table.scaffold_names[static_cast<std::size_t>(
          table.scaffold[static_cast<std::size_t>(state.rows[i])])];
  }
}

void embed(State& state, const std::string& model) {
  const train::Predictor predictor = train::Predictor::load(model);
  graphs::require_same_schema(model, predictor.schema(), state.dataset->schema(),
                              state.dataset->path() + " has other features than the model reads");
  std::vector<graphs::GraphView> views;
  views.reserve(state.rows.size());
  for (const std::int64_t row : state.rows) views.push_back(state.dataset->graph(row));
  const Eigen::Index width = predictor.width();
  state.embeddings.resize(static_cast<Eigen::Index>(views.size()), width);
  Eigen::Index at = 0;
  for (const auto batch : train::inference_batches(views)) {
    const std::vector<float> values = predictor.embed(batch);
    const auto count = static_cast<Eigen::Index>(batch.size());
    using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    state.embeddings.middleRows(at, count) =
        Eigen::Map<const RowMajor>(values.data(), count, width).cast<double>();
    at += count;
  }
}

/// The labels of the dataset, and how they pull at a model. A dataset whose labels cannot be
/// learned from (none is given, or they are -1 and 1) counts as one without labels here.
void read_labels(State& state, std::uint64_t seed) {
  try {
    state.tasks = train::choose_tasks("transfer", *state.dataset, {}, "auto", /*may_mix=*/true);
  } catch (const Error& error) {
    state.no_tasks = error.what();
    return;
  }
  std::vector<std::int64_t> rows;
  const auto labels = train::labels_of(*state.dataset, *state.tasks, state.rows);
  const std::size_t tasks = state.tasks->count();
  for (std::size_t i = 0; i < state.rows.size(); ++i)
    if (std::any_of(labels.begin() + static_cast<std::ptrdiff_t>(i * tasks),
                    labels.begin() + static_cast<std::ptrdiff_t>((i + 1) * tasks),
                    [](float label) { return !std::isnan(label); }))
      rows.push_back(state.rows[i]);
  const auto chosen =
      graphs::random_rows(static_cast<std::int64_t>(rows.size()), kGradientRows,
                          graphs::score_key(seed, graphs::ScoreDraw::gradient, 0, 0));
  std::vector<std::int64_t> few;
  few.reserve(chosen.size());
  for (const std::int64_t place : chosen) few.push_back(rows[static_cast<std::size_t>(place)]);
  if (!few.empty()) state.gradient = task_gradient(*state.dataset, *state.tasks, few, seed);
}

}  // namespace

ScoredDataset::ScoredDataset(const data::Dataset& dataset, const MeasureOptions& options,
                             const RunOptions& run)
    : state_(std::make_unique<State>()) {
  State& state = *state_;
  state.dataset = &dataset;
  state.rows = graphs::random_rows(dataset.size(), options.sample,
                                   graphs::score_key(run.seed, graphs::ScoreDraw::sample, 0, 0));
  state.selection.emplace(dataset.graphs(), state.rows);
  if (run.log)
    run.log("looking at " + std::to_string(state.rows.size()) + " of " +
            std::to_string(dataset.size()) + " graphs of " + name_of(dataset));
  if (state.has_molecules()) describe_molecules(state);
  require_going_on(run);
  if (!options.model.empty()) embed(state, options.model);
  read_labels(state, run.seed);
}

ScoredDataset::ScoredDataset(ScoredDataset&&) noexcept = default;
ScoredDataset& ScoredDataset::operator=(ScoredDataset&&) noexcept = default;
ScoredDataset::~ScoredDataset() = default;

const data::Dataset& ScoredDataset::dataset() const { return *state_->dataset; }
std::span<const std::int64_t> ScoredDataset::rows() const { return state_->rows; }
const graphs::Fingerprints* ScoredDataset::fingerprints() const {
  return state_->has_molecules() ? &state_->fingerprints : nullptr;
}

graphs::ScoredSet State::set(const std::string& features) const {
  graphs::ScoredSet set;
  if (features == kEmbeddingFeatures) set.features = &embeddings;
  if (features == kFingerprintFeatures) set.features = &folded;
  if (has_molecules()) {
    set.descriptors = &descriptors;
    set.fingerprints = &fingerprints;
    set.scaffolds = scaffolds;
  }
  set.graphs = &*selection;
  if (gradient) set.gradient = &*gradient;
  return set;
}

std::unique_ptr<State> State::part(std::span<const std::int64_t> places) const {
  auto part = std::make_unique<State>();
  part->dataset = dataset;
  for (const std::int64_t place : places)
    part->rows.push_back(rows[static_cast<std::size_t>(place)]);
  part->selection.emplace(dataset->graphs(), part->rows);
  if (has_molecules()) {
    const std::vector<Eigen::Index> at(places.begin(), places.end());
    part->fingerprints = fingerprints.chosen(places);
    part->descriptors = descriptors(at, Eigen::all);
    part->folded = folded(at, Eigen::all);
    for (const std::int64_t place : places)
      part->scaffolds.push_back(scaffolds[static_cast<std::size_t>(place)]);
  }
  if (has_embeddings()) {
    const std::vector<Eigen::Index> at(places.begin(), places.end());
    part->embeddings = embeddings(at, Eigen::all);
  }
  part->tasks = tasks;
  part->no_tasks = no_tasks;
  return part;
}

}  // namespace aufbau::report
