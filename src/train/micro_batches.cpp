#include "train/micro_batches.h"

#include <limits>

#include "train/part_mean.h"

namespace aufbau::train {

namespace {

/// One batch after the other, as the parts that this rank computes of them.
data::Loader<objectives::Prepared> load_parts(const Stage& stage, const Ranks& ranks,
                                              std::vector<std::vector<std::int64_t>> batches,
                                              const data::BatchKey& first_key,
                                              std::int64_t first_batch) {
  const int rounds = stage.micro_batches / ranks.count();
  std::vector<std::vector<std::int64_t>> own;
  for (const auto& batch : batches) {
    for (int round = 0; round < rounds; ++round) {
      const auto rows =
          micro_batch(batch, round * ranks.count() + ranks.rank(), stage.micro_batches);
      own.emplace_back(rows.begin(), rows.end());
    }
  }
  const auto prepare = [&stage, first_key, rounds](std::span<const std::int64_t> rows,
                                                   std::size_t index) {
    if (rows.empty()) {
      auto nothing = std::make_unique<objectives::Prepared>();
      nothing->empty = true;
      return nothing;
    }
    data::BatchKey key = first_key;
    key.step += static_cast<std::uint32_t>(index / static_cast<std::size_t>(rounds));
    return stage.objective.prepare(stage.dataset, rows, key);
  };
  return {std::move(own), prepare, 2, static_cast<std::size_t>(first_batch * rounds)};
}

}  // namespace

std::span<const std::int64_t> micro_batch(std::span<const std::int64_t> batch, int part,
                                          int parts) {
  const auto at = [&](int p) {
    return batch.size() * static_cast<std::size_t>(p) / static_cast<std::size_t>(parts);
  };
  return batch.subspan(at(part), at(part + 1) - at(part));
}

void train_epoch_in_parts(Stage& stage, int epoch, std::int64_t first_batch, EpochMetrics& metrics,
                          const std::function<void(const StepReport&)>& after_step) {
  OneRank alone;
  Ranks& ranks = stage.ranks ? *stage.ranks : alone;
  const std::uint32_t key_epoch = stage.first_key_epoch + static_cast<std::uint32_t>(epoch);
  const std::int64_t first_step = epoch * stage.steps_per_epoch();
  const auto batches =
      data::cut_batches(data::epoch_order(stage.rows, stage.seed, key_epoch), stage.batch_size);
  auto loader =
      load_parts(stage, ranks, batches,
                 {stage.seed, key_epoch, static_cast<std::uint32_t>(first_step)}, first_batch);
  PartMean mean(ranks, stage_parameters(stage.encoder, stage.objective));
  for (std::int64_t batch = first_batch; batch < static_cast<std::int64_t>(batches.size());
       ++batch) {
    const std::vector<std::int64_t>& rows = batches[static_cast<std::size_t>(batch)];
    const std::int64_t step = first_step + batch;
    mean.begin_step();
    for (int part = ranks.rank(); part < stage.micro_batches; part += ranks.count()) {
      PartReport own;
      if (const auto prepared = loader.next(); !prepared->empty) {
        // Parts draw different dropout.
        const auto draw = static_cast<std::uint32_t>(step * stage.micro_batches + part);
        const objectives::LossResult result =
            learn_from(stage, *prepared, {stage.encoder_trains, stage.seed, key_epoch, draw});
        const StepValues values = read_values(result, {}, step, prepared->rows);
        own.molecules = static_cast<std::int64_t>(prepared->rows.size());
        own.loss = values.loss;
        own.metrics = result.metrics(values.measured);
        mean.take(own);
      }
      mean.add(own);
    }
    StepReport report{batch, std::numeric_limits<double>::quiet_NaN(), stage.schedule.rate(step),
                      static_cast<std::int64_t>(rows.size())};
    if (mean.molecules() > 0) {
      mean.finish();
      take_step(stage, report.learning_rate, stage.adam.square_sums().to(Device{}), step, rows);
      report.loss = mean.loss();
      for (const PartReport& part : mean.parts())
        if (part.molecules > 0) metrics.add(part.loss, part.metrics, part.molecules);
    }
    after_step(report);
  }
  stage.adam.zero_grad();
}

}  // namespace aufbau::train
