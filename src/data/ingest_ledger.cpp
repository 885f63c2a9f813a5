#include "data/ingest_ledger.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "molecules/molecule.h"

namespace aufbau::data {

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kWhere = "ingest";

/// `output`, when it may be written.
const std::string& checked(std::span<const std::string> inputs, const std::string& output,
                           bool force) {
  if (inputs.empty()) fail(ErrorKind::usage, kWhere, "no input is named");
  if (output.empty()) fail(ErrorKind::usage, kWhere, "no output is named");
  std::error_code ignored;
  if (!force && std::filesystem::exists(output, ignored))
    fail(ErrorKind::usage, output, "is there already; use --force to overwrite it");
  return output;
}

}  // namespace

IngestLedger::IngestLedger(std::span<const std::string> inputs, const std::string& output,
                           bool force, const char* rows, const char* unit, bool with_header)
    : rows_(rows),
      unit_(unit),
      start_(Clock::now()),
      rejects_(rejects_path(checked(inputs, output, force)), with_header) {
  summary_.dataset = output;
  summary_.rejects = rejects_path(output);
}

void IngestLedger::refuse(const std::string& source, const IngestedRow& row) {
  ++summary_.rejected;
  ++rejected_[row.code];
  rejects_.add(source, row);
}

double IngestLedger::seconds() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

void IngestLedger::report(const RunOptions& run, bool is_last) {
  constexpr auto kEvery = std::chrono::milliseconds(500);
  constexpr std::int64_t kRowsBetweenLooks = 16;  // at the clock
  if (!is_last && (summary_.rows % kRowsBetweenLooks != 0 || Clock::now() < next_report_)) return;
  next_report_ = Clock::now() + kEvery;
  if (!is_last && run.should_stop && run.should_stop())
    fail(ErrorKind::interrupted, kWhere, "stopped after ", summary_.rows, ' ', rows_,
         "; nothing was written");
  if (!run.progress) return;
  Progress progress;
  progress.stage = kWhere;
  progress.unit = unit_;
  progress.done = static_cast<double>(summary_.rows);
  progress.total = is_last ? progress.done : 0;
  progress.rate = progress.done / std::max(seconds(), 1e-9);
  progress.line = is_last;
  if (summary_.rejected > 0) progress.note = std::to_string(summary_.rejected) + " rejected";
  run.progress(progress);
}

void IngestLedger::close(std::span<const std::pair<const char*, std::int64_t>> decisions) {
  for (const molecules::RejectCode& entry : molecules::kRejectCodes)
    if (const auto found = rejected_.find(entry.code); found != rejected_.end())
      summary_.rejected_by_code.emplace_back(*found);
  for (const auto& [name, count] : decisions)
    if (count > 0) summary_.decisions.emplace_back(name, count);
  rejects_.commit();
  if (summary_.stored == 0) fail_nothing_valid();
}

std::string IngestLedger::counts_json() const {
  nlohmann::ordered_json counts = {
      {"rows", summary_.rows}, {"stored", summary_.stored}, {"rejected", summary_.rejected}};
  for (const auto& [code, count] : summary_.rejected_by_code) counts["rejected_" + code] = count;
  for (const auto& [decision, count] : summary_.decisions) counts[decision] = count;
  return counts.dump();
}

void IngestLedger::fail_nothing_valid() const {
  std::string most;
  if (!rejected_.empty()) {
    const auto commonest =
        std::max_element(rejected_.begin(), rejected_.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    most = "; most often " + commonest->first + " (" + std::to_string(commonest->second) + ' ' +
           rows_ + "), see " + summary_.rejects;
  }
  fail(ErrorKind::nothing_valid, kWhere, "none of ", summary_.rows, ' ', rows_, " could be used",
       most);
}

}  // namespace aufbau::data
