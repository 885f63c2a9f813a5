#include "data/split.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>

#include "core/random.h"
#include "data/example_dataset.h"
#include "data/sha1.h"
#include "data/slow_split.h"
#include "testing/errors.h"

namespace aufbau::data {
namespace {

using namespace testing;
using Indices = std::vector<std::int64_t>;

constexpr std::array<double, 3> kSizes = {0.8, 0.1, 0.1};

/// Keys of `count` molecules drawn from few large and many small scaffolds.
std::vector<std::int32_t> mixed_keys(std::size_t count, std::uint64_t seed) {
  Random random({.seed = seed, .purpose = Purpose::test});
  std::vector<std::int32_t> keys;
  for (std::size_t i = 0; i < count; ++i) {
    const auto width = random.below(3) == 0 ? 3 : count;
    keys.push_back(static_cast<std::int32_t>(random.below(width)));
  }
  return keys;
}

std::vector<std::string> texts_of(const std::vector<std::int32_t>& keys) {
  std::vector<std::string> texts;
  for (const auto key : keys) texts.push_back(std::to_string(key));
  return texts;
}

void expect_partition(const Split& split, std::int64_t count) {
  std::set<std::int64_t> seen;
  for (const auto* part : {&split.train, &split.valid, &split.test})
    for (const auto index : *part) EXPECT_TRUE(seen.insert(index).second) << index;
  EXPECT_EQ(static_cast<std::int64_t>(seen.size()), count);
  if (!seen.empty()) {
    EXPECT_EQ(*seen.begin(), 0);
    EXPECT_EQ(*seen.rbegin(), count - 1);
  }
}

TEST(Sha1, AgreesWithTheStandard) {
  EXPECT_EQ(sha1_hex(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(sha1_hex("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(sha1_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  EXPECT_EQ(sha1_hex(std::string(1000000, 'a')), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST(Split, HashIsOfTheListsWithSingleSpaces) {
  Split split;
  split.train = {3, 0};
  split.valid = {12};
  EXPECT_EQ(split.hash(), sha1_hex("3 0|12|"));
}

TEST(ScaffoldSplit, PutsTheLargestGroupsFirstAndTiesFromTheEnd) {
  // Groups: {0,1,4}, {2,3}, {5,6}, {7}, {8}, {9}. Train takes up to 8, valid up to 9 together.
  const std::vector<std::int32_t> keys = {7, 7, 1, 1, 7, 2, 2, 3, 4, 5};
  const Split split = scaffold_split(keys, kSizes);
  EXPECT_EQ(split.train, (Indices{0, 1, 4, 5, 6, 2, 3, 9}));
  EXPECT_EQ(split.valid, (Indices{8}));
  EXPECT_EQ(split.test, (Indices{7}));
}

TEST(ScaffoldSplit, SkipsAGroupThatDoesNotFitAndGoesOn) {
  // Train takes up to 4 of 5: {0,1,2} fits, {3,4} neither there nor in valid.
  EXPECT_EQ(scaffold_split({0, 0, 0, 1, 1}, kSizes).test, (Indices{3, 4}));
  // One scaffold for all: everything lands in test.
  const Split one = scaffold_split({0, 0, 0, 0}, kSizes);
  EXPECT_TRUE(one.train.empty());
  EXPECT_EQ(one.test.size(), 4u);
}

TEST(ScaffoldSplit, AgreesWithThePlainestProgram) {
  for (const std::size_t count : {0u, 1u, 2u, 9u, 10u, 11u, 57u, 300u})
    for (std::uint64_t seed = 0; seed < 5; ++seed)
      for (const auto& sizes : {kSizes, {0.7, 0.2, 0.1}, {0.5, 0.0, 0.5}, {1.0, 0.0, 0.0}}) {
        const auto keys = mixed_keys(count, seed);
        const Split split = scaffold_split(keys, sizes);
        const auto expected = slow_scaffold_split(texts_of(keys), sizes[0], sizes[1]);
        EXPECT_EQ(split.train, expected[0]);
        EXPECT_EQ(split.valid, expected[1]);
        EXPECT_EQ(split.test, expected[2]);
        expect_partition(split, static_cast<std::int64_t>(count));
      }
}

TEST(RandomScaffoldSplit, FillsValidThenTestThenTrain) {
  // Groups by first appearance: 0 {0,3}, 1 {1}, 2 {2,4,5}; of ten, one goes to valid and one to
  // test.
  const std::vector<std::int32_t> keys = {9, 4, 6, 9, 6, 6, 1, 2, 3, 5};
  const Split split = random_scaffold_split(keys, kSizes, {2, 1, 0, 6, 5, 4, 3});
  EXPECT_EQ(split.valid, (Indices{1}));
  EXPECT_EQ(split.test, (Indices{9}));
  EXPECT_EQ(split.train, (Indices{2, 4, 5, 0, 3, 8, 7, 6}));
}

TEST(RandomScaffoldSplit, AgreesWithThePlainestProgram) {
  for (const std::size_t count : {1u, 10u, 57u, 200u})
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      const auto keys = mixed_keys(count, seed);
      const auto groups = std::set<std::int32_t>(keys.begin(), keys.end()).size();
      Indices order(groups);
      std::iota(order.rbegin(), order.rend(), 0);
      const Split split = random_scaffold_split(keys, kSizes, order);
      const auto expected = slow_random_scaffold_split(texts_of(keys), 0.1, 0.1, order);
      EXPECT_EQ(split.train, expected[0]);
      EXPECT_EQ(split.valid, expected[1]);
      EXPECT_EQ(split.test, expected[2]);
    }
}

TEST(RandomScaffoldSplit, APermutationOfAnotherSizeIsOurMistake) {
  EXPECT_EQ(error_of([] {
              random_scaffold_split({0, 1}, kSizes, {0});
            }).kind(),
            ErrorKind::internal);
}

TEST(MakeSplit, EveryMethodPartitionsAndSaysHowItWasMade) {
  auto content = content_with_scaffolds(mixed_keys(200, 1));
  for (std::size_t i = 0; i < 200; ++i)
    content.molecules.part.push_back(static_cast<std::int8_t>(i % 3));
  const Dataset dataset(std::move(content), "a.h5");
  for (const auto& entry : kSplits) {
    const Split split = make_split(entry.name, dataset, kSizes, 5);
    expect_partition(split, 200);
    EXPECT_EQ(split.method, entry.name);
    EXPECT_EQ(split.seed, 5u);
    EXPECT_EQ(split.sizes, kSizes);
    EXPECT_EQ(split.data_hash, dataset.hash());
    EXPECT_EQ(split.hash(), make_split(entry.name, dataset, kSizes, 5).hash()) << entry.name;
  }
}

TEST(MakeSplit, RandomPartsHaveTheSizesAskedForRoundedDown) {
  for (const std::int64_t count : {0, 1, 9, 10, 19, 100, 1513}) {
    const Split split = make_split("random", dataset_of(count), kSizes, 0);
    expect_partition(split, count);
    EXPECT_EQ(static_cast<std::int64_t>(split.train.size()),
              static_cast<std::int64_t>(0.8 * static_cast<double>(count)));
    EXPECT_EQ(static_cast<std::int64_t>(split.valid.size()),
              static_cast<std::int64_t>(0.1 * static_cast<double>(count)));
  }
}

TEST(MakeSplit, RandomMethodsFollowTheSeed) {
  const Dataset dataset(content_with_scaffolds(mixed_keys(300, 2)), "a.h5");
  for (const char* name : {"random", "random-scaffold"})
    EXPECT_NE(make_split(name, dataset, kSizes, 0).hash(),
              make_split(name, dataset, kSizes, 1).hash())
        << name;
  for (const char* name : {"scaffold", "scaffold-achiral"})
    EXPECT_EQ(make_split(name, dataset, kSizes, 0).hash(),
              make_split(name, dataset, kSizes, 1).hash())
        << name;
}

TEST(MakeSplit, RandomPutsEveryMoleculeEverywhere) {
  // Over 400 seeds each of ten molecules is in test about 40 times; 15 is more than four deviations
  // away.
  std::vector<int> in_test(10, 0);
  const Dataset dataset = dataset_of(10);
  for (std::uint64_t seed = 0; seed < 400; ++seed)
    ++in_test[static_cast<std::size_t>(make_split("random", dataset, kSizes, seed).test.at(0))];
  for (const int times : in_test) EXPECT_NEAR(times, 40, 25);
}

TEST(MakeSplit, KeepsAScaffoldInOnePart) {
  const auto keys = mixed_keys(300, 3);
  const Dataset dataset(content_with_scaffolds(keys), "a.h5");
  for (const char* name : {"scaffold", "scaffold-achiral", "random-scaffold"}) {
    const Split split = make_split(name, dataset, kSizes, 4);
    std::vector<int> part_of(301, -1);
    int part = 0;
    for (const auto* indices : {&split.train, &split.valid, &split.test}) {
      for (const auto i : *indices) {
        int& known = part_of[static_cast<std::size_t>(keys[static_cast<std::size_t>(i)])];
        EXPECT_TRUE(known == -1 || known == part) << name;
        known = part;
      }
      ++part;
    }
  }
}

TEST(MakeSplit, PredefinedLeavesOutMoleculesWithoutAPart) {
  auto content = content_with_scaffolds({0, 0, 0, 0, 0});
  content.molecules.part = {2, -1, 0, 1, 0};
  const Split split = make_split("predefined", Dataset(std::move(content)), kSizes, 0);
  EXPECT_EQ(split.train, (Indices{2, 4}));
  EXPECT_EQ(split.valid, (Indices{3}));
  EXPECT_EQ(split.test, (Indices{0}));
}

TEST(MakeSplit, SaysWhatTheDatasetLacks) {
  auto content = content_with_scaffolds({0, 1});
  content.molecules.scaffold.clear();
  content.molecules.scaffold_achiral.clear();
  const Dataset dataset(std::move(content), "a.h5");
  for (const char* name : {"scaffold", "scaffold-achiral", "random-scaffold"}) {
    const Error error = error_of([&] { make_split(name, dataset, kSizes, 0); });
    EXPECT_EQ(error.kind(), ErrorKind::mismatch);
    EXPECT_TRUE(says(error, "a.h5 holds no scaffolds")) << error.what();
  }
  const Error error = error_of([&] { make_split("predefined", dataset, kSizes, 0); });
  EXPECT_EQ(error.kind(), ErrorKind::mismatch);
  EXPECT_TRUE(says(error, "--splits-column")) << error.what();
}

TEST(MakeSplit, RefusesSizesThatAreNoShares) {
  const Dataset dataset = dataset_of(10);
  for (const auto& sizes :
       {std::array{0.8, 0.1, 0.2}, {0.8, 0.3, -0.1}, {NAN, 0.5, 0.5}, {0.0, 0.0, 0.0}})
    EXPECT_EQ(error_of([&] { make_split("random", dataset, sizes, 0); }).kind(), ErrorKind::usage);
  EXPECT_EQ(make_split("random", dataset, {1.0, 0.0, 0.0}, 0).train.size(), 10u);
}

TEST(MakeSplit, SuggestsTheNearestName) {
  const Error error = error_of([] { make_split("scafold", dataset_of(3), kSizes, 0); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(error, "did you mean 'scaffold'")) << error.what();
}

}  // namespace
}  // namespace aufbau::data
