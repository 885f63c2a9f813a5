// Scores of fingerprints and scaffolds.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/parallel.h"
#include "core/random.h"
#include "graphs/scores/mmd.h"
#include "graphs/scores/nearest.h"
#include "graphs/scores/scaffold_coverage.h"
#include "testing/errors.h"

namespace aufbau::graphs {
namespace {

using namespace aufbau::testing;

Fingerprints of_bits(const std::vector<std::vector<std::int32_t>>& all, std::int32_t bits = 70) {
  Fingerprints result(bits);
  for (const auto& one : all) result.append(one);
  return result;
}

/// Few bits out of 70, so that similarities tie often.
Fingerprints random_fingerprints(std::int64_t count, std::uint32_t number) {
  Random random({.item = number});
  Fingerprints result(70);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::uint64_t one_in = 2 + random.below(20);
    std::vector<std::int32_t> bits;
    for (std::int32_t bit = 0; bit < 70; ++bit)
      if (random.below(one_in) == 0) bits.push_back(bit);
    result.append(bits);
  }
  return result;
}

TEST(Tanimoto, CountsSharedOverAllBits) {
  const Fingerprints a = of_bits({{0, 63, 64, 69}, {}, {5}});
  EXPECT_EQ(tanimoto(a, 0, a, 0), 1);
  EXPECT_EQ(tanimoto(a, 0, a, 2), 0);
  EXPECT_EQ(tanimoto(a, 1, a, 1), 1) << "two without any bit are the same";
  EXPECT_EQ(tanimoto(a, 1, a, 2), 0);
  EXPECT_EQ(tanimoto(a, 0, of_bits({{1, 63, 64}}), 0), 2.0 / 5);
}

TEST(Fingerprints, RefuseBitsOutOfRangeAndOutOfOrder) {
  const Error range = error_of([] { of_bits({{3, 70}}); });
  EXPECT_EQ(range.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(range, "set bit 1 is 70, expected 0 to 69")) << range.what();
  EXPECT_EQ(error_of([] { of_bits({{-1}}); }).kind(), ErrorKind::usage);
  EXPECT_TRUE(says(error_of([] { of_bits({{4, 4}}); }), "ascending"));
  EXPECT_EQ(error_of([] { Fingerprints(0); }).kind(), ErrorKind::usage);
  EXPECT_EQ(error_of([] { of_bits({{1}}).chosen(std::vector<std::int64_t>{1}); }).kind(),
            ErrorKind::usage);
}

TEST(Nearest, IsWhatAFullSearchFindsWithTheLowestIndexOnTies) {
  const Fingerprints source = random_fingerprints(300, 1), target = random_fingerprints(200, 2);
  std::int64_t ties = 0;
  for (const int threads : {1, 2}) {
    const ThreadScope scope(threads);
    const NearestNeighbours got = nearest_tanimoto(source, target);
    for (std::int64_t t = 0; t < target.size(); ++t) {
      std::vector<double> all;
      for (std::int64_t s = 0; s < source.size(); ++s)
        all.push_back(tanimoto(source, s, target, t));
      const auto best = std::max_element(all.begin(), all.end());
      ties += std::count(all.begin(), all.end(), *best) > 1;
      EXPECT_EQ(got.similarity[static_cast<std::size_t>(t)], *best);
      EXPECT_EQ(got.index[static_cast<std::size_t>(t)], best - all.begin()) << "target " << t;
    }
  }
  EXPECT_GT(ties, 20) << "the sets should have ties";
}

TEST(Nearest, OfOneAndOfNothingInCommon) {
  const NearestNeighbours none = nearest_tanimoto(of_bits({{1}, {2}}), of_bits({{3}, {}}));
  EXPECT_EQ(none.similarity, (std::vector<double>{0, 0}));
  EXPECT_EQ(none.index, (std::vector<std::int64_t>{0, 0}));
  const NearestNeighbours all = nearest_tanimoto(of_bits({{}, {3}}), of_bits({{3}, {}}));
  EXPECT_EQ(all.index, (std::vector<std::int64_t>{1, 0}));
  EXPECT_EQ(all.median(), 1);
  const std::vector<double> thresholds = {0, 1, 1.5};
  EXPECT_EQ(none.coverage(thresholds), (std::vector<double>{1, 0, 0}));
  EXPECT_EQ(all.coverage(thresholds), (std::vector<double>{1, 1, 0}));
}

TEST(Nearest, NamesWhatItCannotWorkOn) {
  const Fingerprints some = of_bits({{1}});
  EXPECT_EQ(error_of([&] { nearest_tanimoto(of_bits({}), some); }).kind(),
            ErrorKind::nothing_valid);
  EXPECT_EQ(error_of([&] { nearest_tanimoto(some, of_bits({{1}}, 71)); }).kind(),
            ErrorKind::mismatch);
  EXPECT_EQ(error_of([&] { mmd_tanimoto(some, some); }).kind(), ErrorKind::usage);
  EXPECT_EQ(error_of([&] { mmd_tanimoto(some, of_bits({})); }).kind(), ErrorKind::nothing_valid);
}

TEST(MmdTanimoto, IsTheMeanOverPairsAndFindsAShift) {
  const Fingerprints x = random_fingerprints(40, 3), y = random_fingerprints(30, 4);
  const auto mean = [](const Fingerprints& a, const Fingerprints& b) {
    double sum = 0;
    for (std::int64_t i = 0; i < a.size(); ++i)
      for (std::int64_t j = 0; j < b.size(); ++j) sum += tanimoto(a, i, b, j);
    return sum / static_cast<double>(a.size() * b.size());
  };
  EXPECT_NEAR(mmd_tanimoto(x, y).biased, mean(x, x) + mean(y, y) - 2 * mean(x, y), 1e-12);
  Fingerprints shifted(70);
  for (std::int32_t bit = 40; bit < 70; ++bit) shifted.append(std::vector<std::int32_t>{1, bit});
  EXPECT_EQ(mmd_tanimoto(x, shifted, {.permutations = 99}).p_value, 0.01);
}

TEST(ScaffoldCoverage, CountsMoleculesAndDistinctScaffolds) {
  const std::vector<std::string> source = {"A", "A", "B", ""}, target = {"A", "A", "C", "", ""};
  const ScaffoldCoverage got = scaffold_coverage(source, target);
  EXPECT_DOUBLE_EQ(got.molecules_all, 4.0 / 5);
  EXPECT_DOUBLE_EQ(got.molecules_ring, 2.0 / 3);
  EXPECT_DOUBLE_EQ(got.scaffolds_ring, 1.0 / 2);
  EXPECT_EQ(got.ring_count, 3);
  EXPECT_EQ(got.scaffold_count, 2);
  const ScaffoldCoverage chains = scaffold_coverage(source, std::vector<std::string>{""});
  EXPECT_EQ(chains.molecules_all, 1);
  EXPECT_EQ(chains.molecules_ring, 0);
  EXPECT_EQ(chains.ring_count, 0);
  EXPECT_EQ(error_of([&] { scaffold_coverage(source, {}); }).kind(), ErrorKind::nothing_valid);
  EXPECT_EQ(error_of([&] { scaffold_coverage({}, target); }).kind(), ErrorKind::nothing_valid);
}

}  // namespace
}  // namespace aufbau::graphs
