#include "report/benchmark/measurements.h"

#include <algorithm>
#include <chrono>

#include "core/error.h"
#include "core/parallel.h"
#include "core/text.h"
#include "objectives/objective.h"
#include "tensor/backend.h"

namespace aufbau::report {
namespace {

constexpr const char* kWhere = "benchmark";
constexpr std::size_t kLeastRounds = 3;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// Median and fastest of what took these seconds.
struct Rates {
  double median = 0, best = 0;
};
Rates rates_of(double amount, const std::vector<double>& seconds) {
  std::vector<double> rates;
  rates.reserve(seconds.size());
  for (const double of_round : seconds) rates.push_back(amount / of_round);
  return {median(rates), *std::max_element(rates.begin(), rates.end())};
}

double operations_of(std::span<const GemmShape> shapes) {
  double sum = 0;
  for (const GemmShape& s : shapes)
    sum += 2.0 * static_cast<double>(s.m) * static_cast<double>(s.n) * static_cast<double>(s.k);
  return sum;
}

template <class Table>
std::vector<std::string> chosen_names(const std::string& what,
                                      const std::vector<std::string>& chosen, const Table& table) {
  std::vector<std::string> known;
  for (const auto& entry : table) known.emplace_back(entry.name);
  std::vector<std::string> names;
  for (const std::string& name : chosen)
    if (name == "all") {
      names.insert(names.end(), known.begin(), known.end());
    } else if (std::find(known.begin(), known.end(), name) != known.end()) {
      names.push_back(name);
    } else {
      known.emplace_back("all");
      fail_unknown_name(kWhere, what, name, known);
    }
  return names;
}

}  // namespace

BenchmarkRow row_of(const Subject& subject, const std::vector<Round>& rounds) {
  std::vector<double> work;
  for (const Round& round : rounds) work.push_back(round.work);
  const Rates rates = rates_of(subject.amount, work);
  BenchmarkRow row{.benchmark = {},
                   .name = subject.name,
                   .unit = subject.unit,
                   .threads = thread_count(),
                   .rounds = static_cast<int>(rounds.size()),
                   .rate = rates.median,
                   .best = rates.best,
                   .ceilings = {}};
  for (std::size_t c = 0; c < subject.ceilings.size(); ++c) {
    std::vector<double> seconds, ratios;
    for (const Round& round : rounds) {
      seconds.push_back(round.ceilings[c]);
      ratios.push_back(round.ceilings[c] / round.work);
    }
    const Rates allowed = rates_of(subject.amount, seconds);
    row.ceilings.push_back({.name = subject.ceilings[c],
                            .rate = allowed.median,
                            .ratio = median(ratios),
                            .best_ratio = rates.best / allowed.best});
  }
  return row;
}

BenchmarkRow measure_in_turns(const BenchmarkOptions& options, const Subject& subject,
                              const std::function<Round()>& round) {
  std::vector<Round> rounds;
  double spent = 0;
  round();
  while (spent < options.seconds || rounds.size() < kLeastRounds) {
    if (options.should_stop && options.should_stop())
      fail(ErrorKind::interrupted, kWhere, "stopped on request");
    rounds.push_back(round());
    spent += rounds.back().work;
    if (options.progress)
      options.progress({.stage = subject.name,
                        .done = spent,
                        .total = options.seconds,
                        .unit = "s",
                        .note = std::to_string(rounds.size()) + " rounds"});
  }
  return row_of(subject, rounds);
}

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::vector<std::string> product_ceilings(const BenchmarkOptions& options) {
  std::vector<std::string> names = {"its matrix products alone"};
  if (options.compaction) names.emplace_back("those of the plain computation");
  if (parse_device(options.device) == Device{}) names.emplace_back("its products at FMA peak");
  return names;
}

double product_seconds(std::span<const GemmShape> shapes, double most_operations, Device device) {
  double measured = 0;
  std::size_t count = 0;
  while (count < shapes.size() && measured < most_operations)
    measured += operations_of(shapes.subspan(count++, 1));
  if (measured == 0) return 0;
  return gemm_seconds(shapes.first(count), device) * operations_of(shapes) / measured;
}

std::vector<double> product_seconds(const RecordedProducts& products, Device device) {
  const double most = products.most_operations;
  std::vector<double> seconds = {product_seconds(products.shapes, most, device)};
  if (!products.plain.empty()) seconds.push_back(product_seconds(products.plain, most, device));
  if (device == Device{}) seconds.push_back(operations_of(products.shapes) / fma_peak());
  return seconds;
}

std::vector<std::string> chosen_encoders(const BenchmarkOptions& options) {
  if (options.encoders.empty())
    return chosen_names("encoder", {options.encoder.encoder}, nn::encoder_names());
  return chosen_names("encoder", options.encoders, nn::encoder_names());
}

std::vector<std::string> chosen_objectives(const BenchmarkOptions& options) {
  return chosen_names("objective", options.objectives, objectives::kObjectives);
}

std::unique_ptr<nn::Encoder> benchmark_encoder(const BenchmarkOptions& options,
                                               const std::string& kind,
                                               const data::Dataset& dataset) {
  nn::EncoderConfig config;
  config.type = kind;
  config.layers = options.encoder.layers;
  config.width = options.encoder.width;
  config.jk = options.encoder.jk;
  config.dropout = options.encoder.dropout;
  config.schema = dataset.schema();
  config.share_rows = options.compaction;
  return nn::make_encoder(config, options.seed);
}

std::string shown_encoder(const BenchmarkOptions& options, const std::string& kind) {
  std::string shown = kind + " " + std::to_string(options.encoder.width) + " x " +
                      std::to_string(options.encoder.layers);
  if (parse_device(options.device) != Device{})
    shown += " on " + options.device + " in " + options.precision;
  return shown + (options.compaction ? "" : " without sharing");
}

std::string with_thousands(std::int64_t count) {
  std::string digits = std::to_string(count);
  for (auto at = static_cast<std::int64_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

}  // namespace aufbau::report
