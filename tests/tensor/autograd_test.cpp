#include <gtest/gtest.h>

#include "errors.h"
#include "op_cases.h"
#include "tensor/cpu/recycler.h"

namespace aufbau {
namespace {

using testing::expect_error;

Tensor parameter(std::vector<double> values) {
  const auto size = static_cast<std::int64_t>(values.size());
  Tensor x = Tensor::from(std::span<const double>(values), {size});
  return x.set_requires_grad(true);
}
Tensor sum(const Tensor& x) { return ops::weighted_sum(x, Tensor::full(x.shape(), 1, x.dtype())); }

TEST(Backward, AddsTheGradientsOfAllUses) {
  const Tensor x = parameter({1, -2});
  // x + 3x + relu(x): slope 5 where x > 0, else 4
  backward(sum(ops::add(ops::add(x, ops::scale(x, 3)), ops::relu(x))));
  EXPECT_EQ(x.grad().to_doubles(), (std::vector<double>{5, 4}));
}

TEST(Backward, AddsToTheGradientsOfEarlierLosses) {
  const Tensor x = parameter({1, 2});
  backward(sum(ops::scale(x, 2)));
  const Tensor first = x.grad();
  backward(sum(ops::scale(x, 3)));
  EXPECT_EQ(x.grad().to_doubles(), (std::vector<double>{5, 5}));
  EXPECT_EQ(first.to_doubles(), (std::vector<double>{2, 2})) << "a gradient given out was changed";
}

TEST(Backward, GradientsThatShareStorageStayApart) {
  const Tensor a = parameter({1, 2}), b = parameter({3, 4});
  // Both inputs of the addition get the same gradient tensor; b then gets another one.
  backward(ops::add(sum(ops::scale(b, 10)), sum(ops::add(a, b))));
  EXPECT_EQ(a.grad().to_doubles(), (std::vector<double>{1, 1}));
  EXPECT_EQ(b.grad().to_doubles(), (std::vector<double>{11, 11}));
}

TEST(Backward, InPlaceOpsDoNotDamageSharedGradients) {
  // The gradient of the addition reaches a ReLU layer (which masks in place) and a leaf.
  Tensor x = parameter({1, -1, 2, 3}).reshape({2, 2}).detach();
  x.set_requires_grad(true);
  const Tensor leaf = x.clone().set_requires_grad(true);
  Tensor weight = Tensor::from(std::vector<double>{1, 0, 0, 1}, {2, 2});
  weight.set_requires_grad(true);
  const Tensor layer = ops::linear(x, weight, {}, ops::Activation::relu);
  backward(sum(ops::add(layer, leaf)));
  EXPECT_EQ(leaf.grad().to_doubles(), (std::vector<double>{1, 1, 1, 1}));
  EXPECT_EQ(x.grad().to_doubles(), (std::vector<double>{1, 0, 1, 1}));
}

TEST(Backward, PassesThroughReshape) {
  const Tensor x = parameter({1, 2, 3, 4});
  const Tensor square = x.reshape({2, 2});
  backward(ops::weighted_sum(square, Tensor::from(std::vector<double>{1, 2, 3, 4}, {2, 2})));
  EXPECT_EQ(x.grad().to_doubles(), (std::vector<double>{1, 2, 3, 4}));
  EXPECT_EQ(x.grad().shape(), x.shape());
}

TEST(Backward, WalksDeepChains) {
  const Tensor x = parameter({1});
  Tensor y = x;
  for (int i = 0; i < 20000; ++i) y = ops::scale(y, 1);
  backward(sum(y));
  EXPECT_EQ(x.grad().item(), 1);
}

TEST(Backward, StopsAtDetachAndUnderNoGrad) {
  const Tensor x = parameter({2});
  Tensor quiet;
  {
    const NoGrad scope;
    EXPECT_TRUE(NoGrad::active());
    quiet = ops::scale(x, 5);
  }
  EXPECT_FALSE(NoGrad::active());
  EXPECT_FALSE(quiet.requires_grad());
  EXPECT_FALSE(ops::scale(x.detach(), 5).requires_grad());
  backward(sum(ops::add(ops::scale(x, 3), quiet)));
  EXPECT_EQ(x.grad().item(), 3);
}

TEST(Backward, FreesWhatWasRecorded) {
  const std::size_t before = cpu::recycler_state().live;
  Tensor x = Tensor::zeros({1000, 100}, DType::f32);
  x.set_requires_grad(true);
  Tensor y = x;
  for (int i = 0; i < 10; ++i) y = ops::relu(y);
  Tensor loss = ops::weighted_sum(y, Tensor::full(y.shape(), 1, DType::f32));
  y = Tensor();
  EXPECT_GT(cpu::recycler_state().live, before + 10 * 400000);
  backward(loss);
  EXPECT_LT(cpu::recycler_state().live, before + 3 * 400000) << "parameter and gradient only";
}

TEST(Backward, RefusesWhatCannotBeDone) {
  const Tensor x = parameter({1, 2});
  expect_error(ErrorKind::internal, "[backward] the loss has shape [2]; expected a scalar",
               [&] { backward(ops::relu(x)); });
  expect_error(ErrorKind::internal, "[backward] nothing was recorded for this loss",
               [&] { backward(sum(x.detach())); });
  const Tensor shared = ops::scale(x, 2);
  const Tensor loss = sum(shared);
  backward(loss);
  const char* spent =
      "[backward] an earlier backward has already freed this computation; run the forward again";
  expect_error(ErrorKind::internal, spent, [&] { backward(loss); });
  expect_error(ErrorKind::internal, spent, [&] { backward(sum(ops::relu(shared))); });
  expect_error(ErrorKind::internal, "[autograd] set_requires_grad is for leaves, this is an output",
               [&] { Tensor(shared).set_requires_grad(false); });
  expect_error(ErrorKind::internal, "[autograd] a gradient [3] f64 came for a tensor [2] f64",
               [&] { Tensor(x).add_grad(Tensor::zeros({3}, DType::f64)); });
}

TEST(Gradients, MayBeReplacedAndCleared) {
  Tensor x = parameter({1, 2});
  x.set_grad(Tensor::full({2}, 7, DType::f64));
  EXPECT_EQ(x.grad().to_doubles(), (std::vector<double>{7, 7}));
  x.set_grad({});
  EXPECT_FALSE(x.grad());
}

TEST(Gradients, ALeafWithoutAPathGetsNone) {
  const Tensor x = parameter({1}), y = parameter({2});
  backward(sum(x));
  EXPECT_TRUE(x.grad());
  EXPECT_FALSE(y.grad());
}

}  // namespace
}  // namespace aufbau
