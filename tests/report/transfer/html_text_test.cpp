#include "report/transfer/page/text.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "report/transfer/page/charts.h"
#include "report/transfer/page/coverage_chart.h"
#include "report/transfer/page/heat_map.h"

namespace aufbau::report {
namespace {

TEST(Escaped, MarkupBecomesReferencesAndTheRestStays) {
  EXPECT_EQ(escaped("a<b> & \"c\" 'd'"), "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
  EXPECT_EQ(escaped("\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80\n\t"),
            "\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80\n\t");
}

TEST(Escaped, EachByteThatIsNotUtf8AndEachControlCharacterIsReplaced) {
  const std::string r = "\xEF\xBF\xBD";
  EXPECT_EQ(escaped("a\xFF"
                    "b"),
            "a" + r + "b");
  EXPECT_EQ(escaped("\xC3"), r);                          // cut off
  EXPECT_EQ(escaped("\xC0\x80"), r + r);                  // overlong
  EXPECT_EQ(escaped("\xED\xA0\x80"), r + r + r);          // surrogate
  EXPECT_EQ(escaped("\xF4\x90\x80\x80"), r + r + r + r);  // beyond U+10FFFF
  EXPECT_EQ(escaped(std::string("\0\x1B\x7F", 3)), r + r + r);
  EXPECT_EQ(escaped("\xC2\x85"), r);  // U+0085
  EXPECT_EQ(escaped("\xE2\x80\xAE"
                    "x"),
            r + "x");  // right to left from here
}

TEST(Rounded, ThreeDigitsInOnePlace) {
  EXPECT_EQ(rounded(0), "0");
  EXPECT_EQ(rounded(1.2345), "1.23");
  EXPECT_EQ(rounded(-0.012345),
            "\xE2\x88\x92"
            "0.0123");
  EXPECT_EQ(rounded(0.9996), "1.00");
  EXPECT_EQ(rounded(9999.7),
            "10\xE2\x80\xAF"
            "000");
  EXPECT_EQ(rounded(1234567.0),
            "1\xE2\x80\xAF"
            "234\xE2\x80\xAF"
            "567");
  EXPECT_EQ(rounded(4.5678e-7), "4.57 \xC3\x97 10\xE2\x81\xBB\xE2\x81\xB7");
  EXPECT_EQ(rounded(NAN), "\xE2\x80\x93");
  EXPECT_EQ(rounded(INFINITY), "\xE2\x80\x93");
  EXPECT_EQ(rounded(1e300), "1.00 \xC3\x97 10\xC2\xB3\xE2\x81\xB0\xE2\x81\xB0");
  EXPECT_EQ(rounded(5e-324), "4.94 \xC3\x97 10\xE2\x81\xBB\xC2\xB3\xC2\xB2\xE2\x81\xB4");
}

TEST(Rounded, AUnitIsSharedAndASmallNumberKeepsADigit) {
  const Unit unit = unit_of(std::array{0.00213, 0.0000312, kUnknown});
  EXPECT_EQ(unit.suffix(), ", in 10\xE2\x81\xBB\xC2\xB3");
  EXPECT_EQ(rounded(0.00213, unit), "2.13");
  EXPECT_EQ(rounded(0.0000312, unit), "0.03");
  EXPECT_EQ(rounded(0.0000012, unit), "0.001");
  EXPECT_EQ(unit_of(std::array{0.5, 0.25}).suffix(), "");
  EXPECT_EQ(unit_of(std::array{kUnknown}).suffix(), "");
  EXPECT_EQ(rounded(5e-324, unit_of(std::array{5e-324})), rounded(5e-324));
  EXPECT_EQ(rounded(0.0004, decimals_of(std::array{0.0713, 0.0004})), "0.0004");
}

TEST(Number, HoldsTheWholeNumber) {
  EXPECT_EQ(number(0.123456789), "<data value=\"0.123456789\">0.123</data>");
  EXPECT_EQ(number(NAN), "<span class=\"unknown\">\xE2\x80\x93</span>");
  EXPECT_EQ(range(0.37, 1.18),
            "<data value=\"0.37\">0.37</data> to <data value=\"1.18\">1.18</data>");
  EXPECT_EQ(range(NAN, 1), number(NAN));
  EXPECT_EQ(p_value(0.0004), "<data value=\"4e-04\">&lt; 0.001</data>");
  EXPECT_EQ(p_value(0.0412), "<data value=\"0.0412\">0.041</data>");
  EXPECT_EQ(percent(0.5), "<data value=\"0.5\">50\xE2\x80\xAF%</data>");
  EXPECT_EQ(percent(0.012), "<data value=\"0.012\">1.2\xE2\x80\xAF%</data>");
  EXPECT_EQ(signed_number(2), "<data value=\"2\">+2.00</data>");
  EXPECT_EQ(count(249456),
            "<data value=\"249456\">249\xE2\x80\xAF"
            "456</data>");
}

TEST(Words, AreJoinedAndShortenedAtWholeCharacters) {
  EXPECT_EQ(joined({"a", "b", "c"}), "a, b and c");
  EXPECT_EQ(joined({}), "");
  EXPECT_EQ(shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(shortened("abcdefg", 6), "abcde\xE2\x80\xA6");
  EXPECT_EQ(shortened("\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4", 3), "\xC3\xA4\xC3\xA4\xE2\x80\xA6");
}

TEST(Axis, EndsAreRoundAndHoldAllValuesAndZero) {
  const Axis axis(std::array{0.37, 2.6, kUnknown});
  EXPECT_EQ(axis.ticks(), (std::vector<double>{0, 1, 2, 3}));
  EXPECT_EQ(axis.position(-1), 0);
  EXPECT_EQ(axis.position(1.5), 0.5);
  EXPECT_EQ(axis.position(9), 1);
  EXPECT_EQ(Axis(std::array{-0.4, 0.1}).low(), -0.4);
  for (const auto& values : {std::vector<double>{}, {NAN}, {0}, {INFINITY}, {-1e-320}})
    EXPECT_EQ(Axis(values).high(), 1);
}

TEST(Strips, LeaveOutWhatIsNotKnown) {
  const Axis axis(0, 1);
  EXPECT_EQ(dot_strip(axis, {}).find("circle"), std::string::npos);
  EXPECT_EQ(bar_strip(axis, {}).find("rect"), std::string::npos);
  Strip strip;
  strip.value = 0.5;
  strip.label = "<half>";
  EXPECT_NE(dot_strip(axis, strip).find("cx=\"90\""), std::string::npos);
  EXPECT_NE(bar_strip(axis, strip).find("width=\"81\""), std::string::npos);
  EXPECT_NE(dot_strip(axis, strip).find("aria-label=\"&lt;half&gt;\""), std::string::npos);
}

TEST(HeatMap, CellsOfOneColourAreOnePiece) {
  HeatScale scale;
  const GraphonCells graphon{2, {1, 1, 0.5, 0}};
  scale.include(graphon);
  EXPECT_EQ(scale.level(1), HeatScale::kLevels);
  EXPECT_EQ(scale.level(0.5), HeatScale::kLevels / 2);
  EXPECT_EQ(scale.level(0), 0);
  EXPECT_EQ(scale.level(1e-12), 1);
  EXPECT_EQ(scale.level(NAN), -1);
  const std::string svg = heat_map(graphon, scale, "two");
  EXPECT_NE(svg.find("fill-opacity=\"1\" d=\"M0 0h2v1h-2z\""), std::string::npos) << svg;
  EXPECT_NE(svg.find("fill-opacity=\".500\" d=\"M0 1h1v1h-1z\""), std::string::npos) << svg;
}

TEST(HeatMap, WhatIsNoGraphonIsSaidInWords) {
  for (const GraphonCells& graphon : {GraphonCells{}, {2, {1, 2, 3}}, {-1, {1}}})
    EXPECT_NE(heat_map(graphon, {}, "none").find("not known"), std::string::npos);
}

TEST(CoverageChart, IsEmptyWithoutTwoThresholdsAndNamesAtMostSix) {
  EXPECT_EQ(coverage_chart({}), "");
  EXPECT_EQ(coverage_chart(std::vector<TransferCoverage>{{"a", {0.5}, {1}}}), "");
  const std::vector<TransferCoverage> many(9, {"a", {0.2, 0.8}, {1, 0}});
  const std::string svg = coverage_chart(many);
  std::size_t names = 0;
  for (std::size_t at = svg.find(">a<"); at != svg.npos; at = svg.find(">a<", at + 1)) ++names;
  EXPECT_EQ(names, 6u);
  EXPECT_NE(svg.find("curve other"), svg.npos);
}

}  // namespace
}  // namespace aufbau::report
