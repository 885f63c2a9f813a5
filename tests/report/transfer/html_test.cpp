#include "report/transfer/page/report_html.h"

#include <gtest/gtest.h>

#include <cmath>
#include <regex>
#include <set>

#include "core/text.h"
#include "graphs/scores/transfer_scores.h"
#include "report/transfer/example_reports.h"

namespace aufbau::report {
namespace {

std::vector<TransferReport> all_reports() {
  return {testing::molecule_report(),
          testing::network_report(),
          testing::hostile_report(),
          testing::large_report(),
          {}};
}

bool holds(const std::string& html, const std::string& part) {
  return html.find(part) != html.npos;
}

std::vector<std::string> matches(const std::string& html, const std::string& expression) {
  const std::regex pattern(expression);
  std::vector<std::string> found;
  for (std::sregex_iterator match(html.begin(), html.end(), pattern), end; match != end; ++match)
    found.push_back((*match)[1]);
  return found;
}

/// Every tag between < and >, without these; the style sheet is left out.
std::vector<std::string> tags_of(const std::string& html) {
  std::vector<std::string> tags;
  for (std::size_t at = html.find('<'); at != html.npos; at = html.find('<', at + 1)) {
    const std::size_t end = html.find('>', at);
    if (end == html.npos) return {"not closed: " + html.substr(at, 80)};
    tags.push_back(html.substr(at + 1, end - at - 1));
    at = end;
  }
  return tags;
}

/// What is wrong with the nesting of the tags; empty: nothing.
std::string nesting_error(const std::string& html) {
  std::vector<std::string> open;
  const std::vector<std::string> tags = tags_of(html);
  for (std::size_t i = 1; i < tags.size(); ++i) {  // from behind <!DOCTYPE html>
    const std::string& tag = tags[i];
    if (tag.back() == '/') continue;
    if (tag[0] != '/') {
      open.push_back(tag.substr(0, tag.find(' ')));
    } else if (open.empty() || open.back() != tag.substr(1)) {
      return "<" + tag + "> within " + (open.empty() ? "nothing" : open.back());
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back() + " is open at the end";
}

TEST(ReportHtml, IsWellFormed) {
  for (const TransferReport& report : all_reports()) {
    const std::string html = report_html(report);
    EXPECT_EQ(html.rfind("<!DOCTYPE html>\n<html lang=\"en\">", 0), 0u);
    EXPECT_EQ(nesting_error(html), "");
    EXPECT_TRUE(holds(html, "<title>"));
  }
}

TEST(ReportHtml, TheCheckOfItsFormCanFail) {
  EXPECT_NE(nesting_error("<!DOCTYPE html><p><b>x</p></b>"), "");
  EXPECT_NE(nesting_error("<!DOCTYPE html><p>"), "");
  EXPECT_EQ(nesting_error("<!DOCTYPE html><p>x<br/></p>"), "");
}

TEST(ReportHtml, LoadsAndRunsNothing) {
  for (const TransferReport& report : all_reports()) {
    const std::string html = report_html(report);
    for (const std::string& tag : tags_of(html)) {
      for (const char* unwanted : {"script", "link", "img", "iframe", "object"})
        EXPECT_NE(tag.substr(0, tag.find(' ')), unwanted) << tag;
      EXPECT_FALSE(holds(tag, " src=") || holds(tag, "url(")) << tag;
    }
    EXPECT_EQ(matches(html, "<[^>]* (on[a-z]+)=[^>]*>"), std::vector<std::string>());
    for (const std::string& address : matches(html, "href=\"([^\"]*)\""))
      EXPECT_EQ(address[0], '#') << address;
    EXPECT_FALSE(holds(html, "@import") || holds(html, "url("));
  }
}

TEST(ReportHtml, IdsAreUniqueAndLinksLeadToThem) {
  for (const TransferReport& report : all_reports()) {
    const std::string html = report_html(report);
    const std::vector<std::string> ids = matches(html, " id=\"([^\"]*)\"");
    const std::set<std::string> known(ids.begin(), ids.end());
    EXPECT_EQ(known.size(), ids.size());
    for (const std::string& address : matches(html, "href=\"#([^\"]*)\""))
      EXPECT_TRUE(known.contains(address)) << address;
  }
}

TEST(ReportHtml, HeadingsAreInOrderAndPicturesHaveWords) {
  for (const TransferReport& report : all_reports()) {
    const std::string html = report_html(report);
    int level = 0, firsts = 0;
    for (const std::string& heading : matches(html, "<h([1-6])")) {
      EXPECT_LE(heading[0] - '0', level + 1);
      level = heading[0] - '0';
      firsts += level == 1;
    }
    EXPECT_EQ(firsts, 1);
    for (const std::string& tag : tags_of(html)) {
      const bool is_region = holds(tag, "role=\"region\"") && holds(tag, "tabindex=\"0\"");
      const bool is_silent = holds(tag, "aria-hidden=\"true\"");
      const bool is_labelled = holds(tag, "aria-label=\"");
      if (tag.rfind("svg", 0) == 0) {
        EXPECT_TRUE(is_silent || (is_labelled && holds(tag, "role=\"img\""))) << tag;
      }
      if (holds(tag, "class=\"scroll")) {
        EXPECT_TRUE(is_region && is_labelled) << tag;
      }
    }
  }
}

/// The whole numbers that the page holds.
class Numbers {
 public:
  explicit Numbers(const std::string& html) {
    for (const std::string& value : matches(html, "<data value=\"([^\"]*)\">"))
      values_.insert(value);
  }
  void expect(double value, const char* what) const {
    EXPECT_TRUE(!std::isfinite(value) || values_.contains(format_number(value))) << what << value;
  }
  void expect(const std::vector<double>& values, const char* what) const {
    for (const double value : values) expect(value, what);
  }

 private:
  std::set<std::string> values_;
};

TEST(ReportHtml, HoldsEveryNumberOfTheReport) {
  for (const TransferReport& report : all_reports()) {
    const Numbers numbers(report_html(report));
    for (const TransferTarget& target : report.targets) {
      numbers.expect(static_cast<double>(target.set.graphs), "graphs ");
      for (const TransferFit& fit : target.fits) {
        numbers.expect({fit.plug_in, fit.unbiased, fit.noise_floor, fit.uniform, fit.single},
                       "fit ");
        if (std::isfinite(fit.low + fit.high)) numbers.expect({fit.low, fit.high}, "interval ");
        if (std::isfinite(fit.gromov_lower + fit.gromov_upper))
          numbers.expect({fit.gromov_lower, fit.gromov_upper}, "bounds ");
        numbers.expect(fit.weights, "weight ");
        for (const auto& [name, value] : fit.distances) numbers.expect(value, name.c_str());
        for (const MotifScope& scope : fit.motifs)
          numbers.expect({scope.mixture, scope.target, scope.bound}, "motif ");
        if (fit.compat) numbers.expect({fit.compat->loss, fit.compat->distance}, "compat ");
      }
      for (const TransferTest& test : target.tests)
        numbers.expect({test.distance, test.p_value}, "test ");
      for (const TransferScoreValue& score : target.scores) numbers.expect(score.value, "score ");
      for (const TransferCoverage& coverage : target.coverage)
        if (coverage.thresholds.size() == coverage.shares.size())
          numbers.expect(coverage.shares, "share ");
      for (const ProbeGain& gain : target.probe) {
        numbers.expect(gain.gain, "gain ");
        if (std::isfinite(gain.gain)) numbers.expect(gain.pretrained, "seed ");
      }
      for (const auto* pairs : {&target.nearest, &target.farthest})
        for (const NearestMolecule& pair : *pairs) numbers.expect(pair.similarity, "similarity ");
      numbers.expect({target.verdict.gain, target.verdict.gain_low, target.verdict.gain_high},
                     "gain ");
    }
  }
}

TEST(ReportHtml, AnswersFirstAndThenSaysWhatAppliesToEachTarget) {
  const std::string html = report_html(testing::molecule_report());
  std::size_t before = 0;
  for (const char* part :
       {"The answer", "Promising</span>", "Promising: chembl is near", "Use chembl;",
        "Fairly sure:", "What these data do not allow", "How near the sources come",
        "Could the target", "Every score, side by side", "How much of the target", "Molecules near",
        "Measured by training", "Which small patterns", "Method and limits", "Cao, Y.",
        "Data, settings and hashes"}) {
    const std::size_t at = html.find(part);
    ASSERT_NE(at, html.npos) << part;
    EXPECT_GT(at, before) << part;
    before = at;
  }
}

TEST(ReportHtml, LeavesOutWhatThereIsNot) {
  const std::string html = report_html(testing::network_report());
  for (const char* part : {"Molecules near", "How much of the target", "Measured by training"})
    EXPECT_FALSE(holds(html, part)) << part;
  EXPECT_TRUE(holds(html, "fewer graphs than parts"));
  EXPECT_TRUE(holds(html, "needs fingerprints of the source, and there are none"));
  EXPECT_TRUE(holds(html, "Not promising</span>"));
}

TEST(ReportHtml, ManyTargetsHaveATableAndLinks) {
  const std::string html = report_html(testing::large_report());
  EXPECT_TRUE(holds(html, "All targets at a glance"));
  EXPECT_TRUE(holds(html, "<a href=\"#target-8\">target_8</a>"));
  EXPECT_TRUE(holds(html, "From 20 sources to 8 targets."));
  EXPECT_LT(html.size(), 2'500'000u);
}

TEST(ReportHtml, TextsOfTheUserAreNeverMarkup) {
  const std::string html = report_html(testing::hostile_report());
  EXPECT_FALSE(holds(html, "<script"));
  EXPECT_FALSE(holds(html, "alert('"));
  EXPECT_TRUE(holds(html, "&lt;script&gt;alert(&#39;x&#39;)"));
  for (const char byte : {'\x01', '\xFF', '\x00'}) EXPECT_EQ(html.find(byte), html.npos);
  EXPECT_FALSE(holds(html, "nan") && holds(html, "value=\"nan"));
}

TEST(ReportHtml, EveryScoreOfTheTableIsExplained) {
  const std::string html = report_html({});
  for (const graphs::TransferScore& score : graphs::transfer_scores())
    EXPECT_TRUE(holds(html, "<dt id=\"score-" + std::string(score.name) + "\">")) << score.name;
}

TEST(ReportHtml, TheSameReportGivesTheSameBytes) {
  EXPECT_EQ(report_html(testing::molecule_report()), report_html(testing::molecule_report()));
}

TEST(ReportHtml, TheClosestSourceOfAScoreIsBoldWhicheverWayItCounts) {
  const TransferReport report = testing::molecule_report();
  const std::string html = report_html(report);
  int looked_at = 0;
  for (const TransferScoreValue& score : report.targets[0].scores) {
    if (score.score != "frechet" && score.score != "nearest-tanimoto") continue;
    const bool is_bold = holds(html, "<b><data value=\"" + format_number(score.value) + "\">");
    EXPECT_EQ(is_bold, score.source == "chembl") << score.score << ' ' << score.source;
    ++looked_at;
  }
  EXPECT_EQ(looked_at, 4);
}

}  // namespace
}  // namespace aufbau::report
