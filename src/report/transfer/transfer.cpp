#include "report/transfer/transfer.h"

#include <chrono>
#include <cmath>
#include <filesystem>
#include <set>

#include "core/error.h"
#include "graphs/graphon/scale.h"
#include "graphs/scores/transfer_scores.h"
#include "report/transfer/dataset_name.h"
#include "report/transfer/feasibility.h"
#include "report/transfer/graphon_file.h"
#include "report/transfer/molecule_neighbours.h"
#include "report/transfer/page/report_html.h"
#include "report/transfer/report_json.h"
#include "report/transfer/scored_dataset.h"
#include "report/transfer/stop.h"
#include "report/transfer/study/probe.h"
#include "report/transfer/study/study_file.h"
#include "report/transfer/verdict.h"
#include "report/words.h"
#include "store/atomic_file.h"
#include "train/inference.h"

namespace aufbau::report {

namespace {

namespace fs = std::filesystem;

constexpr const char* kWhere = "transfer";
constexpr const char* kFiles[] = {"report.json", "report.html", "graphons.h5"};
/// Fewer graphs than this in a target leave intervals wide and tests weak.
constexpr std::int64_t kFewGraphs = 100;

template <class T>
void require_between(const char* where, const char* option, T value, T least, T most) {
  if (!(value >= least && value <= most))
    fail(ErrorKind::usage, where, "--", option, " is ", value, "; expected ", least, " to ", most);
}

class TransferRun {
 public:
  explicit TransferRun(const TransferOptions& options) : options_(options) {}

  TransferReport run() {
    check();
    sources_ = open_datasets(kWhere, "source", options_.sources);
    targets_ = open_datasets(kWhere, "target", options_.targets);
    settings_ = graphon_settings(options_.measure, options_.seed, sources_, targets_);
    report_.version = AUFBAU_VERSION;
    report_.seed = options_.seed;
    report_.measure = options_.measure;
    if (study_) report_.study = study_->hash;
    look_at_sources();
    fit_bases();
    std::vector<std::vector<ProbeGain>> gains;
    if (options_.probe) gains = probe();
    for (std::size_t t = 0; t < targets_.size(); ++t) {
      step("target " + std::to_string(t + 1) + "/" + std::to_string(targets_.size()), t);
      report_.targets.push_back(
          measure(targets_[t], gains.empty() ? std::vector<ProbeGain>{} : gains[t]));
    }
    write();
    return std::move(report_);
  }

 private:
  void check() {
    if (options_.sources.empty() || options_.targets.empty())
      fail(ErrorKind::usage, kWhere, "give at least one --source and one --target dataset");
    if (options_.output.empty())
      fail(ErrorKind::usage, kWhere, "give a folder for the report with --output");
    check_measure(kWhere, options_.measure);
    for (const char* name : kFiles)
      if (const fs::path path = fs::path(options_.output) / name;
          fs::exists(path) && !options_.force)
        fail(ErrorKind::usage, path.string(),
             "is there already; use --force to overwrite it, or another folder");
    if (!options_.measure.model.empty()) train::Predictor::load(options_.measure.model);
    if (!options_.study.empty()) study_ = read_study(options_.study);
  }

  /// Says what is being done; throws when that is to stop.
  void step(const std::string& what, std::size_t done) {
    require_going_on(options_);
    if (!options_.progress) return;
    Progress progress;
    progress.stage = what;
    progress.done = static_cast<double>(done);
    progress.total = static_cast<double>(targets_.size());
    progress.unit = "targets";
    progress.line = true;
    options_.progress(progress);
  }

  void log(const std::string& text) const {
    if (options_.log) options_.log(text);
  }

  TransferSet describe(const data::Dataset& dataset, std::size_t sampled) const {
    const graphs::GraphScale scale = graphs::graph_scale(dataset.graphs());
    return {.name = name_of(dataset),
            .path = dataset.path(),
            .hash = dataset.hash(),
            .graphs = dataset.size(),
            .sampled = static_cast<std::int64_t>(sampled),
            .molecules = !dataset.molecules().smiles.empty(),
            .schema = dataset.schema().name,
            .mean_nodes = scale.mean_nodes,
            .deviation_nodes = scale.std_nodes,
            .mean_degree = scale.mean_degree,
            .deviation_degree = scale.std_degree};
  }

  void look_at_sources() {
    for (const data::Dataset& source : sources_) {
      step("source " + name_of(source), 0);
      scored_.emplace_back(source, options_.measure, options_);
      if (source.size() >= 2 && settings_.has_samples())
        wholes_.push_back(fit_whole(source, settings_));
      report_.sources.push_back(describe(source, scored_.back().rows().size()));
    }
  }

  void fit_bases() {
    for (const std::string& name : options_.measure.bases) {
      step("basis " + name, 0);
      bases_.push_back(fit_basis(name, options_.measure.parts, sources_, settings_, wholes_));
      const FittedBasis& basis = bases_.back();
      TransferBasis shown{basis.name, {}, basis.missing};
      for (const FittedGraphs& part : basis.parts)
        shown.parts.push_back({part.name, part.graph_count, cells_of(part.graphon)});
      if (!basis.missing.empty()) log("no basis " + name + ": " + basis.missing);
      report_.bases.push_back(std::move(shown));
    }
  }

  std::vector<std::vector<ProbeGain>> probe() {
    step("probe", 0);
    const ProbeInputs inputs{.sources = options_.sources,
                             .targets = options_.targets,
                             .options = *options_.probe,
                             .output = (fs::path(options_.output) / "probe").string()};
    if (options_.force) clear_probe(inputs);
    return measure_gains(inputs, options_);
  }

