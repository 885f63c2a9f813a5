#include "tensor/tensor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "errors.h"
#include "tensor/cpu/recycler.h"
#include "tensor/row_map.h"

namespace aufbau {
namespace {

using testing::expect_error;

TEST(Tensor, IsUndefinedUntilMade) {
  const Tensor none;
  EXPECT_FALSE(none);
  expect_error(ErrorKind::internal, "[tensor] an undefined tensor was used", [&] { none.shape(); });
}

TEST(Tensor, KnowsItsShape) {
  const Tensor x = Tensor::zeros({2, 3, 4}, DType::f32);
  EXPECT_EQ(x.size(), 24);
  EXPECT_EQ(x.rows(), 2);
  EXPECT_EQ(x.cols(), 12);
  EXPECT_EQ(to_string(x.shape()), "[2, 3, 4]");
  const Tensor scalar = Tensor::full({}, 7, DType::f64);
  EXPECT_EQ(scalar.size(), 1);
  EXPECT_EQ(scalar.rows(), 1);
  EXPECT_EQ(scalar.cols(), 1);
  EXPECT_EQ(scalar.item(), 7);
  const Tensor nothing = Tensor::zeros({0, 5}, DType::i32);
  EXPECT_EQ(nothing.size(), 0);
  EXPECT_EQ(nothing.rows(), 0);
  EXPECT_EQ(nothing.cols(), 5);
}

TEST(Tensor, HoldsValuesOfEveryType) {
  EXPECT_EQ(Tensor::from(std::vector<float>{1, 2.5}, {2}).values<float>()[1], 2.5f);
  EXPECT_EQ(Tensor::from(std::vector<double>{1, 2.5}, {2}).values<double>()[1], 2.5);
  EXPECT_EQ(Tensor::from(std::vector<std::int32_t>{1, -2}, {2}).values<std::int32_t>()[1], -2);
  const std::int64_t large = std::int64_t{1} << 40;
  EXPECT_EQ(Tensor::from(std::vector<std::int64_t>{large}, {}).values<std::int64_t>()[0], large);
  for (const DType dtype : {DType::f32, DType::f64, DType::i32, DType::i64})
    EXPECT_EQ(Tensor::full({3}, 4, dtype).to_doubles(), (std::vector<double>{4, 4, 4}));
}

TEST(Tensor, StartsAtACacheLine) {
  for (const std::int64_t size : {1, 3, 100, 100000})
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(Tensor::empty({size}, DType::f32).raw()) % 64, 0u);
}

TEST(Tensor, CopiesAliasAndClonesDoNot) {
  Tensor x = Tensor::from(std::vector<float>{1, 2}, {2});
  const Tensor alias = x, own = x.clone(), view = x.detach(), other_shape = x.reshape({1, 2});
  x.mutable_values<float>()[0] = 9;
  EXPECT_EQ(alias.values<float>()[0], 9);
  EXPECT_EQ(view.values<float>()[0], 9);
  EXPECT_EQ(other_shape.values<float>()[0], 9);
  EXPECT_EQ(own.values<float>()[0], 1);
  EXPECT_TRUE(x.is(alias));
  EXPECT_FALSE(x.is(view));
}

TEST(Tensor, ConvertsBetweenTypes) {
  const Tensor x = Tensor::from(std::vector<double>{1.75, -2.25}, {2});
  EXPECT_EQ(x.to(DType::f32).to_doubles(), (std::vector<double>{1.75, -2.25}));
  EXPECT_EQ(x.to(DType::i32).to_doubles(), (std::vector<double>{1, -2}));
  EXPECT_EQ(x.to(DType::i64).dtype(), DType::i64);
  EXPECT_TRUE(x.to(Device{}).is(x));
}

TEST(Tensor, RefusesWhatDoesNotFit) {
  expect_error(ErrorKind::internal, "[tensor] 3 values cannot fill shape [2, 2]", [] {
    Tensor::from(std::vector<float>{1, 2, 3}, {2, 2});
  });
  expect_error(ErrorKind::internal, "[reshape] [2, 2] cannot become [3]", [] {
    Tensor::zeros({2, 2}, DType::f32).reshape({3});
  });
  expect_error(ErrorKind::internal, "[tensor] elements are f32, read as i32",
               [] { Tensor::zeros({2}, DType::f32).values<std::int32_t>(); });
  expect_error(ErrorKind::internal, "[tensor] item() of shape [2]; expected one element",
               [] { Tensor::zeros({2}, DType::f32).item(); });
  expect_error(ErrorKind::internal, "[tensor] impossible shape [-1]",
               [] { Tensor::zeros({-1}, DType::f32); });
  expect_error(ErrorKind::internal, "[tensor] impossible shape [4611686018427387904, 4]", [] {
    Tensor::zeros({std::int64_t{1} << 62, 4}, DType::f32);
  });
}

TEST(Tensor, SaysWhenMemoryRunsOut) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the address sanitizer ends the process at an impossible allocation";
#endif
  const cpu::RecyclerState before = cpu::recycler_state();
  try {
    Tensor::empty({std::int64_t{1} << 50}, DType::f64);
    FAIL() << "eight petabytes were found";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::resource);
  }
  EXPECT_EQ(cpu::recycler_state().live, before.live);
  EXPECT_EQ(cpu::recycler_state().peak, before.peak);
}

