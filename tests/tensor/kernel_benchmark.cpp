// Times of single ops and of a whole training step beside the time of its matrix products alone.
// Built, not run as a test:
//   kernel_benchmark --benchmark_filter=Step
// The argument is the number of threads. With others on the machine look at one thread and the CPU
// column.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/parallel.h"
#include "op_cases.h"
#include "tensor/ceiling.h"

namespace aufbau {
namespace {

using testing::drawn;
using testing::drawn_ids;

// 256 drug-like molecules (26 atoms, 56 directed bonds each) through GIN 300 x 5.
constexpr std::int64_t kMolecules = 256, kAtoms = 26, kNodes = kMolecules * kAtoms, kWidth = 300,
                       kHidden = 600, kClasses = 119;
constexpr int kLayers = 5;
constexpr std::int32_t kCodes = 18;

Tensor parameter(Shape shape, std::uint32_t item) {
  const double scale = 1 / std::sqrt(static_cast<double>(shape.back()));
  return ops::scale(drawn(std::move(shape), item), scale).to(DType::f32).set_requires_grad(true);
}

/// Chains with a few rings, and the self loop first.
RowMap molecule_map() {
  std::vector<std::int32_t> offset = {0}, source;
  for (std::int32_t i = 0; i < kNodes; ++i) {
    const std::int32_t first = i / kAtoms * kAtoms, last = first + kAtoms - 1;
    source.push_back(i);
    if (i > first) source.push_back(i - 1);
    if (i < last) source.push_back(i + 1);
    if ((i - first) % 6 == 0 && i + 5 <= last) source.push_back(i + 5);
    if ((i - first) % 6 == 5) source.push_back(i - 5);
    offset.push_back(static_cast<std::int32_t>(source.size()));
  }
  const auto codes = drawn_ids(static_cast<std::int64_t>(source.size()), kCodes, 1);
  return make_row_map(kNodes, offset, source, codes, kCodes);
}

struct Layer {
  Tensor edge_table, weight1, bias1, weight2, bias2;
  ops::BatchNormState norm;
};

/// Attribute masking on a plain batch, without the optimiser.
class Step {
 public:
  Step() : map_(molecule_map()) {
    std::vector<std::int32_t> codes = drawn_ids(2 * kNodes, 120, 2);
    for (std::size_t i = 1; i < codes.size(); i += 2) codes[i] %= 3;
    codes_ = Tensor::from(std::span<const std::int32_t>(codes), {kNodes, 2});
    std::vector<std::int32_t> masked;
    for (std::int32_t i = 0; i < kNodes; i += 7) masked.push_back(i);
    masked_ = make_gather(kNodes, masked);
    targets_ = Tensor::from(std::span<const std::int32_t>(drawn_ids(masked_.rows, kClasses, 3)),
                            {masked_.rows});
    tables_ = {parameter({120, kWidth}, 4), parameter({3, kWidth}, 5)};
    head_ = parameter({kClasses, kWidth}, 6);
    head_bias_ = parameter({kClasses}, 7);
    for (std::uint32_t l = 0; l < kLayers; ++l)
      layers_.push_back(
          {parameter({kCodes, kWidth}, 10 * l + 10),
           parameter({kHidden, kWidth}, 10 * l + 11),
           parameter({kHidden}, 10 * l + 12),
           parameter({kWidth, kHidden}, 10 * l + 13),
           parameter({kWidth}, 10 * l + 14),
           {Tensor::full({kWidth}, 1, DType::f32).set_requires_grad(true),
            Tensor::zeros({kWidth}, DType::f32).set_requires_grad(true),
            Tensor::zeros({kWidth}, DType::f32), Tensor::full({kWidth}, 1, DType::f32)}});
  }

  double run() {
    Tensor state = ops::embedding_sum(codes_, tables_);
    for (Layer& layer : layers_) {
      const Tensor message = ops::aggregate(state, layer.edge_table, map_);
      const Tensor hidden = ops::linear(message, layer.weight1, layer.bias1, ops::Activation::relu);
      const Tensor update = ops::linear(hidden, layer.weight2, layer.bias2);
      const bool last = &layer == &layers_.back();
      state = ops::batch_norm(update, layer.norm, {}, true,
                              last ? ops::Activation::none : ops::Activation::relu);
    }
    const Tensor logits = ops::linear(ops::gather_rows(state, masked_), head_, head_bias_);
    const Tensor loss = ops::cross_entropy(logits, targets_);
    backward(loss);
    for (Tensor* parameter : parameters()) parameter->set_grad({});
    return loss.item();
  }

  static std::vector<GemmShape> products() {
    std::vector<GemmShape> all;
    for (int l = 0; l < kLayers; ++l) {
      for (const GemmShape& shape : linear_products(kNodes, kWidth, kHidden)) all.push_back(shape);
      for (const GemmShape& shape : linear_products(kNodes, kHidden, kWidth)) all.push_back(shape);
    }
    for (const GemmShape& shape : linear_products((kNodes + 6) / 7, kWidth, kClasses))
      all.push_back(shape);
    return all;
  }

 private:
  std::vector<Tensor*> parameters() {
    std::vector<Tensor*> all = {&tables_[0], &tables_[1], &head_, &head_bias_};
    for (Layer& l : layers_)
      for (Tensor* tensor : {&l.edge_table, &l.weight1, &l.bias1, &l.weight2, &l.bias2,
                             &l.norm.weight, &l.norm.bias})
        all.push_back(tensor);
    return all;
  }

