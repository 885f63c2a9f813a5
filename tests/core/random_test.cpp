#include "core/random.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace aufbau {
namespace {

using Words = std::array<std::uint32_t, 4>;

// The known answers published with Random123 (Salmon et al. 2011) for philox4x32, 10 rounds.
TEST(Philox, GivesThePublishedAnswers) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, DrawsLanesOfTheDocumentedCounter) {
  const RandomKey key{0x0123456789abcdefu, Purpose::mask, 3, 17, 2};
  Random random(key);
  for (std::uint32_t block = 0; block < 3; ++block) {
    const Words expected = philox4x32({4u | 2u << 16, 3, 17, block}, {0x89abcdefu, 0x01234567u});
    for (int lane = 0; lane < 4; ++lane) EXPECT_EQ(random.next(), expected[lane]);
  }
}

TEST(Random, StartsAtAnyDraw) {
  const RandomKey key{7};
  Random whole(key);
  std::vector<std::uint32_t> draws(20);
  for (auto& draw : draws) draw = whole.next();
  for (std::uint64_t first = 0; first < draws.size(); ++first) {
    Random part(key, first);
    for (std::uint64_t d = first; d < draws.size(); ++d) EXPECT_EQ(part.next(), draws[d]);
  }
}

TEST(Random, EveryPartOfTheKeyChangesTheDraws) {
  std::set<std::uint32_t> first_draws;
  for (const RandomKey& key :
       {RandomKey{}, RandomKey{1}, RandomKey{1ull << 32}, RandomKey{0, Purpose::split},
        RandomKey{0, Purpose::test, 1}, RandomKey{0, Purpose::test, 0, 1},
        RandomKey{0, Purpose::test, 0, 0, 1}})
    first_draws.insert(Random(key).next());
  EXPECT_EQ(first_draws.size(), 7u);
}

TEST(Random, UniformStaysBelowOneAndHasTheMeanOfOneHalf) {
  Random random(RandomKey{11});
  double sum = 0;
  for (int i = 0; i < 100000; ++i) {
    const double value = random.uniform();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    sum += value;
  }
  EXPECT_NEAR(sum / 100000, 0.5, 5 * 0.2887 / 316);  // five standard errors
}

TEST(Random, BelowIsUniform) {
  Random random(RandomKey{12});
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) ++counts[random.below(7)];
  for (const int count : counts) EXPECT_NEAR(count, 10000, 5 * 93);  // five standard deviations
  EXPECT_EQ(random.below(1), 0u);
  const std::uint64_t huge = ~std::uint64_t{0};
  EXPECT_LT(random.below(huge), huge);
}

}  // namespace
}  // namespace aufbau
