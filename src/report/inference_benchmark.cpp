#include "nn/encoder_batch.h"
#include "report/measurements.h"
#include "report/products.h"
#include "train/inference.h"

namespace aufbau::report {
namespace {

std::vector<BenchmarkRow> measure(const BenchmarkOptions& options, const data::Dataset& dataset,
                                  std::int64_t graph_count) {
  const std::shared_ptr<nn::Encoder> encoder = benchmark_encoder(options, dataset);
  const train::Predictor predictor(encoder, {});
  std::vector<graphs::GraphView> views;
  for (const std::int64_t row : first_rows(dataset, graph_count))
    views.push_back(dataset.graph(row));

  // Recorded once: the products are the same in every round.
  const auto products_with = [&](bool share_rows) {
    nn::EncoderConfig config = encoder->config();
    config.share_rows = share_rows;
    std::vector<GemmShape> products;
    for (const auto part : train::inference_batches(views)) {
      const auto batch = nn::encoder_batch(part, config, nn::BatchUse::evaluation);
      const auto of_batch =
          gemm_shapes(recorded_products({encoder->forward(batch, {})}), /*with_gradients=*/false);
      products.insert(products.end(), of_batch.begin(), of_batch.end());
    }
    return products;
  };
  const std::vector<GemmShape> products = products_with(options.compaction);
  std::vector<GemmShape> dense;
  if (options.compaction) dense = products_with(false);
  return measure_in_turns(
      options, "embeddings of " + std::to_string(views.size()) + " molecules", "molecules/s",
      "matrix products of the same batches", static_cast<double>(views.size()), [&] {
        Round round;
        round.work = seconds_of([&] { predictor.embed(views, "", options.compaction); });
        round.ceiling = gemm_seconds(products);
        if (options.compaction) round.dense = gemm_seconds(dense);
        return round;
      });
}

}  // namespace

std::vector<BenchmarkRow> measure_inference(const BenchmarkOptions& options) {
  const data::Dataset dataset = benchmark_dataset(options);
  std::vector<BenchmarkRow> rows;
  for (const int batch_size : options.batch_sizes)
    for (auto& row : measure(options, dataset, batch_size)) rows.push_back(std::move(row));
  return rows;
}

}  // namespace aufbau::report
