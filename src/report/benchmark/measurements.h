#pragma once
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "aufbau.h"
#include "nn/encoder.h"
#include "report/benchmark/benchmark_data.h"
#include "tensor/ceiling.h"

namespace aufbau::report {

std::vector<BenchmarkRow> measure_machine(const BenchmarkOptions& options, BenchmarkData& data);
std::vector<BenchmarkRow> measure_training(const BenchmarkOptions& options, BenchmarkData& data);
std::vector<BenchmarkRow> measure_inference(const BenchmarkOptions& options, BenchmarkData& data);
std::vector<BenchmarkRow> measure_ingest(const BenchmarkOptions& options, BenchmarkData& data);
std::vector<BenchmarkRow> measure_transfer(const BenchmarkOptions& options, BenchmarkData& data);

/// Of a round: a mixture of five sets and a target needs two graphs of each.
inline constexpr std::int64_t kLeastMolecules = 12;

/// What is measured, and beside which ceilings.
struct Subject {
  std::string name, unit;
  double amount = 0;  ///< of `unit` times seconds, done in a round
  std::vector<std::string> ceilings;
};
/// Seconds that the same amount of work took, for real and under each ceiling of the subject.
struct Round {
  double work = 0;
  std::vector<double> ceilings;
};
/// Medians of the rates and of the ratios of each round, and the fastest rounds, which are what the
/// least disturbed moments gave.
BenchmarkRow row_of(const Subject& subject, const std::vector<Round>& rounds);
/// Rounds of work and ceilings in turns, after one that is not counted, until options.seconds have
/// gone into the work (at least three): what disturbs the machine disturbs both.
BenchmarkRow measure_in_turns(const BenchmarkOptions& options, const Subject& subject,
                              const std::function<Round()>& round);

/// Seconds that `work` takes.
double seconds_of(const std::function<void()>& work);

/// Matrix products as recorded, and the same with a row for every node; that is empty where the
/// options share no rows.
struct RecordedProducts {
  std::vector<GemmShape> shapes, plain;
  double most_operations = std::numeric_limits<double>::infinity();
};
/// What products allow where the work is done: the names of these ceilings, and the seconds of
/// each, measured now.
std::vector<std::string> product_ceilings(const BenchmarkOptions& options);
std::vector<double> product_seconds(const RecordedProducts& products, Device device);
/// Of the products themselves. Where there are more operations than that, the first ones are
/// measured and the rest is taken to be as fast.
double product_seconds(std::span<const GemmShape> shapes, double most_operations,
                       Device device = {});

/// The kinds of layer, and the objectives, that the options ask for; all: of these the table.
/// Error{usage} for an unknown one.
std::vector<std::string> chosen_encoders(const BenchmarkOptions& options);
std::vector<std::string> chosen_objectives(const BenchmarkOptions& options);
/// A fresh encoder of that kind, its sizes those of options.encoder.
std::unique_ptr<nn::Encoder> benchmark_encoder(const BenchmarkOptions& options,
                                               const std::string& kind,
                                               const data::Dataset& dataset);
/// "gin 300 x 5", where if not on the CPU, and whether nodes share rows.
std::string shown_encoder(const BenchmarkOptions& options, const std::string& kind);
/// "5,000"
std::string with_thousands(std::int64_t count);

}  // namespace aufbau::report
