#include "molecules/sdf_reader.h"

#include <algorithm>

#include "core/text.h"

namespace aufbau::molecules {

namespace {

constexpr std::size_t kRecordsAhead = 100, kBytesAhead = 8 << 20;

bool is_block_end(const std::string& line) { return trim(line) == "M  END"; }

// "> 25 <MELTING POINT> (3)": the name, or empty when it is no such line.
std::string_view item_name(std::string_view line) {
  if (!line.starts_with('>')) return {};
  const std::size_t open = line.find('<');
  if (open == line.npos) return {};
  const std::size_t close = line.find('>', open);
  if (close == line.npos) return {};
  return trim(line.substr(open + 1, close - open - 1));
}

}  // namespace

SdfReader::SdfReader(TextInput& input, const TableOptions& options, bool keep_raw)
    : input_(input),
      max_record_(static_cast<std::size_t>(options.max_line_bytes)),
      keep_raw_(keep_raw) {
  Entry entry;
  for (std::size_t bytes = 0;
       ahead_.size() < kRecordsAhead && bytes < kBytesAhead && read(entry);) {
    bytes += entry.bytes;
    for (const auto& [name, value] : entry.items)
      if (std::find(columns_.begin(), columns_.end(), name) == columns_.end())
        columns_.push_back(name);
    ahead_.push_back(std::move(entry));
    entry = {};
  }
}

bool SdfReader::next(Record& record) {
  if (!ahead_.empty()) {
    current_ = std::move(ahead_.front());
    ahead_.pop_front();
  } else if (!read(current_)) {
    return false;
  }
  record = std::move(current_.record);
  record.fields.assign(columns_.size(), {});
  for (auto& [name, value] : current_.items) {
    const auto column = std::find(columns_.begin(), columns_.end(), name);
    if (column != columns_.end())
      record.fields[static_cast<std::size_t>(column - columns_.begin())] = std::move(value);
  }
  if (id_column_ >= 0) record.id = trim(record.fields[static_cast<std::size_t>(id_column_)]);
  return true;
}

bool SdfReader::read(Entry& entry) {
  clear(entry.record, input_.line());
  entry.record.is_mol_block = true;
  entry.items.clear();
  entry.bytes = 0;
  lines_.clear();
  bool has_text = false, too_long = false, has_nul = false, terminated = false;
  for (TextInput::Line line; !terminated && input_.next_line(line, max_record_);) {
    terminated = line.text.starts_with("$$$$");
    if (terminated) break;
    has_text |= !trim(line.text).empty();
    has_nul |= line.text.find('\0') != line.text.npos;
    entry.bytes += line.text.size() + 1;
    too_long |= line.too_long || entry.bytes > max_record_;
    if (!too_long) lines_.push_back(std::move(line.text));
  }
  if (!has_text && !terminated) return false;  // nothing but blank lines after the last record
  if (keep_raw_)
    for (std::size_t i = 0; i < lines_.size(); ++i)
      entry.record.raw.append(i > 0 ? "\n" : "").append(lines_[i]);
  if (too_long || has_nul) {
    entry.record.code = too_long ? "too-long" : "bad-bytes";
    entry.record.reason = too_long
                              ? "a record of more than " + std::to_string(max_record_) + " bytes"
                              : "NUL byte in the record";
    if (!lines_.empty()) entry.record.text = lines_.front().substr(0, kShownBytes);
    return true;
  }
  cut(entry);
  return true;
}

void SdfReader::cut(Entry& entry) const {
  Record& record = entry.record;
  if (!lines_.empty()) record.id = trim(lines_.front());
  const auto end = std::find_if(lines_.begin(), lines_.end(), is_block_end);
  if (end == lines_.end()) {
    record.code = "syntax";
    record.reason = "no line 'M  END' before the end of the record";
    record.text = record.id.substr(0, kShownBytes);
    return;
  }
  for (auto line = lines_.begin(); line <= end; ++line) record.text.append(*line).append("\n");
  std::string* value = nullptr;  // of the item being read; a blank line ends it
  for (auto line = end + 1; line < lines_.end(); ++line) {
    if (const std::string_view name = item_name(*line); !name.empty()) {
      value = &entry.items.emplace_back(name, "").second;
    } else if (trim(*line).empty()) {
      value = nullptr;
    } else if (value) {
      value->append(value->empty() ? "" : "\n").append(*line);
    } else if (is_block_end(*line)) {
      record.code = "syntax";
      record.reason = "two molecules without a line '$$$$' between them";
      record.text = record.id.substr(0, kShownBytes);
      return;
    }
  }
}

}  // namespace aufbau::molecules
