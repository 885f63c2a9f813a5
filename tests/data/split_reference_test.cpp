// Known answers: published index lists, and the scaffolds of the featurised molecules.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "data/slow_split.h"
#include "data/split.h"
#include "testing/reference.h"

namespace aufbau::data {
namespace {

using namespace testing;
using Indices = std::vector<std::int64_t>;

constexpr std::array<double, 3> kSizes = {0.8, 0.1, 0.1};
constexpr const char* kMethods[] = {"scaffold_chiral", "scaffold_nonchiral", "random_scaffold"};

Indices indices(const ReferenceFile& file, const std::string& path) {
  const auto values = file.ints(path);
  return {values.begin(), values.end()};
}

Split stored_split(const ReferenceFile& file, const std::string& group) {
  Split split;
  split.train = indices(file, group + "/train");
  split.valid = indices(file, group + "/valid");
  split.test = indices(file, group + "/test");
  return split;
}

TEST(SplitReference, HashesOfTheStoredListsAgree) {
  const ReferenceFile file("splits.h5");
  ASSERT_FALSE(file.groups("/").empty());
  for (const auto& set : file.groups("/"))
    for (const char* method : kMethods) {
      const std::string group = "/" + set + "/" + method;
      EXPECT_EQ(stored_split(file, group).hash(), file.text_attribute(group, "sha1")) << group;
    }
}

TEST(SplitReference, StoredListsArePartitionsOfTheKeptRows) {
  const ReferenceFile file("splits.h5");
  for (const auto& set : file.groups("/"))
    for (const char* method : kMethods) {
      const Split split = stored_split(file, "/" + set + "/" + method);
      const auto count = static_cast<std::int64_t>(file.ints("/" + set + "/kept_row").size());
      EXPECT_EQ(count, static_cast<std::int64_t>(file.attribute("/" + set, "kept")));
      std::set<std::int64_t> seen;
      for (const auto* part : {&split.train, &split.valid, &split.test})
        seen.insert(part->begin(), part->end());
      EXPECT_EQ(
          static_cast<std::int64_t>(split.train.size() + split.valid.size() + split.test.size()),
          count);
      EXPECT_EQ(static_cast<std::int64_t>(seen.size()), count);
      EXPECT_EQ(*seen.rbegin(), count - 1);
    }
}

/// First twelve digits, chiral and not chiral. ToxCast is left out: its copies differ in their
/// rows.
struct Anchor {
  const char* set;
  const char* chiral;
  const char* achiral;
  std::size_t train, valid, test;
};
constexpr Anchor kAnchors[] = {
    {"BBBP", "fc41acce30a6", "6dc5234ba098", 1631, 204, 204},
    {"BACE", "1a5cef9eb414", "10314bad10ea", 1210, 151, 152},
    {"ClinTox", "e55a1769728d", "ef4a3754fd05", 1182, 148, 148},
    {"SIDER", "294c51fc5b17", "c6315c249a94", 1141, 143, 143},
    {"Tox21", "8ec6c876102f", "3d7035760b33", 6264, 783, 784},
};

TEST(SplitReference, HashesAreThoseOfThePublishedSplits) {
  if (std::getenv("AUFBAU_REFERENCE")) GTEST_SKIP() << "other vectors than the published ones";
  const ReferenceFile file("splits.h5");
  for (const auto& anchor : kAnchors) {
    const std::string set = std::string("/") + anchor.set;
    const Split chiral = stored_split(file, set + "/scaffold_chiral");
    EXPECT_EQ(chiral.hash().substr(0, 12), anchor.chiral) << set;
    EXPECT_EQ(stored_split(file, set + "/scaffold_nonchiral").hash().substr(0, 12), anchor.achiral)
        << set;
    EXPECT_EQ(chiral.train.size(), anchor.train) << set;
    EXPECT_EQ(chiral.valid.size(), anchor.valid) << set;
    EXPECT_EQ(chiral.test.size(), anchor.test) << set;
  }
}

TEST(SplitReference, ScaffoldsOfRealMoleculesSplitAsThePlainestProgramDoes) {
  const ReferenceFile file("featurise.h5");
  for (const char* name : {"/valid/scaffold_chiral", "/valid/scaffold"}) {
    const auto scaffolds = file.strings(name);
    ASSERT_FALSE(scaffolds.empty());
    const auto keys = keys_of(scaffolds);
    const Split split = scaffold_split(keys, kSizes);
    const auto expected = slow_scaffold_split(scaffolds, kSizes[0], kSizes[1]);
    EXPECT_EQ(split.train, expected[0]);
    EXPECT_EQ(split.valid, expected[1]);
    EXPECT_EQ(split.test, expected[2]);

    // Any order of the groups will do: here the odd numbers from the end, then the even ones.
    const auto groups =
        static_cast<std::int64_t>(std::set<std::int32_t>(keys.begin(), keys.end()).size());
    Indices order;
    for (std::int64_t g = groups - 1; g >= 0; --g)
      if (g % 2 == 1) order.push_back(g);
    for (std::int64_t g = 0; g < groups; g += 2) order.push_back(g);
    const Split random = random_scaffold_split(keys, kSizes, order);
    const auto random_expected = slow_random_scaffold_split(scaffolds, kSizes[1], kSizes[2], order);
    EXPECT_EQ(random.train, random_expected[0]);
    EXPECT_EQ(random.valid, random_expected[1]);
    EXPECT_EQ(random.test, random_expected[2]);
  }
}

}  // namespace
}  // namespace aufbau::data
