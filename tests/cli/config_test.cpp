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
  const auto entries =
      parse_config(
          "# first\n a = \"x # y\" # comment\nb_c = 1e-4\n'd' = true\n\ne = [\n 'p,q', # one\n "
          "\"r\",\n]\nf = []\n",
          "f.toml")
          .entries;
  ASSERT_EQ(entries.size(), 5u);
  EXPECT_EQ(entries[0].key, "a");
  EXPECT_EQ(entries[0].values, std::vector<std::string>{"x # y"});
  EXPECT_EQ(entries[1].key, "b-c");  // as on the command line
  EXPECT_EQ(entries[1].values, std::vector<std::string>{"1e-4"});
  EXPECT_EQ(entries[2].key, "d");
  EXPECT_EQ(entries[2].values, std::vector<std::string>{"true"});
  EXPECT_TRUE(entries[3].is_array);
  EXPECT_EQ(entries[3].values, (std::vector<std::string>{"p,q", "r"}));
  EXPECT_EQ(entries[3].place, "f.toml line 6");
  EXPECT_TRUE(entries[4].is_array);
  EXPECT_TRUE(entries[4].values.empty());
}

TEST(Config, EscapesAreReadInBasicStringsOnly) {
  const auto entries = parse_config("a = \"q\\\"b\\\\t\\n\"\nb = 'c\\n'", "f.toml").entries;
  EXPECT_EQ(entries[0].values[0], "q\"b\\t\n");
  EXPECT_EQ(entries[1].values[0], "c\\n");
}

TEST(Config, AnEmptyTextHasNoEntries) {
  EXPECT_TRUE(parse_config("", "f.toml").entries.empty());
  EXPECT_TRUE(parse_config("", "f.toml").tables.empty());
}

TEST(Config, TablesHoldTheEntriesBelowTheirHeader) {
  const Config config = parse_config(
      "a = 1\n[[ stage ]] # first\na = 2\nb = 3\n[one]\n\n[[stage]]\na = 4\n", "f.toml");
  ASSERT_EQ(config.entries.size(), 1u);
  ASSERT_EQ(config.tables.size(), 3u);
  EXPECT_EQ(config.tables[0].header(), "[[stage]]");
  EXPECT_EQ(config.tables[0].place, "f.toml line 2");
  ASSERT_EQ(config.tables[0].entries.size(), 2u);
  EXPECT_EQ(config.tables[0].entries[1].key, "b");
  EXPECT_EQ(config.tables[1].header(), "[one]");
  EXPECT_TRUE(config.tables[1].entries.empty());
  EXPECT_EQ(config.tables[2].header(), "[[stage]]");
  EXPECT_EQ(config.tables[2].entries.at(0).place, "f.toml line 8");
}

TEST(Config, SaysWhereATextIsDamaged) {
  EXPECT_EQ(complaint("a = 1\na = 2"), "[config] f.toml line 2: 'a' is set twice");
  EXPECT_EQ(complaint("a_b = 1\na-b = 2"), "[config] f.toml line 2: 'a-b' is set twice");
  EXPECT_EQ(complaint("[t]\na = 1\n[t]"),
            "[config] f.toml line 3: [t] stands there already, as [t] in f.toml line 1");
  EXPECT_NE(complaint("[t]\n[[t]]").find("[[t]] stands there already, as [t]"), std::string::npos);
  EXPECT_NE(complaint("[[t]]\n[t]").find("[t] stands there already, as [[t]]"), std::string::npos);
  EXPECT_NE(complaint("[t\na = 1").find("expected ']'"), std::string::npos);
  EXPECT_NE(complaint("[[t]\n").find("expected ']]'"), std::string::npos);
  EXPECT_NE(complaint("[]\n").find("expected the name of a table"), std::string::npos);
  EXPECT_NE(complaint("[a.b]\n").find("nested tables"), std::string::npos);
  EXPECT_NE(complaint("[t] a = 1").find("unexpected text after the header of the table 't'"),
            std::string::npos);
  EXPECT_NE(complaint("[t").find("expected ']'"), std::string::npos);
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
