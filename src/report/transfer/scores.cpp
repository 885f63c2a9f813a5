#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/choose.h"
#include "core/error.h"
#include "core/parallel.h"
#include "graphs/scores/draws.h"
#include "graphs/scores/transfer_scores.h"
#include "report/transfer/dataset_name.h"
#include "report/transfer/scored_state.h"
#include "report/transfer/stop.h"

namespace aufbau::report {

namespace {

using State = ScoredDataset::State;
using graphs::Matrix;
using graphs::TransferScore;

constexpr std::int64_t kMostLabelledRows = 2000;  ///< of scores that look at labels
constexpr std::size_t kMostLabels = 32;           ///< that such a score is the mean over

/// The sample cut in two by chance: what a score says of two sets of the same kind.
struct Halves {
  std::unique_ptr<State> first, second;
};

Halves halves_of(const State& state, std::uint64_t seed) {
  const auto count = static_cast<std::int32_t>(state.rows.size());
  Random random(graphs::score_key(seed, graphs::ScoreDraw::halves, 0, 0));
  const std::vector<std::int32_t> chosen = choose(count, count / 2, random);
  std::vector<std::int64_t> first(chosen.begin(), chosen.end()), second;
  for (std::int64_t place = 0, next = 0; place < count; ++place) {
    if (next < static_cast<std::int64_t>(first.size()) &&
        first[static_cast<std::size_t>(next)] == place)
      ++next;
    else
      second.push_back(place);
  }
  return {state.part(first), state.part(second)};
}

/// What happened when a score was asked for: a number, or why there is none.
struct Answer {
  double value = kUnknown;
  std::string missing;
};

template <class Ask>
Answer answer_of(const Ask& ask) {
  try {
    const double value = ask();
    if (std::isfinite(value)) return {value, ""};
    return {kUnknown, "it is not a finite number"};
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::internal || error.kind() == ErrorKind::resource) throw;
    return {kUnknown, error.what()};
  }
}

bool needs_features(const TransferScore& score) {
  return ((score.source_needs | score.target_needs) & graphs::kNeedsFeatures) != 0;
}

/// A score of the target alone is about its labels.
bool is_of_target_alone(const TransferScore& score) {
  return score.source_needs == graphs::kNeedsNothing;
}

/// What the features of a score are made of; one empty text for a score without features.
std::vector<std::string> features_of(const TransferScore& score, const State& target) {
  if (!needs_features(score)) return {""};
  std::vector<std::string> features;
  if (target.has_molecules()) features.emplace_back(kFingerprintFeatures);
  if (target.has_embeddings()) features.emplace_back(kEmbeddingFeatures);
  return features;
}

/// Colours of nodes that trees are compared by: the codes of the first node column where both sets
/// have the same features, else one colour for all, so that structure alone is compared.
graphs::NodeClasses node_classes(const graphs::FeatureSchema& source,
                                 const graphs::FeatureSchema& target) {
  graphs::NodeClasses classes;
  const std::int32_t codes =
      std::max(source.node.front().cardinality, target.node.front().cardinality);
  classes.class_of_code.resize(static_cast<std::size_t>(codes), 0);
  if (source == target) {
    classes.class_count = codes;
    std::iota(classes.class_of_code.begin(), classes.class_of_code.end(), 0);
  }
  return classes;
}

class Measurement {
 public:
  Measurement(std::span<const ScoredDataset> sources, const State& target,
              const MeasureOptions& options, const RunOptions& run)
      : sources_(sources), target_(target), options_(options), run_(run), memos_(sources.size()) {
    score_options_.seed = run.seed;
    score_options_.graphon = {.resolution = options.resolution, .clusters = options.parts};
    if (target_.rows.size() >= 2) halves_ = halves_of(target_, run.seed);
  }

  std::vector<TransferScoreValue> run() {
    for (const TransferScore* score : chosen()) {
      require_going_on(run_);
      const std::vector<std::string> features = features_of(*score, target_);
      if (features.empty() && is_asked_for())
        add(*score, "", "", "", {kUnknown, "it needs molecules, or --model for graphs without"});
      for (const std::string& of : features)
        if (is_of_target_alone(*score))
          measure_target(*score, of);
        else
          measure_pairs(*score, of);
    }
    return std::move(values_);
  }

 private:
  bool is_asked_for() const { return !options_.scores.empty(); }

  std::vector<const TransferScore*> chosen() const {
    std::vector<bool> is_chosen(graphs::transfer_scores().size(), !is_asked_for());
    for (const std::string& name : options_.scores)
      is_chosen[static_cast<std::size_t>(&graphs::transfer_score_by_name(name) -
                                         graphs::transfer_scores().data())] = true;
    std::vector<const TransferScore*> scores;
    for (std::size_t i = 0; i < is_chosen.size(); ++i)
      if (is_chosen[i]) scores.push_back(&graphs::transfer_scores()[i]);
    return scores;
  }

  void add(const TransferScore& score, const std::string& source, const std::string& features,
           const std::string& label, const Answer& answer, double itself = kUnknown) {
    values_.push_back({.score = score.name,
                       .source = source,
                       .features = features,
                       .target = label,
                       .higher_is_closer = score.higher_is_closer,
                       .value = answer.value,
                       .itself = itself,
                       .missing = answer.missing});
  }

