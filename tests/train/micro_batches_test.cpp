#include "train/micro_batches.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/parallel.h"
#include "data/ingest.h"
#include "nn/model_file.h"
#include "testing/errors.h"
#include "testing/files.h"
#include "train/part_mean.h"
#include "train/runs.h"
#include "train/small_data.h"
#include "train/thread_ranks.h"

namespace aufbau::train {
namespace {

namespace fs = std::filesystem;
using testing::error_of;
using testing::RankEnds;
using testing::read_text;
using testing::run_as_ranks;
using testing::says;
using testing::stop_after;

TEST(MicroBatch, PartsAreConsecutiveAndOfEqualSizeButForOne) {
  for (const std::size_t size : {0u, 1u, 3u, 16u, 257u}) {
    std::vector<std::int64_t> batch(size);
    for (std::size_t i = 0; i < size; ++i) batch[i] = static_cast<std::int64_t>(7 * i);
    for (const int parts : {1, 2, 4, 7}) {
      std::vector<std::int64_t> all;
      for (int part = 0; part < parts; ++part) {
        const auto rows = micro_batch(batch, part, parts);
        EXPECT_GE(rows.size(), size / static_cast<std::size_t>(parts));
        EXPECT_LE(rows.size(), size / static_cast<std::size_t>(parts) + 1);
        all.insert(all.end(), rows.begin(), rows.end());
      }
      EXPECT_EQ(all, batch);
    }
  }
}

Tensor values(std::vector<float> numbers) {
  const auto size = static_cast<std::int64_t>(numbers.size());
  return Tensor::from(std::span<const float>(numbers), {size});
}

/// Two parameters, of which the second never gets a gradient, a statistic and a counter.
struct Model {
  Tensor weight = values({0, 0, 0}), unused = values({0}), mean = values({100});
  Tensor counter = Tensor::from(std::vector<std::int64_t>{7}, {1});
  nn::Parameters parameters() const {
    return {{"weight", weight}, {"unused", unused}, {"mean", mean, false}, {"n", counter, false}};
  }
  /// As a part of so many molecules would.
  PartReport leave(std::int64_t molecules, std::vector<float> gradient, float statistic) {
    PartReport part;
    part.molecules = molecules;
    part.loss = static_cast<double>(statistic);
    weight.set_grad(values(std::move(gradient)));
    mean.mutable_values<float>()[0] = statistic;
    ++counter.mutable_values<std::int64_t>()[0];
    return part;
  }
};

TEST(PartMean, WeighsByMolecules) {
  for (const int count : {1, 2, 4}) {
    run_as_ranks(count, [&](Ranks& ranks) {
      Model model;
      PartMean mean(ranks, model.parameters());
      for (int step = 0; step < 2; ++step) {
        mean.begin_step();
        for (int part = ranks.rank(); part < 4; part += ranks.count()) {
          PartReport own;
          if (part == 0) own = model.leave(3, {1, 2, 3}, 10);
          if (part == 3) own = model.leave(1, {5, -2, 7}, 20);
          if (own.molecules > 0) mean.take(own);
          EXPECT_EQ(model.mean.to_doubles(), std::vector<double>{step == 0 ? 100 : 12.5});
          mean.add(own);
        }
        EXPECT_EQ(mean.molecules(), 4);
        EXPECT_EQ(mean.loss(), 12.5);
        EXPECT_EQ(mean.parts().size(), 4u);
        mean.finish();
        EXPECT_EQ(model.weight.grad().to_doubles(), (std::vector<double>{2, 1, 4}));
        EXPECT_FALSE(model.unused.grad());
        EXPECT_EQ(model.mean.to_doubles(), std::vector<double>{12.5});
        EXPECT_EQ(model.counter.values<std::int64_t>()[0], 8 + step);
      }
    });
  }
}

class MicroBatches : public ::testing::Test {
 protected:
  /// The last of four batches has one molecule, so that three of its four parts are empty.
  PretrainOptions options(const std::string& name, const std::string& objective) {
    const std::string data = folder_.path("data.h5");
    if (!fs::exists(data)) testing::write_small_dataset(data, {.ring = true, .atoms = true});
    PretrainOptions options = testing::small_pretraining(data, folder_.path(name));
    options.objective = objective;
    options.batch_size = 13;
    options.micro_batches = 4;
    return options;
  }
  RankEnds pretrain_as(int ranks, const PretrainOptions& options) {
    return run_as_ranks(ranks, [&](Ranks& own) {
      const ThreadScope one(1);
      train::pretrain(options, own);
    });
  }
  void expect_finishes(int ranks, const PretrainOptions& options) {
    for (const auto& end : pretrain_as(ranks, options))
      EXPECT_FALSE(end) << (end ? end->what() : "");
  }
  /// Runs into "parts"; one rank does `fault` when it is asked for the n-th time whether to stop.
  RankEnds run_with_a_fault(int ranks, int rank, int n, const std::function<void()>& fault) {
    return run_as_ranks(ranks, [&](Ranks& own) {
      PretrainOptions mine = options("parts", "attribute-masking");
      int calls = 0;
      if (own.rank() == rank)
        mine.should_stop = [&calls, &fault, n] {
          if (++calls == n) fault();
          return false;
        };
      const ThreadScope one(1);
      train::pretrain(mine, own);
    });
  }
  void expect_same_run(const std::string& first, const std::string& second) const {
    for (const char* file : {"model.safetensors", "metrics.csv", "metrics.jsonl", "config.toml"})
      EXPECT_EQ(read_text(folder_.path(first) + "/" + file),
                read_text(folder_.path(second) + "/" + file))
          << file;
  }
  testing::TemporaryFolder folder_;
};

TEST_F(MicroBatches, AnyNumberOfRanksGivesTheSameBytes) {
  for (const char* objective :
       {"attribute-masking", "context-prediction,supervised", "graphcl:0.1+infomax+edge-prediction",
        "attribute-masking:1+context-prediction:0.5"}) {
    SCOPED_TRACE(objective);
    for (const int ranks : {1, 2, 4}) {
      PretrainOptions options = this->options("ranks" + std::to_string(ranks), objective);
      options.force = true;
      expect_finishes(ranks, options);
    }
    expect_same_run("ranks1", "ranks2");
    expect_same_run("ranks1", "ranks4");
  }
}

TEST_F(MicroBatches, ThePublicCallComputesAllPartsAlone) {
  expect_finishes(2, options("ranks", "attribute-masking"));
  train::pretrain(options("alone", "attribute-masking"));
  expect_same_run("ranks", "alone");
}

TEST_F(MicroBatches, ChangeTheResultAndStandInTheModel) {
  PretrainOptions whole = options("whole", "attribute-masking");
  whole.micro_batches = 1;
  train::pretrain(whole);
  train::pretrain(options("parts", "attribute-masking"));
  EXPECT_NE(read_text(folder_.path("whole") + "/metrics.csv"),
            read_text(folder_.path("parts") + "/metrics.csv"));
  EXPECT_EQ(nn::read_model(folder_.path("parts") + "/model.safetensors").card.at("micro_batches"),
            "4");
  EXPECT_FALSE(
      nn::read_model(folder_.path("whole") + "/model.safetensors").card.contains("micro_batches"));
}

/// Of one molecule over and over every part has the BatchNorm statistics of the whole, so what is
/// left is the mean of the losses over labels.
TEST_F(MicroBatches, OfCopiesOfOneMoleculeTrainLikeTheWholeBatch) {
  std::string table = "smiles,y\n";
  for (int i = 0; i < 16; ++i) table += "CC(=O)OCCN," + std::to_string(i * i) + '\n';
  IngestOptions copies;
  copies.inputs = {folder_.write("copies.csv", table)};
  copies.output = folder_.path("copies.h5");
  data::ingest(copies);
  std::vector<double> losses;
  for (const int parts : {1, 3, 4}) {  // 3: parts of 6, 5 and 5
    PretrainOptions options = this->options("parts" + std::to_string(parts), "supervised");
    options.data = copies.output;
    options.batch_size = 16;
    options.micro_batches = parts;
    options.epochs = 5;
    options.encoder.dropout = 0;
    losses.push_back(train::pretrain(options).final_loss);
  }
  EXPECT_NEAR(losses[1], losses[0], 1e-4 * losses[0]);
  EXPECT_NEAR(losses[2], losses[0], 1e-4 * losses[0]);
}

TEST_F(MicroBatches, StoppedAndResumedByAnotherNumberOfRanks) {
  const std::string objective = "context-prediction,attribute-masking";
  train::pretrain(options("whole", objective));
  int ranks = 4;
  for (const int steps : {1, 4, 5}) {
    PretrainOptions parts = options("parts", objective);
    parts.resume = true;
    const RankEnds ends = run_as_ranks(ranks, [&](Ranks& own) {
      PretrainOptions mine = parts;
      // A signal reaches one rank first; which one must not matter.
      if (own.rank() == ranks - 1) mine.should_stop = stop_after(steps);
      const ThreadScope one(1);
      train::pretrain(mine, own);
    });
    for (int r = 0; r < ranks; ++r) {
      const auto& end = ends[static_cast<std::size_t>(r)];
      ASSERT_TRUE(end);
      EXPECT_EQ(end->kind(), r == ranks - 1 ? ErrorKind::interrupted : ErrorKind::other_rank)
          << end->what();
    }
    ranks = ranks == 4 ? 2 : ranks == 2 ? 1 : 4;
  }
  PretrainOptions rest = options("parts", objective);
  rest.resume = true;
  expect_finishes(4, rest);
  expect_same_run("whole", "parts");
}

TEST_F(MicroBatches, WhenARankIsGoneTheFirstSavesTheLastWholeStep) {
  train::pretrain(options("whole", "attribute-masking"));
  // Not an Error: nobody is told.
  const RankEnds ends = run_with_a_fault(4, 2, 6, [] { throw 1; });
  EXPECT_EQ(ends[0]->kind(), ErrorKind::resource);
  EXPECT_TRUE(says(*ends[0], "saved after step 6")) << ends[0]->what();
  EXPECT_EQ(ends[1]->kind(), ErrorKind::other_rank);
  EXPECT_EQ(ends[3]->kind(), ErrorKind::other_rank);
  PretrainOptions rest = options("parts", "attribute-masking");
  rest.resume = true;
  expect_finishes(2, rest);
  expect_same_run("whole", "parts");
}

TEST_F(MicroBatches, AnErrorOfOneRankEndsAllOfThemWithACheckpoint) {
  train::pretrain(options("whole", "attribute-masking"));
  const RankEnds ends =
      run_with_a_fault(2, 1, 5, [] { throw Error(ErrorKind::input, "bad data"); });
  EXPECT_EQ(ends[0]->kind(), ErrorKind::other_rank);
  EXPECT_EQ(ends[1]->kind(), ErrorKind::input);
  EXPECT_TRUE(says(*ends[1], "bad data")) << ends[1]->what();
  PretrainOptions rest = options("parts", "attribute-masking");
  rest.resume = true;
  expect_finishes(4, rest);
  expect_same_run("whole", "parts");
}

TEST_F(MicroBatches, RanksWithOtherOptionsAreToldApart) {
  const RankEnds ends = run_as_ranks(2, [&](Ranks& own) {
    PretrainOptions mine = options("run", "attribute-masking");
    mine.seed = static_cast<std::uint64_t>(own.rank());
    train::pretrain(mine, own);
  });
  EXPECT_EQ(ends[0]->kind(), ErrorKind::other_rank);
  EXPECT_EQ(ends[1]->kind(), ErrorKind::mismatch);
  EXPECT_TRUE(says(*ends[1], "'--seed 1', on rank 0 '--seed 0'")) << ends[1]->what();
}

TEST_F(MicroBatches, AFinishedRunIsNotRepeated) {
  expect_finishes(2, options("run", "attribute-masking"));
  const auto before = fs::last_write_time(folder_.path("run") + "/model.safetensors");
  PretrainOptions again = options("run", "attribute-masking");
  again.resume = true;
  expect_finishes(2, again);
  EXPECT_EQ(fs::last_write_time(folder_.path("run") + "/model.safetensors"), before);
}

TEST_F(MicroBatches, MustBeAMultipleOfTheRanks) {
  const RankEnds ends = pretrain_as(3, options("run", "attribute-masking"));
  EXPECT_EQ(ends[0]->kind(), ErrorKind::usage);
  EXPECT_TRUE(says(*ends[0], "--micro-batches 6")) << ends[0]->what();
  EXPECT_FALSE(fs::exists(folder_.path("run")));
}

TEST_F(MicroBatches, AreComparedOnResumeAndBounded) {
  PretrainOptions options = this->options("run", "attribute-masking");
  options.should_stop = stop_after(1);
  EXPECT_EQ(error_of([&] { train::pretrain(options); }).kind(), ErrorKind::interrupted);
  options.should_stop = nullptr;
  options.resume = true;
  for (const int other : {1, 2}) {
    options.micro_batches = other;
    const Error error = error_of([&] { train::pretrain(options); });
    EXPECT_EQ(error.kind(), ErrorKind::mismatch);
    EXPECT_TRUE(says(error, "--micro-batches was 4")) << error.what();
  }
  for (const int other : {0, -1, 14}) {
    options.micro_batches = other;
    EXPECT_EQ(error_of([&] { train::pretrain(options); }).kind(), ErrorKind::usage) << other;
  }
}

TEST_F(MicroBatches, GiveTheSameBytesAtOneAndTwoThreads) {
  for (const int threads : {1, 2}) {
    PretrainOptions options =
        this->options("threads" + std::to_string(threads), "graphcl:0.1+infomax");
    options.threads = threads;
    train::pretrain(options);
  }
  expect_same_run("threads1", "threads2");
}

}  // namespace
}  // namespace aufbau::train
