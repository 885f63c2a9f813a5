#include "train/row_chunks.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

#include "core/error.h"
#include "molecules/molecule.h"
#include "testing/errors.h"
#include "testing/files.h"

namespace aufbau::train {
namespace {

using testing::error_of;
using testing::TemporaryFolder;

class RowChunks : public ::testing::Test {
 protected:
  /// `count` chains of 1, 2, 1, 2, ... carbon atoms, every fifth of them not a molecule.
  InputRows rows(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += i % 5 == 4 ? "C(\n" : i % 2 == 0 ? "C\n" : "CC\n";
    return InputRows(folder_.write("rows.smi", text), {}, molecules::schema_by_name("hu2"), "none");
  }
  static std::vector<graphs::GraphBatch> prepare(std::span<const graphs::GraphView> graphs) {
    graphs::GraphBatch batch;
    batch.graph_count = static_cast<std::int64_t>(graphs.size());
    for (const graphs::GraphView& graph : graphs) batch.node_count += graph.node_count();
    return {batch};
  }

  TemporaryFolder folder_;
};

TEST_F(RowChunks, KeepTheOrderAndTheCut) {
  for (const int count : {0, 1, 20, 301}) {
    for (const int size : {1, 20, 1000}) {
      InputRows input = rows(count);
      std::int64_t next = 0, nodes = 0, graphs = 0;
      for_each_prepared_chunk(input, size, prepare, [&](RowChunk& chunk) {
        EXPECT_EQ(static_cast<int>(chunk.rows.size()), std::min<std::int64_t>(size, count - next));
        for (const InputRow& row : chunk.rows) {
          EXPECT_EQ(row.line, next + 1);
          EXPECT_EQ(row.ok(), next % 5 != 4);
          if (row.ok()) nodes += next % 2 == 0 ? 1 : 2;
          ++next;
        }
        for (const graphs::GraphBatch& batch : chunk.batches) {
          nodes -= batch.node_count;
          graphs += batch.graph_count;
        }
      });
      EXPECT_EQ(next, count);
      EXPECT_EQ(nodes, 0) << "batches hold the graphs of their own rows";
      EXPECT_EQ(graphs, count - count / 5);
    }
  }
}

TEST_F(RowChunks, WhatGoesWrongInPreparingComesAfterTheChunksBefore) {
  InputRows input = rows(100);
  std::atomic<int> prepared = 0;
  int taken = 0;
  const auto failing = [&](std::span<const graphs::GraphView> graphs) {
    if (++prepared == 4) fail(ErrorKind::resource, "test", "the fourth chunk is too much");
    return prepare(graphs);
  };
  const Error error =
      error_of([&] { for_each_prepared_chunk(input, 10, failing, [&](RowChunk&) { ++taken; }); });
  EXPECT_EQ(error.kind(), ErrorKind::resource);
  EXPECT_EQ(taken, 3);
}

TEST_F(RowChunks, WhatTheTakerThrowsEndsTheReading) {
  InputRows input = rows(5000);
  std::atomic<int> prepared = 0;
  const auto counting = [&](std::span<const graphs::GraphView> graphs) {
    ++prepared;
    return prepare(graphs);
  };
  EXPECT_THROW(for_each_prepared_chunk(input, 10, counting,
                                       [](RowChunk&) { throw std::runtime_error("enough"); }),
               std::runtime_error);
  EXPECT_LE(prepared, 3) << "one taken, one waiting, one in the making";
}

}  // namespace
}  // namespace aufbau::train
