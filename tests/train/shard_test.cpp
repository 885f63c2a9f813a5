#include <gtest/gtest.h>

#include "data/ingest.h"
#include "testing/errors.h"
#include "testing/files.h"
#include "train/runs.h"
#include "train/small_data.h"

namespace aufbau::train {
namespace {

using testing::error_of;
using testing::read_text;
using testing::says;
using testing::TemporaryFolder;

/// One model, and a table with refused rows, for all tests of this file.
class Shards : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared_ = new TemporaryFolder;
    const std::string data =
        testing::write_small_dataset(shared_->path("data.h5"), {.ring = true, .nitrogen = true});
    train::finetune(testing::small_finetuning(data, shared_->path("run")));
    std::string table = "id,smiles\n";
    for (std::size_t i = 0; i < testing::small_molecules().size(); ++i) {
      table += std::to_string(i) + ',' + testing::small_molecules()[i] + '\n';
      if (i % 9 == 4) table += "\"broken,\nrow\",C1CC\n";
    }
    shared_->write("table.csv", table);
  }
  static void TearDownTestSuite() { delete shared_; }

  template <class Options>
  static Options options(const std::string& input, const std::string& output) {
    Options options;
    options.input = shared_->path(input);
    options.model = shared_->path("run/model.safetensors");
    options.output = shared_->path(output);
    options.batch_size = 7;
    options.force = true;
    return options;
  }
  /// What the parts of a job leave in the file of this ending, one after the other.
  template <class Options, class Job>
  static std::string parts_of(Options options, int count, const std::string& ending,
                              const Job& job) {
    std::string all;
    for (int index = 1; index <= count; ++index) {
      options.shard = {index, count};
      job(options);
      all += read_text(shared_->path("part" + ending));
    }
    return all;
  }
  static TemporaryFolder* shared_;
};
TemporaryFolder* Shards::shared_ = nullptr;

const auto kPredict = [](const PredictOptions& options) { return train::predict(options); };
const auto kEmbed = [](const EmbedOptions& options) { return train::embed(options); };

TEST_F(Shards, OfPredictionsAreTheWholeFile) {
  for (const char* input : {"table.csv", "data.h5"}) {
    train::predict(options<PredictOptions>(input, "whole.csv"));
    for (const int count : {1, 2, 3, 20})  // 20: more than there are batches
      EXPECT_EQ(parts_of(options<PredictOptions>(input, "part.csv"), count, ".csv", kPredict),
                read_text(shared_->path("whole.csv")))
          << input << ' ' << count;
  }
}

TEST_F(Shards, OfEmbeddingsAreTheWholeFile) {
  train::embed(options<EmbedOptions>("table.csv", "whole.csv"));
  train::embed(options<EmbedOptions>("table.csv", "whole.npy"));
  EXPECT_EQ(parts_of(options<EmbedOptions>("table.csv", "part.csv"), 3, ".csv", kEmbed),
            read_text(shared_->path("whole.csv")));
  // Rows and lines in the list of errors are those of the whole input.
  EXPECT_EQ(parts_of(options<EmbedOptions>("table.csv", "part.npy"), 3, ".errors.csv", kEmbed),
            read_text(shared_->path("whole.errors.csv")));
  // Behind a header of 128 bytes the vectors stand one after the other.
  constexpr std::size_t kHeader = 128;
  std::string vectors;
  for (int index = 1; index <= 3; ++index) {
    EmbedOptions part = options<EmbedOptions>("table.csv", "part.npy");
    part.shard = {index, 3};
    train::embed(part);
    vectors += read_text(part.output).substr(kHeader);
  }
  EXPECT_EQ(vectors, read_text(shared_->path("whole.npy")).substr(kHeader));
}

TEST_F(Shards, NeedAFileThatCanBeReadTwice) {
  PredictOptions predict = options<PredictOptions>("table.csv", "out.csv");
  predict.shard = {3, 2};
  EXPECT_TRUE(says(error_of([&] { train::predict(predict); }), "expected i/n"));
  predict.shard = {1, 2};
  predict.input = "-";
  EXPECT_TRUE(says(error_of([&] { train::predict(predict); }), "standard input"));
}

}  // namespace
}  // namespace aufbau::train
