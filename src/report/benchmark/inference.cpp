#include "train/inference.h"
#include "core/parallel.h"
#include "molecules/parse_rate.h"
#include "nn/encoder_batch.h"
#include "nn/model_file.h"
#include "report/benchmark/measurements.h"
#include "report/benchmark/products.h"
#include "tensor/backend.h"
#include "train/runs.h"

namespace aufbau::report {
namespace {

/// One encoder on the first rows of the data.
class InferenceMeasurement {
 public:
  InferenceMeasurement(const BenchmarkOptions& options, BenchmarkData& data,
                       const std::string& kind)
      : options_(options),
        data_(data),
        name_(shown_encoder(options, kind)),
        encoder_(benchmark_encoder(options, kind, data.dataset())),
        model_file_(data.result_file("model.safetensors")),
        device_(parse_device(options.device)) {
    for (const std::int64_t row : data.rows()) graphs_.push_back(data.dataset().graph(row));
    // Recorded once: the products are the same in every round.
    products_.shapes = recorded(options.compaction);
    if (options.compaction) products_.plain = recorded(false);
    products_.most_operations = kMostOperations;
    nn::ModelFile model;
    model.encoder = encoder_->config();
    model.tensors = nn::snapshot(nn::with_prefix("gnn.", encoder_->parameters()));
    nn::write_model(model_file_, model);
  }

  BenchmarkRow from_memory() const {
    train::Predictor predictor(encoder_, {});
    predictor.move_to(device_);
    return measure_in_turns(options_, subject("embeddings", product_ceilings(options_)), [&] {
      Round round;
      round.work = seconds_of([&] { predictor.embed(graphs_, "", options_.compaction); });
      round.ceilings = product_seconds(products_, device_);
      return round;
    });
  }

  /// `aufbau embed` on a dataset file.
  BenchmarkRow from_dataset_file() const {
    const std::string input = data_.rows_file();
    return measure_in_turns(options_,
                            subject("dataset file to embeddings", product_ceilings(options_)), [&] {
                              Round round;
                              round.work = seconds_of([&] { embed(input); });
                              round.ceilings = product_seconds(products_, device_);
                              return round;
                            });
  }

  /// `aufbau embed` on a text file. What RDKit and the products need has to share the cores.
  BenchmarkRow from_smiles() const {
    const std::string input = data_.smiles_file();
    const std::vector<std::string> smiles = data_.smiles();
    return measure_in_turns(
        options_,
        subject("SMILES to embeddings",
                {"RDKit alone", "its matrix products alone", "RDKit, then its products"}),
        [&] {
          Round round;
          round.work = seconds_of([&] { embed(input); });
          const double parse = count() / molecules::rdkit_parse_rate(smiles);
          const double products = product_seconds(products_.shapes, kMostOperations, device_);
          round.ceilings = {parse, products, parse + products};
          return round;
        });
  }

 private:
  /// About one batch of inference: the others have products of the same sizes.
  static constexpr double kMostOperations = 2.5e11;

  double count() const { return static_cast<double>(graphs_.size()); }

  Subject subject(const std::string& what, const std::vector<std::string>& ceilings) const {
    return {name_ + ", " + what + " of " +
                with_thousands(static_cast<std::int64_t>(graphs_.size())) + " molecules",
            "molecules/s", count(), ceilings};
  }

  std::vector<GemmShape> recorded(bool share_rows) const {
    nn::EncoderConfig config = encoder_->config();
    config.share_rows = share_rows;
    std::vector<GemmShape> shapes;
    for (const auto part : train::inference_batches(graphs_)) {
      const auto batch = nn::encoder_batch(part, config, nn::BatchUse::evaluation);
      const auto of_batch =
          gemm_shapes(recorded_products({encoder_->forward(batch, {})}), /*with_gradients=*/false);
      shapes.insert(shapes.end(), of_batch.begin(), of_batch.end());
    }
    return shapes;
  }

  void embed(const std::string& input) const {
    EmbedOptions embed;
    embed.model = model_file_;
    embed.input = input;
    embed.output = data_.result_file("embeddings.npy");
    embed.force = true;
    embed.device = options_.device;
    embed.precision = options_.precision;
    embed.threads = thread_count();
    embed.compaction = options_.compaction;
    train::embed(embed);
  }

  const BenchmarkOptions& options_;
  BenchmarkData& data_;
  std::string name_;
  std::shared_ptr<nn::Encoder> encoder_;
  std::string model_file_;
  Device device_;
  std::vector<graphs::GraphView> graphs_;
  RecordedProducts products_;
};

}  // namespace

std::vector<BenchmarkRow> measure_inference(const BenchmarkOptions& options, BenchmarkData& data) {
  std::vector<BenchmarkRow> rows;
  for (const std::string& kind : chosen_encoders(options)) {
    const InferenceMeasurement measurement(options, data, kind);
    rows.push_back(measurement.from_memory());
    rows.push_back(measurement.from_dataset_file());
    if (data.has_molecules()) rows.push_back(measurement.from_smiles());
  }
  return rows;
}

}  // namespace aufbau::report