  double pair(const TransferScore& score, const State& source, const State& target,
              const std::string& features, graphs::PairMemo& memo) {
    graphs::ScoreOptions options = score_options_;
    options.memo = &memo;
    options.tree_movers.classes = node_classes(source.dataset->schema(), target.dataset->schema());
    return graphs::transfer_score(score, source.set(features), target.set(features), options);
  }

  void measure_pairs(const TransferScore& score, const std::string& features) {
    const bool target_has = graphs::has_needs(target_.set(features), score.target_needs);
    if (!target_has && !is_asked_for()) return;
    double itself = kUnknown;
    if (halves_.first && graphs::has_needs(halves_.first->set(features), score.source_needs))
      itself = answer_of([&] {
                 return pair(score, *halves_.first, *halves_.second, features, memo_of_halves_);
               }).value;
    for (std::size_t s = 0; s < sources_.size(); ++s) {
      const State& state = sources_[s].state();
      if (!graphs::has_needs(state.set(features), score.source_needs) && !is_asked_for()) continue;
      add(score, name_of(*state.dataset), features, "",
          answer_of([&] { return pair(score, state, target_, features, memos_[s]); }), itself);
    }
  }

  /// The mean over the labels that the score is made for.
  void measure_target(const TransferScore& score, const std::string& features) {
    const bool of_classes = (score.target_needs & graphs::kNeedsLabels) != 0;
    std::vector<std::size_t> tasks;
    if (target_.tasks)
      for (std::size_t t = 0; t < target_.tasks->count(); ++t)
        if ((target_.tasks->types[t] == "classification") == of_classes) tasks.push_back(t);
    if (tasks.empty()) {
      if (is_asked_for())
        add(score, "", features, "",
            {kUnknown, target_.tasks ? std::string("no label of the target is ") +
                                           (of_classes ? "a class" : "a number to predict")
                                     : target_.no_tasks});
      return;
    }
    const std::size_t all = tasks.size(), used = std::min(all, kMostLabels);
    std::vector<Answer> answers(used);
    parallel_blocks(static_cast<std::int64_t>(used), 1, [&](std::int64_t begin, std::int64_t) {
      const auto at = static_cast<std::size_t>(begin);
      answers[at] = of_label(score, features, tasks[at * all / used]);
    });
    Answer mean{0, ""};
    std::size_t known = 0;
    for (const Answer& answer : answers) {
      if (!answer.missing.empty()) {
        mean.missing = answer.missing;
        continue;
      }
      mean.value += answer.value;
      ++known;
    }
    if (known > 0)
      mean = {mean.value / static_cast<double>(known), ""};
    else
      mean.value = kUnknown;
    const std::string label =
        all == 1 ? target_.tasks->names[tasks[0]]
                 : "mean of " + std::to_string(known) +
                       (known < all ? " of " + std::to_string(all) : std::string()) + " labels";
    add(score, "", features, label, mean);
  }

  Answer of_label(const TransferScore& score, const std::string& features, std::size_t task) {
    return answer_of([&] {
      const State& target = target_;
      const std::int64_t column = target.tasks->columns[task];
      std::vector<Eigen::Index> labelled;
      for (std::size_t i = 0; i < target.rows.size(); ++i)
        if (!std::isnan(target.dataset->target(target.rows[i], column)))
          labelled.push_back(static_cast<Eigen::Index>(i));
      std::vector<Eigen::Index> places;
      for (const std::int64_t place : graphs::random_rows(
               static_cast<std::int64_t>(labelled.size()), kMostLabelledRows,
               graphs::score_key(run_.seed, graphs::ScoreDraw::subsample, column, 1)))
        places.push_back(labelled[static_cast<std::size_t>(place)]);

      const graphs::ScoredSet all = target.set(features);
      const Matrix rows = (*all.features)(places, Eigen::all);
      graphs::Vector property(static_cast<Eigen::Index>(places.size()));
      std::vector<std::int32_t> labels;
      for (std::size_t i = 0; i < places.size(); ++i) {
        const float value =
            target.dataset->target(target.rows[static_cast<std::size_t>(places[i])], column);
        property[static_cast<Eigen::Index>(i)] = value;
        labels.push_back(value > 0.5F ? 1 : 0);
      }
      graphs::ScoredSet set;
      set.features = &rows;
      if ((score.target_needs & graphs::kNeedsLabels) != 0) {
        set.labels = labels;
      } else {
        standardise(property);
        set.property = &property;
      }
      return graphs::transfer_score(score, {}, set, score_options_);
    });
  }

  /// To mean 0 and deviation 1, so that labels in any unit can be averaged over.
  static void standardise(graphs::Vector& values) {
    if (values.size() == 0) return;
    values.array() -= values.mean();
    const double deviation = std::sqrt(values.squaredNorm() / static_cast<double>(values.size()));
    if (deviation > 0) values /= deviation;
  }

  std::span<const ScoredDataset> sources_;
  const State& target_;
  const MeasureOptions& options_;
  const RunOptions& run_;
  graphs::ScoreOptions score_options_;
  Halves halves_;
  std::vector<graphs::PairMemo> memos_;  ///< of each source and the target
  graphs::PairMemo memo_of_halves_;
  std::vector<TransferScoreValue> values_;
};

}  // namespace

std::vector<TransferScoreValue> measure_scores(std::span<const ScoredDataset> sources,
                                               const ScoredDataset& target,
                                               const MeasureOptions& options,
                                               const RunOptions& run) {
  return Measurement(sources, target.state(), options, run).run();
}

}  // namespace aufbau::report