  TransferTarget measure(const data::Dataset& dataset, std::vector<ProbeGain> gains) {
    using Clock = std::chrono::steady_clock;
    const FittedBasis fitted = fit_whole(dataset, settings_);
    const ScoredDataset scored(dataset, options_.measure, options_);
    TransferTarget target;
    target.set = describe(dataset, scored.rows().size());
    target.graphon = cells_of(fitted.parts.front().graphon);
    const auto began = Clock::now();
    for (const FittedBasis& basis : bases_)
      if (basis.missing.empty())
        target.fits.push_back(nearest_mixture(basis, fitted, options_.measure, settings_));
    for (const FittedBasis& source : wholes_)
      target.tests.push_back(test_source(source, fitted, options_.measure, settings_));
    const auto fits_end = Clock::now();
    target.scores = measure_scores(scored_, scored, options_.measure, options_);
    MoleculeNeighbours neighbours = molecule_neighbours(scored_, scored);
    target.nearest = std::move(neighbours.nearest);
    target.farthest = std::move(neighbours.farthest);
    target.coverage = std::move(neighbours.coverage);
    const auto in_seconds = [](auto span) {
      return formatted(std::chrono::duration<double>(span).count(), "%.2f s");
    };
    log(target.set.name + ": mixtures with their intervals and tests " +
        in_seconds(fits_end - began) + ", scores " + in_seconds(Clock::now() - fits_end));
    target.probe = std::move(gains);
    target.notes = notes_of(target);
    target.verdict = verdict_of(target, study_ ? &*study_ : nullptr);
    return target;
  }

  /// What the sizes and the data do not allow to conclude.
  std::vector<std::string> notes_of(const TransferTarget& target) const {
    std::vector<std::string> notes;
    if (target.set.graphs < kFewGraphs)
      notes.push_back("The target has " + std::to_string(target.set.graphs) +
                      " graphs: intervals are wide, and a test that finds nothing says little.");
    for (const TransferFit& fit : target.fits)
      if (fit.low <= 0 && fit.high >= 0)
        notes.push_back("Basis " + fit.basis +
                        ": the interval holds 0; so few graphs cannot tell the target from the "
                        "nearest mixture.");
    for (const TransferTest& test : target.tests)
      if (test.p_value > 0.05)
        notes.push_back("The target may be drawn from " + test.source +
                        ": the permutation test does not tell them apart.");
    for (const TransferSet& source : report_.sources)
      if (source.schema != target.set.schema)
        notes.push_back(source.name + " has other features (" + source.schema +
                        ") than the target (" + target.set.schema +
                        "): structure is compared, but a model cannot be moved between them.");
    if (study_ && !is_same_measure(study_->measure, options_.measure))
      notes.push_back("Scores were measured with other options than in the study (" +
                      study_->hash.substr(0, 12) + "), so what it found need not hold for them.");
    if (!settings_.has_samples())
      notes.push_back("The estimator " + options_.measure.estimator +
                      " has no intervals and no tests; relative-rank has.");
    return notes;
  }

  /// As far as scores depend on it.
  static bool is_same_measure(const MeasureOptions& a, const MeasureOptions& b) {
    return a.parts == b.parts && a.resolution == b.resolution && a.sample == b.sample &&
           fs::path(a.model).filename() == fs::path(b.model).filename();
  }

  void write() const {
    fs::create_directories(options_.output);
    const auto file = [&](const char* name) { return (fs::path(options_.output) / name).string(); };
    write_graphons(file("graphons.h5"), report_);
    store::write_file(file("report.html"), report_html(report_));
    store::write_file(file("report.json"), report_json(report_) + "\n");
  }

  const TransferOptions& options_;
  std::optional<TransferStudy> study_;
  std::vector<data::Dataset> sources_, targets_;
  GraphonSettings settings_;
  std::vector<FittedBasis> bases_, wholes_;
  std::vector<ScoredDataset> scored_;
  TransferReport report_;
};

}  // namespace

TransferReport transfer(const TransferOptions& options) { return TransferRun(options).run(); }

void check_measure(const std::string& where, const MeasureOptions& options) {
  const char* at = where.c_str();
  if (options.bases.empty()) fail(ErrorKind::usage, where, "name at least one basis");
  for (const std::string& basis : options.bases) basis_by_name(basis);
  for (const std::string& score : options.scores) graphs::transfer_score_by_name(score);
  require_between(at, "parts", options.parts, 1, 1000);
  require_between(at, "resolution", options.resolution, 2, 64);
  require_between(at, "node-types", options.node_types, 0, 32);
  require_between(at, "bootstrap", options.bootstrap, 0, 1000000);
  require_between(at, "permutations", options.permutations, 0, 1000000);
  require_between(at, "level", options.level, 0.5, 0.9999);
  require_between<std::int64_t>(at, "sample", options.sample, 2, 10000000);
}

std::vector<data::Dataset> open_datasets(const std::string& where, const std::string& what,
                                         const std::vector<std::string>& paths) {
  std::vector<data::Dataset> datasets;
  std::set<std::string> names;
  for (const std::string& path : paths) {
    datasets.push_back(data::Dataset::open(path));
    if (!names.insert(name_of(datasets.back())).second)
      fail(ErrorKind::usage, where, "two ", what, "s are called '", name_of(datasets.back()),
           "', and a report could not tell them apart; rename the file ", path);
  }
  return datasets;
}

}  // namespace aufbau::report