  RowMap map_, masked_;
  Tensor codes_, targets_, head_, head_bias_;
  std::vector<Tensor> tables_;
  std::vector<Layer> layers_;
};

double wall_seconds() {
  using namespace std::chrono;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

void training_step(benchmark::State& state) {
  const ThreadScope threads(static_cast<int>(state.range(0)));
  Step step;
  double best_step = 1e300, best_products = 1e300;
  for (auto _ : state) {
    for (int i = 0; i < 5; ++i) {
      const double start = wall_seconds();
      benchmark::DoNotOptimize(step.run());
      best_step = std::min(best_step, wall_seconds() - start);
    }
    const auto products = Step::products();
    best_products = std::min(best_products, gemm_seconds(products));
  }
  state.counters["step_ms"] = best_step * 1e3;
  state.counters["products_ms"] = best_products * 1e3;
  state.counters["ratio"] = best_step / best_products;
}
BENCHMARK(training_step)->Name("StepOverProducts")->Arg(1)->Arg(2)->Iterations(4)->UseRealTime();

void training_step_alone(benchmark::State& state) {
  const ThreadScope threads(static_cast<int>(state.range(0)));
  Step step;
  step.run();  // buffers and primitives
  for (auto _ : state) benchmark::DoNotOptimize(step.run());
}
BENCHMARK(training_step_alone)
    ->Name("Step")
    ->Arg(1)
    ->Arg(2)
    ->Iterations(20)
    ->Unit(benchmark::kMillisecond);

void ceilings(benchmark::State& state) {
  const ThreadScope threads(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    state.counters["copy_GB/s"] = copy_bandwidth() * 1e-9;
    state.counters["fma_GFLOP/s"] = fma_peak() * 1e-9;
  }
}
BENCHMARK(ceilings)->Name("Ceilings")->Arg(1)->Arg(2)->Iterations(1);

/// One op with its backward; `entries` is what the rate counts.
void run_op(benchmark::State& state, const std::vector<Tensor>& inputs, std::int64_t entries,
            const std::function<Tensor()>& op, bool with_backward) {
  const ThreadScope threads(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    const Tensor out = op();
    if (!with_backward) continue;
    state.PauseTiming();
    const Tensor gradient = Tensor::full(out.shape(), 0.01, out.dtype());
    state.ResumeTiming();
    out.grad_node()->backward(gradient);
    for (const Tensor& input : inputs) Tensor(input).set_grad({});
  }
  state.SetItemsProcessed(state.iterations() * entries);
}

void aggregate_rows(benchmark::State& state) {
  const RowMap map = molecule_map();
  const std::vector<Tensor> in = {parameter({kNodes, kWidth}, 1), parameter({kCodes, kWidth}, 2)};
  run_op(
      state, in, map.entries, [&] { return ops::aggregate(in[0], in[1], map); },
      state.range(1) == 1);
}
void normalize_rows(benchmark::State& state) {
  const std::vector<Tensor> in = {parameter({kNodes, kWidth}, 1), parameter({kWidth}, 2),
                                  parameter({kWidth}, 3)};
  ops::BatchNormState norm{in[1], in[2], Tensor::zeros({kWidth}, DType::f32),
                           Tensor::zeros({kWidth}, DType::f32)};
  run_op(
      state, in, kNodes,
      [&] { return ops::batch_norm(in[0], norm, {}, true, ops::Activation::relu); },
      state.range(1) == 1);
}
void linear_up(benchmark::State& state) {
  const std::vector<Tensor> in = {parameter({kNodes, kWidth}, 1), parameter({kHidden, kWidth}, 2),
                                  parameter({kHidden}, 3)};
  run_op(
      state, in, kNodes, [&] { return ops::linear(in[0], in[1], in[2], ops::Activation::relu); },
      state.range(1) == 1);
}
void linear_down(benchmark::State& state) {
  const std::vector<Tensor> in = {parameter({kNodes, kHidden}, 1), parameter({kWidth, kHidden}, 2),
                                  parameter({kWidth}, 3)};
  run_op(
      state, in, kNodes, [&] { return ops::linear(in[0], in[1], in[2]); }, state.range(1) == 1);
}
void embed_rows(benchmark::State& state) {
  const std::vector<Tensor> in = {parameter({120, kWidth}, 1), parameter({3, kWidth}, 2)};
  std::vector<std::int32_t> ids = drawn_ids(2 * kNodes, 120, 2);
  for (std::size_t i = 1; i < ids.size(); i += 2) ids[i] %= 3;
  const Tensor codes = Tensor::from(std::span<const std::int32_t>(ids), {kNodes, 2});
  run_op(
      state, in, kNodes, [&] { return ops::embedding_sum(codes, in); }, state.range(1) == 1);
}
void drop(benchmark::State& state) {
  const std::vector<Tensor> in = {parameter({kNodes, kWidth}, 1)};
  run_op(
      state, in, kNodes * kWidth, [&] { return ops::dropout(in[0], 0.5, {}); },
      state.range(1) == 1);
}

// Arguments: threads, 1 with backward.
#define AUFBAU_OP(function) \
  BENCHMARK(function)->Args({1, 0})->Args({1, 1})->Args({2, 1})->Unit(benchmark::kMillisecond)
AUFBAU_OP(aggregate_rows);
AUFBAU_OP(normalize_rows);
AUFBAU_OP(linear_up);
AUFBAU_OP(linear_down);
AUFBAU_OP(embed_rows);
AUFBAU_OP(drop);

}  // namespace
}  // namespace aufbau

BENCHMARK_MAIN();
