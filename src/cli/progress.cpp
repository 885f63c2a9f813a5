#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "cli/values.h"

namespace aufbau::cli {
namespace {

constexpr std::chrono::milliseconds kRedraw{100};
constexpr int kBarWidth = 24;

std::string rate_text(double rate, const std::string& unit) {
  char text[48];
  if (rate >= 100) return with_thousands(std::llround(rate)) + " " + unit + "/s";
  std::snprintf(text, sizeof text, "%.3g ", rate);
  return text + unit + "/s";
}

std::string bar(double fraction, bool colour) {
  const int full = std::clamp(static_cast<int>(fraction * kBarWidth), 0, kBarWidth);
  const std::string done(static_cast<std::size_t>(full), '#');
  const std::string open(static_cast<std::size_t>(kBarWidth - full), '.');
  return "[" + (colour ? "\x1b[32m" + done + "\x1b[0m" : done) + open + "]";
}

}  // namespace

std::string progress_line(const Progress& progress) {
  std::string text = progress.stage + "  " + with_thousands(std::llround(progress.done));
  if (progress.total > 0) text += "/" + with_thousands(std::llround(progress.total));
  text += " " + progress.unit;
  if (progress.rate > 0) text += "  " + rate_text(progress.rate, progress.unit);
  if (progress.seconds_left > 0) text += "  " + duration(progress.seconds_left) + " left";
  if (!progress.note.empty()) text += "  " + progress.note;
  return text;
}

ProgressView::ProgressView()
    : is_terminal_(isatty(STDERR_FILENO) != 0),
      has_colour_(is_terminal_ && std::getenv("NO_COLOR") == nullptr) {}

ProgressView::~ProgressView() { clear_bar(); }

void ProgressView::clear_bar() {
  if (bar_shown_) std::fputs("\r\x1b[K", stderr);
  bar_shown_ = false;
}

void ProgressView::show(const Progress& progress) {
  if (progress.line) {
    log(progress_line(progress));
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  if (!is_terminal_ || now - last_ < kRedraw) return;
  last_ = now;
  std::string text = progress_line(progress);
  if (progress.total > 0) text = bar(progress.done / progress.total, has_colour_) + " " + text;
  clear_bar();
  std::fputs(text.c_str(), stderr);
  bar_shown_ = true;
  std::fflush(stderr);
}

void ProgressView::log(const std::string& line) {
  clear_bar();
  std::fprintf(stderr, "%s\n", line.c_str());
}

}  // namespace aufbau::cli
