#include "train/ranks.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "core/error.h"
#include "testing/errors.h"
#include "train/thread_ranks.h"

namespace aufbau::train {
namespace {

using testing::error_of;
using testing::RankEnds;
using testing::run_as_ranks;
using testing::says;

void expect_fine(const RankEnds& ends) {
  for (std::size_t r = 0; r < ends.size(); ++r)
    EXPECT_FALSE(ends[r]) << "rank " << r << ": " << ends[r]->what();
}

TEST(Ranks, GatherTextsOfAnyLengthInTheirOrder) {
  const auto text_of = [](int rank) {
    return std::string(static_cast<std::size_t>(3 * rank), 'x') + std::string(1, '\0');
  };
  for (const int count : {1, 2, 5}) {
    expect_fine(run_as_ranks(count, [&](Ranks& ranks) {
      for (int again = 0; again < 3; ++again) {
        const auto texts = ranks.gather(text_of(ranks.rank()));
        ASSERT_EQ(texts.size(), static_cast<std::size_t>(count));
        for (int r = 0; r < count; ++r) EXPECT_EQ(texts[static_cast<std::size_t>(r)], text_of(r));
      }
    }));
  }
  OneRank alone;
  EXPECT_EQ(alone.gather("word"), std::vector<std::string>{"word"});
}

TEST(Ranks, AnErrorOfOneEndsTheOthersAtTheirNextGather) {
  const RankEnds ends = run_as_ranks(4, [](Ranks& ranks) {
    try {
      ranks.gather("before");
      if (ranks.rank() == 2) fail(ErrorKind::input, "file", "x.h5 is damaged");
      ranks.gather("after");
      ADD_FAILURE() << "rank " << ranks.rank() << " went on";
    } catch (...) {
      ranks.end_with(std::current_exception());
    }
  });
  for (const std::size_t r : {0u, 1u, 3u}) {
    EXPECT_EQ(ends[r]->kind(), ErrorKind::other_rank);
    EXPECT_TRUE(says(*ends[r], "rank 2 of 4")) << ends[r]->what();
  }
  EXPECT_EQ(ends[2]->kind(), ErrorKind::input);
  EXPECT_STREQ(ends[2]->what(), "[rank 2 of 4] [file] x.h5 is damaged");
}

TEST(Ranks, OfSeveralErrorsTheFirstCounts) {
  const RankEnds ends = run_as_ranks(3, [](Ranks& ranks) {
    ranks.end_with(
        std::make_exception_ptr(Error(ErrorKind::usage, "of " + std::to_string(ranks.rank()))));
  });
  EXPECT_EQ(ends[0]->kind(), ErrorKind::usage);
  EXPECT_STREQ(ends[0]->what(), "of 0");
  EXPECT_EQ(ends[1]->kind(), ErrorKind::other_rank);
  EXPECT_EQ(ends[2]->kind(), ErrorKind::other_rank);
}

TEST(Ranks, AMistakeThatOnlyOneRankSeesIsADifferenceBetweenThem) {
  const RankEnds ends = run_as_ranks(2, [](Ranks& ranks) {
    try {
      if (ranks.rank() == 1) fail(ErrorKind::usage, "tasks", "there is no column 'a'");
      ranks.gather("");
    } catch (...) {
      ranks.end_with(std::current_exception());
    }
  });
  EXPECT_EQ(ends[0]->kind(), ErrorKind::other_rank);
  EXPECT_EQ(ends[1]->kind(), ErrorKind::mismatch);
}

TEST(Ranks, NobodyWaitsForOneThatIsGone) {
  const RankEnds ends = run_as_ranks(3, [](Ranks& ranks) {
    if (ranks.rank() == 1) throw 1;
    try {
      ranks.gather("");
    } catch (...) {
      ranks.end_with(std::current_exception());
    }
  });
  EXPECT_EQ(ends[0]->kind(), ErrorKind::resource);
  EXPECT_EQ(ends[2]->kind(), ErrorKind::other_rank);
}

/// Sets variables while it lives.
class Environment {
 public:
  explicit Environment(std::vector<std::pair<const char*, const char*>> variables)
      : variables_(std::move(variables)) {
    for (const auto& [name, value] : variables_) setenv(name, value, 1);
  }
  ~Environment() {
    for (const auto& [name, value] : variables_) unsetenv(name);
  }

 private:
  std::vector<std::pair<const char*, const char*>> variables_;
};

TEST(ProcessGroup, IsWhatMpirunSays) {
  EXPECT_EQ(process_group().count, 1);
  const Environment mpirun({{"OMPI_COMM_WORLD_RANK", "5"},
                            {"OMPI_COMM_WORLD_SIZE", "8"},
                            {"OMPI_COMM_WORLD_LOCAL_SIZE", "4"}});
  const ProcessGroup group = process_group();
  EXPECT_EQ(group.rank, 5);
  EXPECT_EQ(group.count, 8);
  EXPECT_EQ(group.on_this_host, 4);
}

TEST(ProcessGroup, IsOneAloneWhenTheEnvironmentMakesNoSense) {
  const Environment odd({{"OMPI_COMM_WORLD_RANK", "8"}, {"OMPI_COMM_WORLD_SIZE", "8"}});
  EXPECT_EQ(process_group().rank, 0);
  EXPECT_EQ(process_group().count, 1);
}

TEST(ProcessGroup, WithoutThePluginSaysWhatToInstall) {
  const Environment mpirun({{"OMPI_COMM_WORLD_RANK", "0"},
                            {"OMPI_COMM_WORLD_SIZE", "2"},
                            {"AUFBAU_PLUGINS", "/nowhere"}});
  const Error error = error_of([] { join_ranks({}); });
  EXPECT_EQ(error.kind(), ErrorKind::resource);
  EXPECT_TRUE(says(error, "/nowhere/libaufbau_mpi.so")) << error.what();
  EXPECT_TRUE(says(error, "apt install")) << error.what();
}

}  // namespace
}  // namespace aufbau::train
