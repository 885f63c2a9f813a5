#include "core/text.h"

#include <gtest/gtest.h>

#include <cfloat>
#include <limits>

#include "aufbau.h"

namespace aufbau {
namespace {

TEST(Trim, TakesWhiteSpaceFromBothEnds) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim("ab"), "ab");
  EXPECT_EQ(trim("  "), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Split, KeepsEmptyParts) {
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), (std::vector<std::string>{""}));
  EXPECT_EQ(split("abc", ','), (std::vector<std::string>{"abc"}));
}

TEST(ParseNumber, TakesWholeFiniteNumbersOnly) {
  EXPECT_EQ(parse_number("1.5"), 1.5);
  EXPECT_EQ(parse_number("-2e-3"), -2e-3);
  EXPECT_EQ(parse_number("+4"), 4.0);
  for (const char* bad : {"", " 1", "1 ", "1,5", "1.5x", "nan", "inf", "-inf", "1e999", "+-1",
                          "++1", "+", "-", "0x10", "1e"})
    EXPECT_EQ(parse_number(bad), std::nullopt) << bad;
}

TEST(ParseInteger, RefusesFractionsAndOverflow) {
  EXPECT_EQ(parse_integer("-17"), -17);
  EXPECT_EQ(parse_integer("+17"), 17);
  EXPECT_EQ(parse_integer("9223372036854775807"), std::numeric_limits<long long>::max());
  for (const char* bad : {"", "1.0", "9223372036854775808", "1e3", "+-1", "x"})
    EXPECT_EQ(parse_integer(bad), std::nullopt) << bad;
}

TEST(FormatNumber, IsTheShortestTextThatReadsBack) {
  EXPECT_EQ(format_number(0.1), "0.1");
  EXPECT_EQ(format_number(0.1f), "0.1");
  EXPECT_EQ(format_number(1.0 / 3), "0.3333333333333333");
  for (const double value : {DBL_MAX, DBL_MIN, -1.0 / 7, 0.0, 1e22})
    EXPECT_EQ(parse_number(format_number(value)), value);
}

TEST(NearestName, FindsTyposAndIgnoresStrangers) {
  const std::vector<std::string> known = {"scaffold", "random", "random-scaffold", "roc-auc",
                                          "gin"};
  EXPECT_EQ(nearest_name("scafold", known), "scaffold");
  EXPECT_EQ(nearest_name("Random", known), "random");
  EXPECT_EQ(nearest_name("roc-acu", known), "roc-auc");
  EXPECT_EQ(nearest_name("gni", known), "gin");
  EXPECT_EQ(nearest_name("banana", known), "");
  EXPECT_EQ(nearest_name("", known), "");
  EXPECT_EQ(nearest_name("x", {}), "");
  EXPECT_EQ(nearest_name(std::string(100000, 'a'), known), "");
}

TEST(FailUnknownName, SuggestsAndListsWhatIsKnown) {
  const std::vector<std::string> known = {"scaffold", "random"};
  const auto message = [&](const char* name) -> std::string {
    try {
      fail_unknown_name("split", "split method", name, known);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      return error.what();
    }
  };
  EXPECT_EQ(
      message("scafold"),
      "[split] unknown split method 'scafold'; did you mean 'scaffold'? known: scaffold, random");
  EXPECT_EQ(message("zzz"), "[split] unknown split method 'zzz'; known: scaffold, random");
}

}  // namespace
}  // namespace aufbau
