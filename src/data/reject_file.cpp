#include "data/reject_file.h"

#include <cstdio>

#include "core/error.h"
#include "store/atomic_file.h"

namespace aufbau::data {

namespace {

constexpr std::size_t kLongestText = 2000;

std::string printable(std::string_view text) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string result;
  for (const char c : text.substr(0, kLongestText)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte <= 0x7e) {
      result += c;
    } else {
      result += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  if (text.size() > kLongestText) result += "...";
  return result;
}

std::string quoted(std::string_view field) {
  if (field.find_first_of(",\"\r\n") == field.npos) return std::string(field);
  std::string result = "\"";
  for (const char c : field) result.append(c == '"' ? 2 : 1, c);
  return result + '"';
}

// A mol block is known by its title.
std::string_view text_of(const molecules::Record& record) {
  const std::string_view text = record.text;
  return record.is_mol_block ? text.substr(0, text.find('\n')) : text;
}

}  // namespace

std::string rejects_path(const std::string& dataset_path) {
  constexpr std::string_view kEnding = ".h5";
  std::string stem = dataset_path;
  if (stem.ends_with(kEnding)) stem.resize(stem.size() - kEnding.size());
  return stem + ".rejects.csv";
}

const char* const kRejectsHeader = "source,line,text,code,reason\n";

RejectFile::RejectFile(std::string path, bool with_header)
    : path_(std::move(path)), temporary_(store::temporary_name(path_)), file_(temporary_) {
  if (with_header) file_ << kRejectsHeader;
  if (!file_) fail(ErrorKind::resource, path_, "cannot be written");
}

RejectFile::~RejectFile() {
  if (!temporary_.empty()) std::remove(temporary_.c_str());
}

void RejectFile::add(const std::string& source, const IngestedRow& row) {
  file_ << quoted(source) << ',' << row.record.line << ',' << quoted(printable(text_of(row.record)))
        << ',' << row.code << ',' << quoted(printable(row.reason)) << '\n';
}

void RejectFile::commit() {
  file_.close();
  if (!file_) fail(ErrorKind::resource, path_, "cannot be written; is the disk full?");
  store::commit_file(temporary_, path_);
  temporary_.clear();
}

}  // namespace aufbau::data
