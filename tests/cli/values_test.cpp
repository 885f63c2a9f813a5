#include "cli/values.h"

#include <gtest/gtest.h>

namespace aufbau::cli {
namespace {

TEST(Values, NumbersAreReadWholeOrNotAtAll) {
  EXPECT_EQ(read_number<int>("12"), 12);
  EXPECT_EQ(read_number<int>("+12"), 12);
  EXPECT_EQ(read_number<double>("1e-4"), 1e-4);
  for (const char* text : {"", "1x", " 1", "1 ", "--1", "1,5", "99999999999"})
    EXPECT_FALSE(read_number<int>(text)) << text;
  for (const char* text : {"nan", "inf", "1e999", "0x10"})
    EXPECT_FALSE(read_number<double>(text)) << text;
  EXPECT_FALSE(read_number<std::uint64_t>("-1"));
}

TEST(Values, LargeCountsAreGroupedByThousands) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1000), "1,000");
  EXPECT_EQ(with_thousands(1234567), "1,234,567");
  EXPECT_EQ(with_thousands(-1234), "-1,234");
  EXPECT_EQ(with_thousands(-123), "-123");
}

TEST(Values, DurationsAreReadable) {
  EXPECT_EQ(duration(4.24), "4.2 s");
  EXPECT_EQ(duration(42), "42 s");
  EXPECT_EQ(duration(200), "3 min 20 s");
  EXPECT_EQ(duration(3720), "1 h 02 min");
}

TEST(Values, ListsAreSplitAtCommas) {
  EXPECT_EQ(split_list("a,b,"), (std::vector<std::string>{"a", "b", ""}));
  EXPECT_EQ(split_list("a"), std::vector<std::string>{"a"});
}

}  // namespace
}  // namespace aufbau::cli
