#pragma once
#include <fstream>
#include <string>

#include "data/ingest.h"

namespace aufbau::data {

/// The line that names the columns.
extern const char* const kRejectsHeader;

/// X.rejects.csv for X.h5.
std::string rejects_path(const std::string& dataset_path);

/// The list of refused rows: source, line, text, code, reason. Bytes that are not printable ASCII
/// are written as \xNN, and long texts are cut.
class RejectFile {
 public:
  /// Error{resource} when it cannot be written.
  explicit RejectFile(std::string path, bool with_header = true);
  ~RejectFile();  ///< leaves nothing behind unless committed
  RejectFile(const RejectFile&) = delete;
  RejectFile& operator=(const RejectFile&) = delete;

  void add(const std::string& source, const IngestedRow& row);
  void commit();

 private:
  std::string path_, temporary_;
  std::ofstream file_;
};

}  // namespace aufbau::data
