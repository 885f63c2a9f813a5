// The page in a browser: it says nothing, asks for nothing and fits the window.
#include <gtest/gtest.h>

#include "report/transfer/browser.h"
#include "report/transfer/example_reports.h"
#include "report/transfer/page/report_html.h"

namespace aufbau::report {
namespace {

using aufbau::testing::PageVisit;
using aufbau::testing::PageWidths;
using aufbau::testing::visit;
using aufbau::testing::widths_of;

constexpr int kDesktop = 1280, kPhone = 360;

class Page : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!aufbau::testing::browser_is_there())
      GTEST_SKIP() << "chromium-headless-shell is not installed (a Debian package)";
  }
  static void expect_quiet_and_fitting(const TransferReport& report) {
    const std::string html = report_html(report);
    const PageVisit seen = visit(html);
    EXPECT_TRUE(seen.was_shown);
    EXPECT_EQ(seen.console, std::vector<std::string>());
    EXPECT_EQ(seen.requests, std::vector<std::string>());
    for (const int width : {kDesktop, kPhone}) {
      const PageWidths widths = widths_of(html, width);
      EXPECT_EQ(widths.window, width);
      EXPECT_EQ(widths.content, width) << "the page scrolls sideways";
    }
  }
};

TEST_F(Page, OfMolecules) { expect_quiet_and_fitting(testing::molecule_report()); }
TEST_F(Page, OfNetworks) { expect_quiet_and_fitting(testing::network_report()); }
TEST_F(Page, OfHostileTexts) { expect_quiet_and_fitting(testing::hostile_report()); }
TEST_F(Page, OfManySourcesAndTargets) { expect_quiet_and_fitting(testing::large_report()); }
TEST_F(Page, OfNothing) { expect_quiet_and_fitting({}); }

std::string control(const std::string& body) {
  return "<!DOCTYPE html><html><head><title>control</title></head><body>" + body + "</body></html>";
}

// Without these the tests above could pass because nothing is looked at.

TEST_F(Page, AnErrorOnTheConsoleIsSeen) {
  const PageVisit seen = visit(control("<script>console.error('broken')</script>"));
  ASSERT_EQ(seen.console.size(), 1u);
  EXPECT_NE(seen.console[0].find("\"broken\""), std::string::npos) << seen.console[0];
}

TEST_F(Page, ARequestIsSeen) {
  const PageVisit seen = visit(control("<img alt='x' src='http://example.invalid/x.png'>"));
  EXPECT_EQ(seen.requests, std::vector<std::string>{"http://example.invalid/x.png"});
}

TEST_F(Page, ThePolicyOfThePageForbidsRequestsAndScripts) {
  std::string html = report_html({});
  html.insert(html.rfind("</main>"),
              "<img alt='x' src='http://example.invalid/x.png'><script>console.log(1)</script>");
  const PageVisit seen = visit(html);
  EXPECT_EQ(seen.requests, std::vector<std::string>());
  EXPECT_EQ(seen.console.size(), 2u) << "one complaint about each";
}

TEST_F(Page, APageTooWideIsSeen) {
  const PageWidths widths = widths_of(control("<div style='width: 700px'>wide</div>"), kPhone);
  EXPECT_EQ(widths.window, kPhone);
  EXPECT_GT(widths.content, 700);
}

}  // namespace
}  // namespace aufbau::report
