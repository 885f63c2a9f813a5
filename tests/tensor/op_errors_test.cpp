#include "errors.h"
#include "tensor/backend.h"
#include "tensor/ops.h"

namespace aufbau {
namespace {

using testing::expect_error;

void expect_refused(const std::string& text, const std::function<void()>& body) {
  expect_error(ErrorKind::internal, text, body);
}

Tensor f32(Shape shape) { return Tensor::zeros(std::move(shape), DType::f32); }
Tensor f64(Shape shape) { return Tensor::zeros(std::move(shape), DType::f64); }
Tensor i32(Shape shape) { return Tensor::zeros(std::move(shape), DType::i32); }

TEST(OpErrors, NameTheOpTheArgumentAndBothShapes) {
  expect_refused("[add] b has shape [3, 2], expected [2, 3]", [] {
    ops::add(f32({2, 3}), f32({3, 2}));
  });
  expect_refused("[add] b is f64, expected f32", [] { ops::add(f32({2}), f64({2})); });
  expect_refused("[relu] x is i32, expected f32 or f64", [] { ops::relu(i32({2})); });
  expect_refused("[sigmoid] x is i32, expected f32 or f64", [] { ops::sigmoid(i32({2})); });
  expect_refused("[relu] x is undefined", [] { ops::relu({}); });
  expect_refused("[maximum] xs is empty", [] { ops::maximum({}); });
  expect_refused("[maximum] xs[1] has shape [1], expected [2]", [] {
    ops::maximum(std::vector<Tensor>{f32({2}), f32({1})});
  });
  expect_refused("[concat_columns] xs[1] has shape [3, 2], expected [2, 2]", [] {
    ops::concat_columns(std::vector<Tensor>{f32({2, 2}), f32({3, 2})});
  });
  expect_refused("[linear] x has shape [4], expected rank 2", [] {
    ops::linear(f32({4}), f32({2, 4}), {});
  });
  expect_refused("[linear] weight has shape [2, 4], expected [2, 3]", [] {
    ops::linear(f32({5, 3}), f32({2, 4}), {});
  });
  expect_refused("[linear] bias has shape [3], expected [2]", [] {
    ops::linear(f32({5, 3}), f32({2, 3}), f32({3}));
  });
  expect_refused("[row_dot] b has shape [5, 4], expected [5, 3]", [] {
    ops::row_dot(f32({5, 3}), f32({5, 4}));
  });
  expect_refused("[head_dot] x has shape [5, 4], expected [5, 6]", [] {
    ops::head_dot(f32({5, 4}), f32({2, 3}));
  });
  expect_refused("[columns] x has shape [5, 4], expected columns 3 to 5", [] {
    ops::columns(f32({5, 4}), 3, 2);
  });
  expect_refused("[leaky_relu] slope is 0, expected > 0", [] { ops::leaky_relu(f32({5}), 0); });
  expect_refused("[lstm_step] gates has shape [5, 6], expected [5, 8]", [] {
    ops::lstm_step(f32({5, 6}), f32({5, 2}));
  });
  expect_refused("[embedding_sum] codes has shape [5, 1], expected [5, 2]", [] {
    ops::embedding_sum(i32({5, 1}), std::vector<Tensor>{f32({3, 4}), f32({2, 4})});
  });
  expect_refused("[embedding_sum] tables[1] has shape [2, 5], expected [2, 4]", [] {
    ops::embedding_sum(i32({5, 2}), std::vector<Tensor>{f32({3, 4}), f32({2, 5})});
  });
  expect_refused("[dropout] p is 1, expected 0 <= p < 1", [] { ops::dropout(f32({2}), 1, {}); });
  expect_refused("[bce_with_logits] targets has shape [2], expected [3]",
                 [] { ops::bce_with_logits(f32({3}), f32({2})); });
  expect_refused("[bce_with_logits] mask has shape [2], expected [3]",
                 [] { ops::bce_with_logits(f32({3}), f32({3}), f32({2})); });
  expect_refused("[cross_entropy] targets is f32, expected i32", [] {
    ops::cross_entropy(f32({3, 2}), f32({3}));
  });
  expect_refused("[cross_entropy] targets has shape [2], expected [3]", [] {
    ops::cross_entropy(f32({3, 2}), i32({2}));
  });
  expect_refused("[cross_entropy] logits has shape [3, 0], expected at least one class", [] {
    ops::cross_entropy(f32({3, 0}), i32({3}));
  });
  expect_refused("[mean_squared_error] targets has shape [3, 1], expected [3]", [] {
    ops::mean_squared_error(f32({3}), f32({3, 1}));
  });
  expect_refused("[weighted_sum] weight has shape [2], expected [3]",
                 [] { ops::weighted_sum(f32({3}), f32({2})); });
}

TEST(OpErrors, NameTheMapThatDoesNotFit) {
  const RowMap map =
      make_row_map(3, std::vector<std::int32_t>{0, 2, 3}, std::vector<std::int32_t>{0, 1, 2});
  const RowMap coded = make_row_map(3, std::vector<std::int32_t>{0, 1},
                                    std::vector<std::int32_t>{0}, std::vector<std::int32_t>{1}, 2);
  expect_refused("[segment_sum] x has shape [4, 2], the map has 3 sources", [&] {
    ops::segment_sum(f32({4, 2}), map);
  });
  expect_refused("[weighted_aggregate] weight has shape [4, 1], the map has 3 entries", [&] {
    ops::weighted_aggregate(f32({3, 2}), {}, f32({4, 1}), map);
  });
  expect_refused(
      "[weighted_aggregate] x has shape [3, 5], weight [3, 2]; expected columns for every head",
      [&] {
        ops::weighted_aggregate(f32({3, 5}), {}, f32({3, 2}), map);
      });
  expect_refused("[weighted_aggregate] the map has no codes", [&] {
    ops::weighted_aggregate(f32({3, 2}), f32({2, 2}), f32({3, 1}), map);
  });
  expect_refused("[entry_sum] per_row has shape [3, 2], expected [2, 2]", [&] {
    ops::entry_sum(f32({3, 2}), f32({3, 2}), {}, map);
  });
  expect_refused("[entry_dot] rows has shape [3, 2], expected [2, 2]", [&] {
    ops::entry_dot(f32({3, 2}), f32({3, 2}), map);
  });
  expect_refused("[symmetric_weights] source_degree has shape [2], expected [3]",
                 [&] { ops::symmetric_weights(map, i32({2}), DType::f32); });
  expect_refused("[divide_by_count] x has shape [3, 2], the map has 2 rows", [&] {
    ops::divide_by_count(f32({3, 2}), map);
  });
  expect_refused("[segment_softmax] scores has shape [4, 2], the map has 3 entries", [&] {
    ops::segment_softmax(f32({4, 2}), map);
  });
  expect_refused("[gather_rows] the map has 3 entries for 2 rows; expected one each", [&] {
    ops::gather_rows(f32({3, 2}), map);
  });
  expect_refused("[aggregate] edge_table has shape [3, 2], expected [2, 2]", [&] {
    ops::aggregate(f32({3, 2}), f32({3, 2}), coded);
  });
  expect_refused("[aggregate] the map has no codes", [&] {
    ops::aggregate(f32({3, 2}), f32({0, 2}), map);
  });
}

TEST(OpErrors, BatchNormNamesItsStateAndMultiplicity) {
  ops::BatchNormState state{f32({2}), f32({2}), f32({2}), f32({3})};
  expect_refused("[batch_norm] running_var has shape [3], expected [2]", [&] {
    ops::batch_norm(f32({4, 2}), state, {}, true);
  });
  state.running_var = f32({2});
  expect_refused("[batch_norm] multiplicity has shape [3], expected [4]", [&] {
    ops::batch_norm(f32({4, 2}), state, f32({3}), true);
  });
}

TEST(OpErrors, IdsAreComparedWithTheirTableBeforeUse) {
  const Tensor bad = Tensor::from(std::vector<std::int32_t>{0, 3}, {2, 1});
  expect_refused("[embedding_sum] code 3 in row 1, column 0; expected 0 to 2", [&] {
    ops::embedding_sum(bad, std::vector<Tensor>{f32({3, 4})});
  });
  expect_refused("[cross_entropy] target -1 in row 0; expected 0 to 1", [] {
    ops::cross_entropy(f32({1, 2}), Tensor::full({1}, -1, DType::i32));
  });
}

TEST(RowMapErrors, NameTheFirstBadIndex) {
  using Ids = std::vector<std::int32_t>;
  const auto make = [](std::int64_t sources, Ids offset, Ids source, Ids code = {},
                       std::int32_t codes = 0) {
    make_row_map(sources, offset, source, code, codes);
  };
  expect_refused("[row map] offsets must start with 0", [&] { make(1, {}, {}); });
  expect_refused("[row map] offsets must start with 0", [&] { make(1, {1, 1}, {0}); });
  expect_refused("[row map] offset[2] is 1, less than the one before", [&] {
    make(1, {0, 2, 1}, {0, 0});
  });
  expect_refused("[row map] the last offset is 1 but there are 2 entries", [&] {
    make(1, {0, 1}, {0, 0});
  });
  expect_refused("[row map] source[1] is 2, expected 0 to 1", [&] { make(2, {0, 2}, {0, 2}); });
  expect_refused("[row map] source[0] is -1, expected 0 to 1", [&] { make(2, {0, 1}, {-1}); });
  expect_refused("[row map] 1 codes for 2 entries", [&] { make(2, {0, 2}, {0, 1}, {0}, 1); });
  expect_refused("[row map] code[1] is 3, expected 0 to 2", [&] {
    make(2, {0, 2}, {0, 1}, {0, 3}, 3);
  });
}

TEST(Devices, AreNamedOrRefused) {
  EXPECT_EQ(parse_device("cpu"), Device{});
  EXPECT_NO_THROW(backend_for(parse_device("auto")));
  for (const char* text : {"gpu", "cuda:", "cuda:x", "cuda:-1", "", "CPU"})
    expect_error(
        ErrorKind::usage,
        "[device] unknown device '" + std::string(text) + "'; known: auto, cpu, cuda, cuda:i",
        [&] { parse_device(text); });
}

TEST(Devices, ADeviceThatIsNotThereIsAnErrorAndNeverAFallback) {
  setenv("AUFBAU_PLUGINS", "/nowhere", 1);
  const char* text =
      "[cuda] /nowhere/libaufbau_cuda.so is not there; the CUDA toolkit (12 or later) builds it, "
      "and "
      "it needs cuBLAS of that toolkit; or use --device cpu, or set AUFBAU_PLUGINS to the folder "
      "that "
      "holds it";
  expect_error(ErrorKind::resource, text, [] { parse_device("cuda"); });
  expect_error(ErrorKind::resource, text, [] { parse_device("cuda:1"); });
  expect_error(ErrorKind::resource, text, [] {
    Tensor::zeros({1}, DType::f32, {Device::Kind::cuda, 0});
  });
  EXPECT_EQ(parse_device("auto"), Device{});
}

}  // namespace
}  // namespace aufbau