TEST(AllFinite, FindsOneBadValueAnywhere) {
  const auto check = [](auto zero, DType dtype) {
    using T = decltype(zero);
    for (const std::int64_t size : {0, 1, 31, 33, 257, 70001}) {
      Tensor x = Tensor::full({size}, -std::numeric_limits<T>::max(), dtype);
      EXPECT_TRUE(all_finite(x));
      for (const T bad : {std::numeric_limits<T>::infinity(), -std::numeric_limits<T>::infinity(),
                          std::numeric_limits<T>::quiet_NaN()}) {
        for (const std::int64_t at : {std::int64_t{0}, size / 2, size - 1}) {
          if (size == 0) continue;
          const T before = std::exchange(x.mutable_values<T>()[at], bad);
          EXPECT_FALSE(all_finite(x)) << bad << " at " << at << " of " << size;
          x.mutable_values<T>()[at] = before;
        }
      }
    }
  };
  check(float{}, DType::f32);
  check(double{}, DType::f64);
}

TEST(Recycler, GivesAFreedBufferToTheNextOfItsSize) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "under the address sanitizer buffers are not kept";
#endif
  const void* first = Tensor::empty({100000}, DType::f32).raw();
  EXPECT_EQ(Tensor::empty({100001}, DType::f32).raw(), first);
}

TEST(Recycler, NeverHoldsMuchMoreThanWasOnceInUse) {
  for (int round = 0; round < 200; ++round) {
    std::vector<Tensor> held;
    for (int i = 0; i < 5; ++i)
      held.push_back(Tensor::empty({100000 * (1 + (round * 7 + i) % 50)}, DType::f32));
    held.clear();
    const cpu::RecyclerState state = cpu::recycler_state();
    EXPECT_LE(state.live + state.kept, state.peak + state.peak / 4 + (16 << 20));
  }
}

TEST(Recycler, AsksForHardlyMoreOnceItHasServedTheLargest) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "under the address sanitizer buffers are not kept";
#endif
  // Layers of falling size, then of rising size, as in steps over batches of different molecules.
  const auto step = [](std::int64_t rows) {
    Tensor below = Tensor::empty({rows, 300}, DType::f32);
    for (int layer = 1; layer <= 5; ++layer) {
      const Tensor hidden = Tensor::empty({rows * layer / 5, 600}, DType::f32);
      below = Tensor::empty({rows * layer / 5, 300}, DType::f32);
    }
  };
  step(20000);
  step(20000);
  const std::size_t segments = cpu::recycler_state().segments;
  for (int round = 0; round < 50; ++round) step(20000 - 97 * (round * 31 % 50));
  EXPECT_LE(cpu::recycler_state().segments, segments + 2) << "of 550 tensors";
}

TEST(RowMap, CarriesItsTranspose) {
  using Ids = std::vector<std::int32_t>;
  const auto ids = [](const Tensor& x) {
    return Ids(x.values<std::int32_t>().begin(), x.values<std::int32_t>().end());
  };
  const RowMap map = make_row_map(4, Ids{0, 2, 2, 5}, Ids{2, 0, 2, 1, 2}, Ids{1, 0, 0, 1, 1}, 2);
  EXPECT_EQ(map.rows, 3);
  EXPECT_EQ(map.sources, 4);
  EXPECT_EQ(map.entries, 5);
  EXPECT_EQ(ids(map.reverse_offset), (Ids{0, 1, 2, 5, 5}));
  EXPECT_EQ(ids(map.reverse_row), (Ids{0, 2, 0, 2, 2}));
  EXPECT_EQ(ids(map.reverse_entry), (Ids{1, 3, 0, 2, 4}));
  EXPECT_FALSE(map.identity);
  EXPECT_TRUE(make_identity(3).identity);
  EXPECT_TRUE(make_identity(0).identity);
  EXPECT_FALSE(make_gather(3, Ids{0, 2, 1}).identity);
  EXPECT_FALSE(make_gather(4, Ids{0, 1, 2}).identity);
}

}  // namespace
}  // namespace aufbau
