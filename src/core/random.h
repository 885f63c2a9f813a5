#pragma once
#include <array>
#include <cstdint>

namespace aufbau {

/// What a random draw is for. Values are part of the "same bits" promise: never renumber, only
/// append.
enum class Purpose : std::uint32_t {
  initialise = 1,    ///< item: index of the parameter in the model
  shuffle = 2,       ///< item: 0
  dropout = 3,       ///< item: step; stream: layer
  mask = 4,          ///< item: index of the graph in the dataset
  context_root = 5,  ///< item: index of the graph in the dataset
  split = 6,         ///< item: 0
  head = 7,          ///< item: index of the parameter in the head
  edge_negative = 8,
  augment = 9,
  ego_sample = 10,      ///< item: index of the network
  resample = 11,        ///< item: number of the replicate; stream: index of the set of graphs
  search = 12,          ///< item: number of the restart
  cluster = 20,         ///< item: index of the start
  graphon_sample = 21,  ///< item: index of the graph
  score = 24,      ///< epoch: graphs::ScoreDraw; item: number of the draw; stream: set of graphs
  selection = 25,  ///< epoch: report::SelectionDraw; item: start of the hash of the data drawn from
  study_resample = 26,  ///< item: number of the replicate; stream: 0 sources, 1 targets
  test = 1000
};

/// Says what a sequence of draws is for; equal keys give equal sequences on every thread and
/// device.
struct RandomKey {
  std::uint64_t seed = 0;
  Purpose purpose = Purpose::test;
  std::uint32_t epoch = 0;
  std::uint32_t item = 0;
  std::uint32_t stream = 0;  ///< further distinction, below 2^16
};

/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011): 128 random bits from a 128-bit counter and a
/// 64-bit key.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

/// The draws of one key, in order. Draw number d comes from counter (purpose | stream << 16, epoch,
/// item, d / 4), lane d % 4.
class Random {
 public:
  explicit Random(const RandomKey& key, std::uint64_t first_draw = 0);
  std::uint32_t next();
  /// Uniform in [0, 1) with 32 bits.
  double uniform();
  /// Uniform in [0, bound) without bias; bound > 0.
  std::uint64_t below(std::uint64_t bound);

 private:
  RandomKey key_;
  std::uint64_t draw_;
  std::array<std::uint32_t, 4> lanes_{};
};

}  // namespace aufbau
