#include <gtest/gtest.h>

#include <set>

#include "nn/pooling.h"
#include "testing/errors.h"

namespace aufbau::nn {
namespace {

Tensor states() {
  const double values[] = {1, -4, 3, -2, 5, 6};
  return Tensor::from(std::span<const double>(values), {3, 2});
}

// Two nodes, none, one.
RowMap three_graphs() {
  return make_row_map(3, std::vector<std::int32_t>{0, 2, 2, 3}, std::vector<std::int32_t>{0, 1, 2});
}

TEST(Pool, ReadsOutEveryGraphAndGivesZeroForEmptyOnes) {
  EXPECT_EQ(pool("sum", states(), three_graphs()).to_doubles(),
            (std::vector<double>{4, -6, 0, 0, 5, 6}));
  EXPECT_EQ(pool("mean", states(), three_graphs()).to_doubles(),
            (std::vector<double>{2, -3, 0, 0, 5, 6}));
  EXPECT_EQ(pool("max", states(), three_graphs()).to_doubles(),
            (std::vector<double>{3, -2, 0, 0, 5, 6}));
}

TEST(Pool, KnowsTheNamesOfItsTable) {
  std::set<std::string> names;
  for (const NamedEntry& entry : pooling_names()) {
    names.insert(entry.name);
    Parameters own = make_parameters(pooling_specs(entry.name, 2), DType::f64, 1, Purpose::head, 0);
    const RowMap centres = make_gather(states().rows(), std::vector<std::int32_t>{0, 0, 1});
    const Tensor pooled = pool(entry.name, states(), {three_graphs(), centres}, own);
    EXPECT_EQ(pooled.shape(), (Shape{3, pooled_width(entry.name, 2)})) << entry.name;
    EXPECT_STRNE(entry.summary, "");
  }
  EXPECT_EQ(names, (std::set<std::string>{"mean", "sum", "max", "mean-centre", "attention",
                                          "set2set2", "set2set3", "set2set4", "set2set5"}));
  std::set<std::string> plain;
  for (const NamedEntry& entry : plain_pooling_names()) plain.insert(entry.name);
  EXPECT_EQ(plain, (std::set<std::string>{"mean", "sum", "max"}));
}

TEST(Pool, ReadsTheCentreBesideTheMean) {
  const RowMap centres = make_gather(states().rows(), std::vector<std::int32_t>{1, 0, 2});
  const Tensor pooled = pool("mean-centre", states(), {three_graphs(), centres});
  const std::vector<double> means = pool("mean", states(), three_graphs()).to_doubles();
  const std::vector<double> all = states().to_doubles();
  const std::vector<double> got = pooled.to_doubles();
  const std::vector<std::size_t> centre = {1, 0, 2};
  for (std::size_t g = 0; g < 3; ++g)
    for (std::size_t c = 0; c < 2; ++c) {
      EXPECT_EQ(got[4 * g + c], means[2 * g + c]);
      EXPECT_EQ(got[4 * g + 2 + c], all[2 * centre[g] + c]);
    }
}

TEST(Pool, NamesTheReadOutThatNeedsACentre) {
  const Error error =
      aufbau::testing::error_of([] { pool("mean-centre", states(), three_graphs()); });
  EXPECT_EQ(error.kind(), ErrorKind::mismatch);
  EXPECT_TRUE(aufbau::testing::says(error, "ego networks have centres")) << error.what();
}

TEST(Pool, RefusesUnknownNames) {
  const Error error = aufbau::testing::error_of([] { pool("men", states(), three_graphs()); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_TRUE(aufbau::testing::says(error, "unknown pooling 'men'; did you mean 'mean'"))
      << error.what();
}

}  // namespace
}  // namespace aufbau::nn
