#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "aufbau.h"
#include "data/dataset.h"
#include "nn/encoder.h"

namespace aufbau::report {

std::vector<BenchmarkRow> measure_training(const BenchmarkOptions& options);
std::vector<BenchmarkRow> measure_inference(const BenchmarkOptions& options);
std::vector<BenchmarkRow> measure_ingest(const BenchmarkOptions& options);

/// Seconds that the same amount of work took, for real and as its ceiling.
struct Round {
  double work = 0, ceiling = 0;
  double dense = 0;  ///< the ceiling without rows that are shared; 0: not measured
};
/// Rounds of work and ceiling in turns, after one that is not counted, until `seconds` have gone
/// into the work (at least three): what disturbs the machine disturbs both. Two rows: medians of
/// the rates of `amount` per round, with the median of each round's ratio; and the fastest round of
/// each, which is what the least disturbed moments gave. Where rounds have a dense ceiling, two
/// more compare with that, and say what the distinct rows allow.
std::vector<BenchmarkRow> measure_in_turns(const BenchmarkOptions& options, const std::string& name,
                                           const std::string& unit, const std::string& ceiling_name,
                                           double amount, const std::function<Round()>& round);

/// Seconds that `work` takes.
double seconds_of(const std::function<void()>& work);

/// Molecules of a text file of rdkit-data when it is there; else empty.
std::string sample_file();
/// The dataset at options.data, or one made in memory from the text file there, from sample_file(),
/// or from the molecules built in, whichever is first.
data::Dataset benchmark_dataset(const BenchmarkOptions& options);
/// A fresh encoder of options.encoder.
std::unique_ptr<nn::Encoder> benchmark_encoder(const BenchmarkOptions& options,
                                               const data::Dataset& dataset);
/// The first `count` rows, or all there are. Error{nothing_valid}: none.
std::vector<std::int64_t> first_rows(const data::Dataset& dataset, std::int64_t count);

}  // namespace aufbau::report
