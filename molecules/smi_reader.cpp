#include "molecules/smi_reader.h"

#include "core/text.h"

namespace aufbau::molecules {

SmiReader::SmiReader(TextInput& input, const TableOptions& options, bool keep_raw)
    : input_(input),
      max_line_(static_cast<std::size_t>(options.max_line_bytes)),
      keep_raw_(keep_raw) {}

bool SmiReader::next(Record& record) {
  clear(record, input_.line());
  record.fields.clear();
  if (!input_.next_line(line_, max_line_)) return false;
  if (keep_raw_) record.raw = line_.text;
  const bool has_nul = line_.text.find('\0') != line_.text.npos;
  if (line_.too_long || has_nul) {
    record.code = line_.too_long ? "too-long" : "bad-bytes";
    record.reason = line_.too_long ? "a line of more than " + std::to_string(max_line_) + " bytes"
                                   : "NUL byte in the record";
    record.text = line_.text.substr(0, kShownBytes);
    return true;
  }
  const std::string_view line = trim(line_.text);
  const std::size_t blank = std::min(line.find_first_of(" \t"), line.size());
  record.text = line.substr(0, blank);
  record.id = trim(line.substr(blank));
  return true;
}

}  // namespace aufbau::molecules
