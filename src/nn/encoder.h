#pragma once
#include <memory>
#include <string>
#include <vector>

#include "graphs/batch.h"
#include "nn/init.h"
#include "nn/parameters.h"

namespace aufbau::nn {

/// What an encoder is; saved with every model.
struct EncoderConfig {
  std::string type = "gin";
  int layers = 5;   ///< >= 1
  int width = 300;  ///< D
  std::string jk = "last";
  double dropout = 0;
  graphs::FeatureSchema schema;
  DType dtype = DType::f32;
  bool share_rows = true;  ///< in its batches, where it computes the same (encoder_batch.h)

  std::string to_json() const;  ///< canonical; with the schema, without dtype and share_rows
  static EncoderConfig from_json(const std::string&);  ///< Error{mismatch}
};

/// Error{usage} naming the first setting that is unknown or out of range.
void require_valid(const EncoderConfig& config);
/// (layers + 1) * width for concat, of the biology encoders layers * width; else width.
int output_width(const EncoderConfig& config);
/// Every tensor of the encoder in state-dict order: x_embedding<c>, gnns.<i>.*, batch_norms.<i>.*;
/// of the biology encoders gnns.<i>.* alone, with `input_node_embeddings` in the first layer.
ParameterSpecs encoder_specs(const EncoderConfig& config);

/// Hu et al. 2020: h0 = sum of node embeddings; per layer convolution, BatchNorm (not in the
/// biology encoders), ReLU (not after the last), dropout; jumping knowledge over h0..hL
/// (biology: h1..hL).
class Encoder {
 public:
  virtual ~Encoder() = default;
  /// Node states by row of the batch's last level: [rows, output_width()]. `stream_base` separates
  /// the dropout draws of two encoders used in one step. Updates running statistics and
  /// num_batches_tracked when training.
  virtual Tensor forward(const graphs::GraphBatch& batch, const ForwardContext& context,
                         std::uint32_t stream_base = 0) = 0;
  virtual Parameters parameters() const = 0;  ///< state-dict names without prefix
  virtual const EncoderConfig& config() const = 0;
  int output_width() const { return nn::output_width(config()); }
};

/// Fresh encoder: tables Xavier-uniform, linear layers as in PyTorch, BatchNorm as identity
/// (nn/init.h), from Philox draws of (seed, Purpose::initialise, 0, index of the parameter +
/// index_base). Error{usage} for unknown names or sizes out of range.
std::unique_ptr<Encoder> make_encoder(const EncoderConfig& config, std::uint64_t seed,
                                      std::uint32_t index_base = 0);

/// The tables: encoders (one row per layer type), jumping knowledge.
struct NamedEntry {
  const char* name;
  const char* summary;
};
std::vector<NamedEntry> encoder_names();
std::vector<NamedEntry> jumping_knowledge_names();

/// A linear head `<name>.weight [out, in]`, `<name>.bias [out]`; initialised U(-1/sqrt(in),
/// 1/sqrt(in)) from Purpose::head draws.
class LinearHead {
 public:
  LinearHead(std::string name, int in, int out, DType dtype, std::uint64_t seed,
             std::uint32_t index);
  Tensor forward(const Tensor& x) const;
  Parameters parameters() const;
  int outputs() const;

 private:
  std::string name_;
  Tensor weight_, bias_;
};

}  // namespace aufbau::nn
