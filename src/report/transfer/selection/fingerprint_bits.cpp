#include "report/transfer/selection/fingerprint_bits.h"

#include <algorithm>
#include <numeric>

#include "data/stored_molecules.h"
#include "molecules/molecule.h"
#include "report/transfer/dataset_name.h"
#include "report/transfer/stop.h"
#include "train/progress_meter.h"

namespace aufbau::report {

FingerprintBits::FingerprintBits(const data::Dataset& dataset, const RunOptions& run) {
  constexpr std::int64_t kBlock = 4096;
  const std::string stage = "fingerprints of " + name_of(dataset);
  train::ProgressMeter meter(run.progress, "molecules", static_cast<double>(dataset.size()));
  std::vector<std::int64_t> rows;
  std::vector<std::vector<std::int32_t>> block;
  for (std::int64_t first = 0; first < dataset.size(); first += kBlock) {
    require_going_on(run);
    meter.update(stage, static_cast<double>(first));
    rows.resize(static_cast<std::size_t>(std::min(kBlock, dataset.size() - first)));
    std::iota(rows.begin(), rows.end(), first);
    block.assign(rows.size(), {});
    data::for_each_molecule(
        dataset, rows, [&](std::int64_t i, const molecules::Molecule& molecule) {
          block[static_cast<std::size_t>(i)] = molecules::morgan_bits(molecule, 2, kBits);
        });
    for (const std::vector<std::int32_t>& bits : block) {
      for (const std::int32_t bit : bits) bits_.push_back(static_cast<std::uint16_t>(bit));
      begin_.push_back(bits_.size());
    }
  }
  meter.line(stage, static_cast<double>(dataset.size()));
}

}  // namespace aufbau::report
