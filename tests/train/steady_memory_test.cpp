// What a step of training takes from the system once steps like it have been taken: nothing for
// tensors and large scratch, by every encoder with every objective.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <new>

#include "core/parallel.h"
#include "objectives/objective.h"
#include "tensor/cpu/recycler.h"
#include "testing/files.h"
#include "train/small_data.h"
#include "train/tasks.h"
#include "train/training.h"

namespace {

/// Requests of this thread to `operator new`, as long as one counts.
struct HostMemory {
  std::size_t largest = 0, calls = 0;
};
thread_local HostMemory* counted = nullptr;

void* counted_new(std::size_t bytes) {
  if (counted) {
    counted->largest = std::max(counted->largest, bytes);
    ++counted->calls;
  }
  void* const data = std::malloc(std::max<std::size_t>(bytes, 1));
  if (!data) throw std::bad_alloc();
  return data;
}

}  // namespace

void* operator new(std::size_t bytes) { return counted_new(bytes); }
void* operator new[](std::size_t bytes) { return counted_new(bytes); }
void operator delete(void* data) noexcept { std::free(data); }
void operator delete[](void* data) noexcept { std::free(data); }
void operator delete(void* data, std::size_t) noexcept { std::free(data); }
void operator delete[](void* data, std::size_t) noexcept { std::free(data); }

namespace aufbau::train {
namespace {

constexpr int kBatchSize = 8;
constexpr std::uint32_t kEpochs = 4;

/// The steps of a run without its loader, whose lead would differ from time to time.
class Steps {
 public:
  Steps(const data::Dataset& dataset, const std::string& encoder, const std::string& objective)
      : dataset_(dataset) {
    for (std::int64_t row = 0; row < dataset.size(); ++row) rows_.push_back(row);
    objectives::ObjectiveConfig config;
    config.encoder.type = encoder;
    config.encoder.layers = 3;
    config.encoder.width = 64;
    config.encoder.dropout = 0.1;
    config.encoder.schema = dataset.schema();
    const Tasks tasks = choose_tasks("test", dataset, {}, "auto", true);
    const nn::TargetScaler scaler = target_scaler(dataset, tasks, rows_);
    config.target_columns = tasks.columns;
    config.task_types = tasks.types;
    config.target_mean = scaler.mean;
    config.target_deviation = scaler.deviation;
    encoder_ = nn::make_encoder(config.encoder, 0);
    objective_ = objectives::make_objective(objective, config);
    adam_.emplace(stage_parameters(*encoder_, *objective_), OptimizerOptions{});
  }

  /// The same epochs every time. Returns what the steps, without the preparation of their batches,
  /// asked the host for.
  HostMemory take() {
    HostMemory memory;
    for (std::uint32_t epoch = 0; epoch < kEpochs; ++epoch)
      for (const auto& batch : data::cut_batches(data::epoch_order(rows_, 1, epoch), kBatchSize)) {
        const auto prepared = objective_->prepare(dataset_, batch, {1, epoch, 0});
        if (prepared->empty) continue;
        counted = &memory;
        step(*prepared, epoch);
        counted = nullptr;
      }
    return memory;
  }

 private:
  void step(const objectives::Prepared& prepared, std::uint32_t epoch) {
    adam_->zero_grad();
    const auto result = objective_->loss(*encoder_, prepared, {true, 1, epoch, 0});
    backward(result.loss);
    adam_->step(1e-3);
  }

  const data::Dataset& dataset_;
  std::vector<std::int64_t> rows_;
  std::unique_ptr<nn::Encoder> encoder_;
  std::unique_ptr<objectives::Objective> objective_;
  std::optional<Adam> adam_;
};

TEST(SteadyMemory, StepsTakeNoMemoryForTensorsOrLargeScratch) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "under the address sanitizer buffers are not kept";
#endif
  const ThreadScope one_thread(1);  // which thread first runs a plan of oneDNN is chance
  const testing::TemporaryFolder folder;
  const auto dataset = data::Dataset::open(
      testing::write_small_dataset(folder.path("data.h5"), {.ring = true, .atoms = true}));
  for (const nn::NamedEntry& encoder : nn::encoder_names())
    for (const objectives::ObjectiveEntry& objective : objectives::kObjectives) {
      SCOPED_TRACE(std::string(encoder.name) + " with " + objective.name);
      Steps steps(dataset, encoder.name, objective.name);
      for (int warm = 0; warm < 3; ++warm) steps.take();
      const std::size_t segments = cpu::recycler_state().segments;
      const HostMemory memory = steps.take();
      EXPECT_EQ(cpu::recycler_state().segments, segments);
      EXPECT_GT(memory.calls, 0u) << "nothing was counted";
      // Records of autograd, shapes, sums per column: smaller than any array of the batch.
      EXPECT_LE(memory.largest, std::size_t{16} << 10);
    }
}

}  // namespace
}  // namespace aufbau::train
