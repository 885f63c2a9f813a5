#include <gtest/gtest.h>

#include <set>

#include "nn/encoder.h"
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
    EXPECT_NO_THROW(pool(entry.name, states(), three_graphs()));
    EXPECT_STRNE(entry.summary, "");
  }
  EXPECT_EQ(names, (std::set<std::string>{"mean", "sum", "max"}));
}

TEST(Pool, RefusesUnknownNames) {
  const Error error = aufbau::testing::error_of([] { pool("men", states(), three_graphs()); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_TRUE(aufbau::testing::says(error, "unknown pooling 'men'; did you mean 'mean'"))
      << error.what();
}

}  // namespace
}  // namespace aufbau::nn
