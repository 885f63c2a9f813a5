#include "cli/config.h"

#include <gtest/gtest.h>

#include "aufbau.h"

namespace aufbau::cli {
namespace {

std::string complaint(const std::string& text) {
  try {
    parse_config(text, "f.toml");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  return "";
}

TEST(Config, ReadsStringsNumbersBooleansAndArrays) {
  const auto entries = parse_config(
      "# first\n a = \"x # y\" # comment\nb_c = 1e-4\n'd' = true\n\ne = [\n 'p,q', # one\n "
      "\"r\",\n]\nf = []\n",
      "f.toml");
  ASSERT_EQ(entries.size(), 5u);
  EXPECT_EQ(entries[0].key, "a");
  EXPECT_EQ(entries[0].values, std::vector<std::string>{"x # y"});
  EXPECT_EQ(entries[1].key, "b_c");
  EXPECT_EQ(entries[1].values, std::vector<std::string>{"1e-4"});
  EXPECT_EQ(entries[2].key, "d");
  EXPECT_EQ(entries[2].values, std::vector<std::string>{"true"});
  EXPECT_TRUE(entries[3].is_array);
  EXPECT_EQ(entries[3].values, (std::vector<std::string>{"p,q", "r"}));
  EXPECT_EQ(entries[3].line, 6);
  EXPECT_TRUE(entries[4].is_array);
  EXPECT_TRUE(entries[4].values.empty());
}

TEST(Config, EscapesAreReadInBasicStringsOnly) {
  const auto entries = parse_config("a = \"q\\\"b\\\\t\\n\"\nb = 'c\\n'", "f.toml");
  EXPECT_EQ(entries[0].values[0], "q\"b\\t\n");
  EXPECT_EQ(entries[1].values[0], "c\\n");
}

TEST(Config, AnEmptyTextHasNoEntries) { EXPECT_TRUE(parse_config("", "f.toml").empty()); }

TEST(Config, SaysWhereATextIsDamaged) {
  EXPECT_EQ(complaint("a = 1\n[table]\n"),
            "[config] f.toml line 2: tables are not used here; write every option as key = value");
  EXPECT_EQ(complaint("a = 1\na = 2"), "[config] f.toml line 2: 'a' is set twice");
  EXPECT_NE(complaint("a = x y").find("unexpected text"), std::string::npos);
  EXPECT_NE(complaint("a = \"x").find("does not end"), std::string::npos);
  EXPECT_NE(complaint("a = [1, 2").find("expected ',' or ']'"), std::string::npos);
  EXPECT_NE(complaint("a = [[1]]").find("arrays inside arrays"), std::string::npos);
  EXPECT_NE(complaint("a").find("expected '='"), std::string::npos);
  EXPECT_NE(complaint("a =").find("expected a value"), std::string::npos);
  EXPECT_NE(complaint("= 1").find("expected a key"), std::string::npos);
  EXPECT_NE(complaint("a = \"\\q\"").find("after a backslash"), std::string::npos);
}

}  // namespace
}  // namespace aufbau::cli
