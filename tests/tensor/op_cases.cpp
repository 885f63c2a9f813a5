#include "op_cases.h"

#include <cmath>

namespace aufbau::testing {

namespace {

using Inputs = std::span<const Tensor>;
using ops::Activation;

Tensor f64(std::vector<double> values, Shape shape) {
  return Tensor::from(std::span<const double>(values), std::move(shape));
}
Tensor i32(std::vector<std::int32_t> values, Shape shape) {
  return Tensor::from(std::span<const std::int32_t>(values), std::move(shape));
}
/// A constant of an op in the dtype of its inputs, and where they are.
Tensor as(const Tensor& constant, Inputs inputs) {
  return constant.to(inputs[0].dtype()).to(inputs[0].device());
}
/// Ids or a map of an op where its inputs are.
template <class T>
T beside(const T& ids, Inputs inputs) {
  return ids.to(inputs[0].device());
}

RowMap row_map(std::int64_t sources, std::vector<std::int32_t> offset,
               std::vector<std::int32_t> source, std::vector<std::int32_t> code = {},
               std::int32_t code_count = 0) {
  return make_row_map(sources, offset, source, code, code_count);
}

Tensor batch_norm(Inputs in, const Tensor& multiplicity, bool training, Activation activation) {
  const Shape width = {in[0].cols()};
  ops::BatchNormState state{in[1], in[2], Tensor::full(width, 0.5, in[0].dtype(), in[0].device()),
                            Tensor::full(width, 2, in[0].dtype(), in[0].device())};
  return ops::batch_norm(in[0], state, multiplicity ? as(multiplicity, in) : Tensor(), training,
                         activation);
}

}  // namespace

std::vector<OpCase> written_cases() {
  const Tensor a = f64({1, -2, 3, 4, 0.5, -6}, {2, 3});
  const Tensor b = f64({10, 20, 30, -4, 50, 60}, {2, 3});
  // Row 0 reads sources 2 and 0, row 1 nothing, row 2 source 2 twice and source 1.
  const RowMap map = row_map(3, {0, 2, 2, 5}, {2, 0, 2, 1, 2}, {1, 0, 0, 1, 1}, 2);
  const RowMap gather = make_gather(3, std::vector<std::int32_t>{2, 0, 2, 1});
  const Tensor x = f64({1, 2, 3, 4, 5, 7}, {3, 2});
  const Tensor table = f64({0.5, 0, 0, 100}, {2, 2});
  const double ln2 = std::log(2.0), e = std::exp(1.0);
  const double third = 1 / std::sqrt(2.0 / 3 + 1e-5);
  const double shared = 1 / std::sqrt(0.75 + 1e-5);
  const double running = 1 / std::sqrt(2 + 1e-5);

  std::vector<OpCase> cases;
  const auto add = [&](std::string name, std::vector<Tensor> inputs,
                       std::function<Tensor(Inputs)> apply, std::vector<double> expected) {
    cases.push_back({std::move(name), std::move(inputs), std::move(apply), std::move(expected)});
  };

  add("add", {a, b}, [](Inputs in) { return ops::add(in[0], in[1]); }, {11, 18, 33, 0, 50.5, 54});
  add("add twice the same", {a}, [](Inputs in) { return ops::add(in[0], in[0]); },
      {2, -4, 6, 8, 1, -12});
  add("scale", {a}, [](Inputs in) { return ops::scale(in[0], -2); }, {-2, 4, -6, -8, -1, 12});
  add("relu", {a}, [](Inputs in) { return ops::relu(in[0]); }, {1, 0, 3, 4, 0.5, 0});
  add("leaky_relu", {a}, [](Inputs in) { return ops::leaky_relu(in[0], 0.2); },
      {1, -0.4, 3, 4, 0.5, -1.2});
  const double ln3 = std::log(3.0);
  add("sigmoid", {f64({0, ln3, -ln3, 800, -800, 0}, {2, 3})},
      [](Inputs in) { return ops::sigmoid(in[0]); }, {0.5, 0.75, 0.25, 1, 0, 0.5});
  add("maximum", {a, b, f64({1, 30, 3, 3, 40, 6}, {2, 3})},
      [](Inputs in) { return ops::maximum(in); }, {10, 30, 30, 4, 50, 60});
  add("concat_columns", {a, f64({7, 8}, {2, 1})}, [](Inputs in) { return ops::concat_columns(in); },
      {1, -2, 3, 7, 4, 0.5, -6, 8});
  add("columns", {a}, [](Inputs in) { return ops::columns(in[0], 1, 2); }, {-2, 3, 0.5, -6});
  add("reshape", {a}, [](Inputs in) { return in[0].reshape({3, 2}); }, {1, -2, 3, 4, 0.5, -6});

  const Tensor weight = f64({1, 0, -1, 2, 1, 0}, {2, 3}), bias = f64({0.5, -5}, {2});
  add("linear", {a, weight, bias}, [](Inputs in) { return ops::linear(in[0], in[1], in[2]); },
      {-1.5, -5, 10.5, 3.5});
  add("linear without bias", {a, weight}, [](Inputs in) { return ops::linear(in[0], in[1], {}); },
      {-2, 0, 10, 8.5});
  add("linear with relu", {a, weight, bias},
      [](Inputs in) { return ops::linear(in[0], in[1], in[2], Activation::relu); },
      {0, 0, 10.5, 3.5});
  add("row_dot", {a, b}, [](Inputs in) { return ops::row_dot(in[0], in[1]); }, {60, -351});

  add("normalize_rows", {f64({3, 4, 0, -0.5}, {2, 2})},
      [](Inputs in) { return ops::normalize_rows(in[0]); }, {0.6, 0.8, 0, -1});
  add("head_dot", {f64({1, 2, 3, 4, 5, 6, 7, 8}, {2, 4}), f64({1, 10, 100, -1}, {2, 2})},
      [](Inputs in) { return ops::head_dot(in[0], in[1]); }, {21, 296, 65, 692});

  const Tensor codes = i32({1, 0, 0, 1, 1, 1}, {3, 2});
  add("embedding_sum", {table, f64({1, 2, 30, 40}, {2, 2})},
      [=](Inputs in) { return ops::embedding_sum(beside(codes, in), in); },
      {1, 102, 30.5, 40, 30, 140});
  add("gather_rows", {x}, [=](Inputs in) { return ops::gather_rows(in[0], beside(gather, in)); },
      {5, 7, 1, 2, 5, 7, 3, 4});
  add("gather_rows of the identity", {x},
      [](Inputs in) { return ops::gather_rows(in[0], beside(make_identity(3), in)); },
      {1, 2, 3, 4, 5, 7});
  add("aggregate", {x, table},
      [=](Inputs in) { return ops::aggregate(in[0], in[1], beside(map, in)); },
      {6.5, 109, 0, 0, 13.5, 218});
  // Per head, row 0: 2 * source 2 + source 0, and codes 1, 0 likewise; row 2: entries of weight 1,
  // 0, -1.
  const Tensor one_head = f64({2, 1, 1, 0, -1}, {5, 1});
  add("weighted_aggregate", {x, table, one_head},
      [=](Inputs in) { return ops::weighted_aggregate(in[0], in[1], in[2], beside(map, in)); },
      {11.5, 216, 0, 0, 0.5, -100});
  add("weighted_aggregate of two heads", {x, table, f64({2, 0, 1, 0, 1, 1, 0, 1, -1, 0}, {5, 2})},
      [=](Inputs in) { return ops::weighted_aggregate(in[0], in[1], in[2], beside(map, in)); },
      {5.75, 0, 55.75});
  add("weighted_aggregate without edges", {x, one_head},
      [=](Inputs in) { return ops::weighted_aggregate(in[0], {}, in[1], beside(map, in)); },
      {11, 16, 0, 0, 0, 0});
  add("entry_sum", {f64({1, 2, 3}, {3, 1}), f64({10, 20, 30}, {3, 1}), f64({0.5, 0.25}, {2, 1})},
      [=](Inputs in) { return ops::entry_sum(in[0], in[1], in[2], beside(map, in)); },
      {31.25, 11.5, 33.5, 23.25, 33.25});
  add("entry_sum of sources", {f64({10, 20, 30}, {3, 1})},
      [=](Inputs in) { return ops::entry_sum({}, in[0], {}, beside(map, in)); },
      {30, 10, 30, 20, 30});
  add("entry_dot", {f64({1, 10, 0, 0, -1, 2}, {3, 2}), x},
      [=](Inputs in) { return ops::entry_dot(in[0], in[1], beside(map, in)); }, {75, 21, 9, 5, 9});
  add("divide_by_count", {x},
      [=](Inputs in) { return ops::divide_by_count(in[0], beside(map, in)); },
      {0.5, 1, 3, 4, 5.0 / 3, 7.0 / 3});
  add("segment_sum", {x}, [=](Inputs in) { return ops::segment_sum(in[0], beside(map, in)); },
      {6, 9, 0, 0, 13, 18});
  add("segment_mean", {x}, [=](Inputs in) { return ops::segment_mean(in[0], beside(map, in)); },
      {3, 4.5, 0, 0, 13.0 / 3, 6});
  add("segment_max", {f64({1, 9, 3, 4, 5, 7}, {3, 2})},
      [=](Inputs in) { return ops::segment_max(in[0], beside(map, in)); }, {5, 9, 0, 0, 5, 7});
  add("segment_max of negative values", {f64({-1, -9, -3, -4, -5, -7}, {3, 2})},
      [=](Inputs in) { return ops::segment_max(in[0], beside(map, in)); }, {-1, -7, 0, 0, -3, -4});
  add("segment_softmax", {f64({0, 0, 0, 1000, ln2, 1, 0, 1, 0, 1}, {5, 2})},
      [=](Inputs in) { return ops::segment_softmax(in[0], beside(map, in)); },
      {0.5, 0, 0.5, 1, 0.5, 1.0 / 3, 0.25, 1.0 / 3, 0.25, 1.0 / 3});

  // Gates 1/2, 3/4, tanh(ln 2) = 3/5, 1/2; cell 2: the next is 1.8.
  add("lstm_step", {f64({0, std::log(3.0), ln2, 0}, {1, 4}), f64({2}, {1, 1})},
      [](Inputs in) { return ops::lstm_step(in[0], in[1]); }, {0.5 * std::tanh(1.8), 1.8});

  const Tensor columns = f64({1, 10, 2, 20, 3, 0}, {3, 2}), gain = f64({2, -1}, {2}),
               shift = f64({0.25, 1}, {2});
  const double wide = 10 / std::sqrt(200.0 / 3 + 1e-5);
  add("batch_norm training", {columns, gain, shift},
      [](Inputs in) { return batch_norm(in, {}, true, Activation::none); },
      {0.25 - 2 * third, 1, 0.25, 1 - wide, 0.25 + 2 * third, 1 + wide});
  add("batch_norm training with relu", {columns, gain, shift},
      [](Inputs in) { return batch_norm(in, {}, true, Activation::relu); },
      {0, 1, 0.25, 0, 0.25 + 2 * third, 1 + wide});
  // Rows 1, 1, 1, 3 stored as two: mean 1.5, variance 0.75.
  add("batch_norm with multiplicities", {f64({1, 3}, {2, 1}), f64({2}, {1}), f64({0.25}, {1})},
      [](Inputs in) {
        return batch_norm(in, f64({3, 1}, {2}), true, Activation::none);
      },
      {0.25 - shared, 0.25 + 3 * shared});
  add("batch_norm evaluation", {columns, gain, shift},
      [](Inputs in) { return batch_norm(in, {}, false, Activation::none); },
      {0.25 + running, 1 - 9.5 * running, 0.25 + 3 * running, 1 - 19.5 * running,
       0.25 + 5 * running, 1 + 0.5 * running});
  add("dropout of nothing", {a}, [](Inputs in) { return ops::dropout(in[0], 0, {}); },
      {1, -2, 3, 4, 0.5, -6});

  const Tensor zero_one = f64({1, 0, 1, 0}, {2, 2}), mask = f64({1, 1, 0, 0}, {2, 2});
  const Tensor logits = f64({0, 0, -1, 800}, {2, 2});
  add("bce_with_logits", {logits},
      [=](Inputs in) { return ops::bce_with_logits(in[0], as(zero_one, in)); },
      {(2 * ln2 + std::log(1 + e) + 800) / 4});
  add("bce_with_logits masked", {logits},
      [=](Inputs in) { return ops::bce_with_logits(in[0], as(zero_one, in), as(mask, in)); },
      {ln2});
  add("bce_with_logits of nothing", {logits},
      [=](Inputs in) {
        return ops::bce_with_logits(in[0], as(zero_one, in),
                                    as(Tensor::zeros({2, 2}, DType::f64), in));
      },
      {0});
  const Tensor classes = i32({1, 0}, {2});
  add("cross_entropy", {f64({0, 0, 0, ln2, 0, 0}, {2, 3})},
      [=](Inputs in) { return ops::cross_entropy(in[0], beside(classes, in)); },
      {(std::log(3.0) + ln2) / 2});
  add("cross_entropy of large logits", {f64({1000, 0, 0, 1000}, {2, 2})},
      [=](Inputs in) { return ops::cross_entropy(in[0], beside(classes, in)); }, {1000});
  add("mean_squared_error", {logits},
      [=](Inputs in) { return ops::mean_squared_error(in[0], as(zero_one, in)); },
      {(1 + 0 + 4 + 640000) / 4.0});
  add("mean_squared_error masked", {logits},
      [=](Inputs in) { return ops::mean_squared_error(in[0], as(zero_one, in), as(mask, in)); },
      {0.5});
  add("weighted_sum", {a, b}, [](Inputs in) { return ops::weighted_sum(in[0], in[1]); }, {-291});
  return cases;
}

Tensor drawn(Shape shape, std::uint32_t item) {
  Random random({1, Purpose::test, 0, item});
  std::vector<double> values(static_cast<std::size_t>(element_count(shape)));
  for (double& value : values) value = 2 * random.uniform() - 1;
  return f64(std::move(values), std::move(shape));
}

std::vector<std::int32_t> drawn_ids(std::int64_t count, std::int32_t bound, std::uint32_t item) {
  Random random({2, Purpose::test, 0, item});
  std::vector<std::int32_t> ids(static_cast<std::size_t>(count));
  for (auto& id : ids) id = static_cast<std::int32_t>(random.below(bound));
  return ids;
}

namespace {

constexpr std::int32_t kCodes = 18;

/// Rows with 0 to 4 entries that read any of as many sources.
RowMap drawn_map(std::int64_t rows) {
  std::vector<std::int32_t> offset = {0};
  for (std::int64_t r = 0; r < rows; ++r)
    offset.push_back(offset.back() + static_cast<std::int32_t>((r * 7 + 2) % 5));
  const auto sources = static_cast<std::int32_t>(rows);
  return make_row_map(rows, offset, drawn_ids(offset.back(), sources, 1),
                      drawn_ids(offset.back(), kCodes, 2), kCodes);
}

RowMap drawn_gather(std::int64_t rows) {
  return make_gather(rows, drawn_ids(rows, static_cast<std::int32_t>(rows), 3));
}

Tensor drawn_mask(std::int64_t rows, std::int64_t width) {
  const auto ids = drawn_ids(rows * width, 3, 4);
  return i32(ids, {rows, width}).to(DType::f64);
}

}  // namespace

std::vector<SizedCase> sized_cases() {
  using Size = std::int64_t;
  std::vector<SizedCase> cases;
  const auto add = [&](std::string name, std::function<OpCase(Size, Size)> make) {
    cases.push_back({name, [name, make](Size rows, Size width) {
                       OpCase made = make(rows, width);
                       made.name = name;
                       return made;
                     }});
  };
  const auto unary = [&](std::string name, std::function<Tensor(const Tensor&)> op) {
    add(std::move(name), [op](Size rows, Size width) {
      return OpCase{"", {drawn({rows, width}, 1)}, [op](Inputs in) { return op(in[0]); }, {}};
    });
  };
  const auto mapped = [&](std::string name,
                          std::function<Tensor(const Tensor&, const RowMap&)> op) {
    add(std::move(name), [op](Size rows, Size width) {
      return OpCase{"",
                    {drawn({rows, width}, 1)},
                    [op, map = drawn_map(rows)](Inputs in) { return op(in[0], beside(map, in)); },
                    {}};
    });
  };
  const auto normalized = [&](std::string name, bool weighted, bool training,
                              Activation activation) {
    add(std::move(name), [=](Size rows, Size width) {
      Tensor multiplicity;
      if (weighted) {
        auto counts = drawn_ids(rows, 4, 5);
        for (auto& count : counts) ++count;
        multiplicity = i32(counts, {rows}).to(DType::f64);
      }
      return OpCase{"",
                    {drawn({rows, width}, 1), drawn({width}, 2), drawn({width}, 3)},
                    [=](Inputs in) { return batch_norm(in, multiplicity, training, activation); },
                    {}};
    });
  };

  add("add", [](Size rows, Size width) {
    return OpCase{"",
                  {drawn({rows, width}, 1), drawn({rows, width}, 2)},
                  [](Inputs in) { return ops::add(in[0], in[1]); },
                  {}};
  });
  unary("scale", [](const Tensor& x) { return ops::scale(x, 0.3); });
  unary("relu", [](const Tensor& x) { return ops::relu(x); });
  unary("leaky_relu", [](const Tensor& x) { return ops::leaky_relu(x, 0.2); });
  unary("columns", [](const Tensor& x) { return ops::columns(x, x.cols() / 3, x.cols() / 2); });
  unary("sigmoid", [](const Tensor& x) { return ops::sigmoid(x); });
  add("maximum", [](Size rows, Size width) {
    return OpCase{"",
                  {drawn({rows, width}, 1), drawn({rows, width}, 2), drawn({rows, width}, 3)},
                  [](Inputs in) { return ops::maximum(in); },
                  {}};
  });
  add("concat_columns", [](Size rows, Size width) {
    return OpCase{"",
                  {drawn({rows, width}, 1), drawn({rows, 2 * width + 1}, 2)},
                  [](Inputs in) { return ops::concat_columns(in); },
                  {}};
  });
  for (const Activation activation : {Activation::none, Activation::relu}) {
    add(activation == Activation::relu ? "linear with relu" : "linear",
        [activation](Size rows, Size width) {
          return OpCase{
              "",
              {drawn({rows, width}, 1), drawn({2 * width, width}, 2), drawn({2 * width}, 3)},
              [activation](Inputs in) { return ops::linear(in[0], in[1], in[2], activation); },
              {}};
        });
  }
  add("row_dot", [](Size rows, Size width) {
    return OpCase{"",
                  {drawn({rows, width}, 1), drawn({rows, width}, 2)},
                  [](Inputs in) { return ops::row_dot(in[0], in[1]); },
                  {}};
  });
  unary("normalize_rows", [](const Tensor& x) { return ops::normalize_rows(x); });
  add("head_dot", [](Size rows, Size width) {
    return OpCase{"",
                  {drawn({rows, 3 * width}, 1), drawn({3, width}, 2)},
                  [](Inputs in) { return ops::head_dot(in[0], in[1]); },
                  {}};
  });
  add("embedding_sum", [](Size rows, Size width) {
    std::vector<std::int32_t> ids = drawn_ids(2 * rows, kCodes, 6);
    for (std::size_t i = 1; i < ids.size(); i += 2) ids[i] %= 3;
    return OpCase{"",
                  {drawn({kCodes, width}, 1), drawn({3, width}, 2)},
                  [codes = i32(ids, {rows, 2})](Inputs in) {
                    return ops::embedding_sum(beside(codes, in), in);
                  },
                  {}};
  });
  add("embedding_sum of ten tables", [](Size rows, Size width) {
    std::vector<Tensor> tables;
    for (std::uint32_t c = 0; c < 10; ++c) tables.push_back(drawn({5, width}, c));
    return OpCase{"",
                  std::move(tables),
                  [codes = i32(drawn_ids(10 * rows, 5, 8), {rows, 10})](Inputs in) {
                    return ops::embedding_sum(beside(codes, in), in);
                  },
                  {}};
  });
  add("gather_rows", [](Size rows, Size width) {
    return OpCase{
        "",
        {drawn({rows, width}, 1)},
        [map = drawn_gather(rows)](Inputs in) { return ops::gather_rows(in[0], beside(map, in)); },
        {}};
  });
  add("aggregate", [](Size rows, Size width) {
    return OpCase{"",
                  {drawn({rows, width}, 1), drawn({kCodes, width}, 2)},
                  [map = drawn_map(rows)](Inputs in) {
                    return ops::aggregate(in[0], in[1], beside(map, in));
                  },
                  {}};
  });
  for (const Size heads : {1, 2})
    add("weighted_aggregate of " + std::to_string(heads), [heads](Size rows, Size width) {
      const RowMap map = drawn_map(rows);
      return OpCase{"",
                    {drawn({rows, heads * width}, 1), drawn({kCodes, heads * width}, 2),
                     drawn({map.entries, heads}, 3)},
                    [map](Inputs in) {
                      return ops::weighted_aggregate(in[0], in[1], in[2], beside(map, in));
                    },
                    {}};
    });
  add("entry_sum", [](Size rows, Size width) {
    return OpCase{"",
                  {drawn({rows, width}, 1), drawn({rows, width}, 2), drawn({kCodes, width}, 3)},
                  [map = drawn_map(rows)](Inputs in) {
                    return ops::entry_sum(in[0], in[1], in[2], beside(map, in));
                  },
                  {}};
  });
  add("entry_dot", [](Size rows, Size width) {
    return OpCase{"",
                  {drawn({rows, width}, 1), drawn({rows, width}, 2)},
                  [map = drawn_map(rows)](Inputs in) {
                    return ops::entry_dot(in[0], in[1], beside(map, in));
                  },
                  {}};
  });
  mapped("divide_by_count", ops::divide_by_count);
  mapped("segment_sum", ops::segment_sum);
  mapped("segment_mean", ops::segment_mean);
  mapped("segment_max", ops::segment_max);
  add("segment_softmax", [](Size rows, Size width) {
    const RowMap map = drawn_map(rows);
    return OpCase{"",
                  {drawn({map.entries, width}, 1)},
                  [map](Inputs in) { return ops::segment_softmax(in[0], beside(map, in)); },
                  {}};
  });
  add("lstm_step", [](Size rows, Size width) {
    return OpCase{"",
                  {drawn({rows, 4 * width}, 1), drawn({rows, width}, 2)},
                  [](Inputs in) { return ops::lstm_step(in[0], in[1]); },
                  {}};
  });
  normalized("batch_norm", false, true, Activation::none);
  normalized("batch_norm with relu", false, true, Activation::relu);
  normalized("batch_norm with multiplicities", true, true, Activation::relu);
  normalized("batch_norm evaluation", false, false, Activation::relu);
  unary("dropout", [](const Tensor& x) { return ops::dropout(x, 0.3, {5, Purpose::dropout}); });
  add("bce_with_logits", [](Size rows, Size width) {
    return OpCase{"",
                  {drawn({rows, width}, 1)},
                  [targets = drawn_mask(rows, width), mask = drawn_mask(rows, width)](Inputs in) {
                    return ops::bce_with_logits(in[0], as(targets, in), as(mask, in));
                  },
                  {}};
  });
  add("cross_entropy", [](Size rows, Size width) {
    const auto targets = i32(drawn_ids(rows, static_cast<std::int32_t>(width), 7), {rows});
    return OpCase{"",
                  {drawn({rows, width}, 1)},
                  [targets](Inputs in) { return ops::cross_entropy(in[0], beside(targets, in)); },
                  {}};
  });
  add("mean_squared_error", [](Size rows, Size width) {
    return OpCase{"",
                  {drawn({rows, width}, 1)},
                  [targets = drawn({rows, width}, 2), mask = drawn_mask(rows, width)](Inputs in) {
                    return ops::mean_squared_error(in[0], as(targets, in), as(mask, in));
                  },
                  {}};
  });
  add("weighted_sum", [](Size rows, Size width) {
    return OpCase{"",
                  {drawn({rows, width}, 1), drawn({rows, width}, 2)},
                  [](Inputs in) { return ops::weighted_sum(in[0], in[1]); },
                  {}};
  });
  return cases;
}

Evaluated evaluate(const OpCase& op, DType dtype, Device device) {
  std::vector<Tensor> inputs;
  for (const Tensor& input : op.inputs) {
    inputs.push_back(input.to(dtype).to(device));
    inputs.back().set_requires_grad(true);
  }
  Evaluated result;
  result.output = op.apply(inputs);
  const bool is_loss = result.output.shape().empty();
  const Tensor loss =
      is_loss
          ? result.output
          : ops::weighted_sum(result.output, drawn(result.output.shape(), 99).to(dtype).to(device));
  result.loss = loss.item();
  backward(loss);
  for (const Tensor& input : inputs) result.gradients.push_back(input.grad());
  return result;
}

}  // namespace aufbau::testing
