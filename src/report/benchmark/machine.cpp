#include "core/parallel.h"
#include "molecules/parse_rate.h"
#include "report/benchmark/measurements.h"
#include "tensor/backend.h"

namespace aufbau::report {
namespace {

constexpr int kRounds = 3;
constexpr std::int64_t kLayerRows = 6000;  ///< about the nodes of 256 molecules

BenchmarkRow measured(const Subject& subject, const std::function<Round()>& round) {
  std::vector<Round> rounds;
  for (int i = 0; i < kRounds; ++i) rounds.push_back(round());
  return row_of(subject, rounds);
}

}  // namespace

std::vector<BenchmarkRow> measure_machine(const BenchmarkOptions& options, BenchmarkData& data) {
  constexpr double kGiga = 1e9;
  std::vector<BenchmarkRow> rows;
  rows.push_back(measured({"multiply-add in registers, f32", "GFLOP/s", 1, {}}, [] {
    return Round{kGiga / fma_peak(), {}};
  }));
  rows.push_back(measured({"copy, read and written", "GB/s", 1, {}}, [] {
    return Round{kGiga / copy_bandwidth(), {}};
  }));
  // The two layers of a GIN's MLP, as large as in a training step.
  const std::int64_t width = options.encoder.width;
  std::vector<GemmShape> products = linear_products(kLayerRows, width, 2 * width);
  for (const GemmShape& shape : linear_products(kLayerRows, 2 * width, width))
    products.push_back(shape);
  const double giga_operations = 2.0 * 6 * kLayerRows * width * 2 * width / kGiga;
  rows.push_back(
      measured({"matrix products of a GIN layer of " + std::to_string(width) + ", " +
                    with_thousands(kLayerRows) + " rows, forward and backward",
                "GFLOP/s",
                giga_operations,
                {"multiply-add in registers"}},
               [&] {
                 return Round{gemm_seconds(products), {giga_operations * kGiga / fma_peak()}};
               }));
  if (const Device device = parse_device(options.device); device != Device{}) {
    const std::string there = " on " + options.device;
    rows.push_back(measured({"copy, read and written," + there, "GB/s", 1, {}}, [&] {
      return Round{kGiga / copy_bandwidth(device), {}};
    }));
    rows.push_back(measured({"the same matrix products" + there + " in " + options.precision,
                             "GFLOP/s",
                             giga_operations,
                             {}},
                            [&] {
                              return Round{gemm_seconds(products, device), {}};
                            }));
  }
  if (!data.has_molecules()) return rows;
  const std::vector<std::string> smiles = data.smiles();
  const auto count = static_cast<double>(smiles.size());
  rows.push_back(measured({"RDKit alone: parse and sanitise", "molecules/s", count, {}}, [&] {
    return Round{count / molecules::rdkit_parse_rate(smiles), {}};
  }));
  return rows;
}

}  // namespace aufbau::report
