#pragma once
#include <string>
#include <utility>
#include <vector>

#include "data/dataset.h"
#include "nn/encoder.h"
#include "objectives/objective.h"

namespace aufbau::objectives {

/// Eight small molecules written out, with three targets: is there an oxygen (0/1, two missing), is
/// there a ring (0/1), and the number of heavy atoms (one missing). Chains and rings take turns.
/// Every atom has another one two bonds away. The first atom is the centre, for the read-out that
/// wants one.
data::Dataset toy_molecules();

/// Eight molecules of four or five atoms in which no element stands twice, so that what the encoder
/// sees of two atoms says whether there is a bond between them.
data::Dataset toy_mixtures();

/// A graph of carbons in a chain.
graphs::Graph chain(std::int32_t length);

/// A dataset without targets of the given graphs.
data::Dataset dataset_of(const std::vector<graphs::Graph>& graphs);

/// What fits the toy molecules: two gin layers of width 24, contexts from two to three bonds, the
/// three targets. A row for every node, so that tests can look into batches.
ObjectiveConfig toy_config(DType dtype = DType::f64);

/// The row numbers 0, 1, ... of a dataset.
std::vector<std::int64_t> all_rows(const data::Dataset& dataset);

/// An encoder, an objective and one optimiser over both: what training is made of, as plain as it
/// gets.
class ToyTraining {
 public:
  ToyTraining(const std::string& objective, const ObjectiveConfig& config);
  /// One Adam step (Kingma and Ba 2015) on the prepared batch; the loss before it.
  LossResult step(const Prepared& prepared, double learning_rate);
  /// Loss and gradients, no step.
  LossResult gradients(const Prepared& prepared);

  nn::Encoder& encoder() { return *encoder_; }
  Objective& objective() { return *objective_; }
  /// Of the encoder under `gnn.`, then of the objective.
  const nn::Parameters& parameters() const { return parameters_; }

 private:
  std::unique_ptr<nn::Encoder> encoder_;
  std::unique_ptr<Objective> objective_;
  nn::Parameters parameters_;
  std::vector<std::vector<double>> first_moment_, second_moment_;
  int steps_ = 0;
};

}  // namespace aufbau::objectives
