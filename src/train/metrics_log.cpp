#include "train/metrics_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/text.h"
#include "store/atomic_file.h"
#include "train/csv_field.h"

namespace aufbau::train {

namespace {

constexpr const char* kHeader = "stage,objective,epoch,step,learning_rate,part,metric,value\n";

/// A file descriptor that closes itself.
class OpenFile {
 public:
  OpenFile(const std::string& path, int flags)
      : path_(path), descriptor_(::open(path.c_str(), flags)) {
    if (descriptor_ < 0) complain("open");
  }
  ~OpenFile() { ::close(descriptor_); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  void write(const std::string& text) {
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t count = ::write(descriptor_, text.data() + done, text.size() - done);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) complain("write to");
      done += static_cast<std::size_t>(count);
    }
  }
  void sync() {
    if (::fsync(descriptor_) != 0) complain("sync");
  }

 private:
  [[noreturn]] void complain(const char* what) const {
    fail(ErrorKind::resource, "metrics", "cannot ", what, ' ', path_, ": ", std::strerror(errno));
  }
  std::string path_;
  int descriptor_;
};

void append_text(const std::string& path, const std::string& text) {
  OpenFile(path, O_WRONLY | O_APPEND | O_CLOEXEC).write(text);
}

void cut(const std::string& path, std::int64_t size) {
  std::error_code problem;
  const auto found = std::filesystem::file_size(path, problem);
  if (problem || static_cast<std::int64_t>(found) < size)
    fail(ErrorKind::input, "metrics", path, " is ",
         problem ? "missing" : "shorter than it was at the checkpoint",
         ", so the run cannot go on from there; start anew with --force");
  std::filesystem::resize_file(path, static_cast<std::uintmax_t>(size));
}

}  // namespace

MetricsLog::MetricsLog(std::string csv_path, std::string jsonl_path)
    : csv_path_(std::move(csv_path)), jsonl_path_(std::move(jsonl_path)) {
  store::write_file(csv_path_, kHeader);
  store::write_file(jsonl_path_, "");
  sizes_.csv = static_cast<std::int64_t>(std::strlen(kHeader));
}

MetricsLog::MetricsLog(std::string csv_path, std::string jsonl_path, const Sizes& at_checkpoint)
    : csv_path_(std::move(csv_path)), jsonl_path_(std::move(jsonl_path)), sizes_(at_checkpoint) {
  cut(csv_path_, sizes_.csv);
  cut(jsonl_path_, sizes_.jsonl);
}

void MetricsLog::append(const MetricRow& row) {
  nlohmann::ordered_json object = {{"stage", row.stage},
                                   {"objective", row.objective},
                                   {"epoch", row.epoch},
                                   {"step", row.step},
                                   {"learning_rate", row.learning_rate}};
  const std::string common = std::to_string(row.stage) + ',' + csv_field(row.objective) + ',' +
                             std::to_string(row.epoch) + ',' + std::to_string(row.step) + ',' +
                             format_number(row.learning_rate) + ',';
  std::string lines;
  for (const MetricValue& entry : row.values) {
    lines +=
        common + entry.part + ',' + csv_field(entry.name) + ',' + csv_number(entry.value) + '\n';
    object[entry.part][entry.name] = entry.value;
  }
  const std::string line = object.dump() + '\n';
  append_text(csv_path_, lines);
  append_text(jsonl_path_, line);
  sizes_.csv += static_cast<std::int64_t>(lines.size());
  sizes_.jsonl += static_cast<std::int64_t>(line.size());
}

MetricsLog::Sizes MetricsLog::flush() {
  OpenFile(csv_path_, O_WRONLY | O_CLOEXEC).sync();
  OpenFile(jsonl_path_, O_WRONLY | O_CLOEXEC).sync();
  return sizes_;
}

}  // namespace aufbau::train
