#include "molecules/csv_reader.h"

#include <algorithm>

#include "core/error.h"
#include "core/text.h"

namespace aufbau::molecules {

CsvReader::CsvReader(TextInput& input, char separator, const TableOptions& options, bool keep_raw)
    : input_(input),
      separator_(separator),
      max_record_(static_cast<std::size_t>(options.max_line_bytes)),
      max_field_(static_cast<std::size_t>(options.max_field_bytes)),
      keep_raw_(keep_raw) {
  const Scan found = scan();
  if (found.end == End::nothing)
    fail(ErrorKind::input, input_.where(), "is empty; expected a header line");
  if (found.end != End::line || found.has_nul)
    fail(ErrorKind::input, input_.where(), "the header line cannot be read: ",
         found.has_nul                  ? "it holds a NUL byte"
         : found.end == End::too_long   ? "it is too long"
         : found.end == End::open_quote ? "a quote is not closed"
                                        : "there is text after a closing quote");
  header_.resize(fields_.size());
  take_fields(header_);
  for (std::string& name : header_) name = trim(name);
  header_raw_ = input_.view().substr(0, found.size);
  input_.consume(found.consumed);
}

void CsvReader::use_columns(int text, int id) {
  text_column_ = text;
  id_column_ = id;
}

CsvReader::Scan CsvReader::scan() {
  enum class Where { start, bare, quoted, closed };
  const bool may_span = input_.position() >= line_by_line_until_;
  fields_.clear();
  Scan result{End::nothing, 0, 0, true, false};
  Where where = Where::start;
  Field field{0, 0, false};
  std::size_t at = 0, closed_at = 0;
  const auto finish = [&](End end, std::size_t line_end) {
    result.end = end;
    result.size = at;
    result.consumed = at + line_end;
    return result;
  };
  const auto close_field = [&] {
    if (where != Where::closed) field.end = at;
    fields_.push_back(field);
    field = {at + 1, 0, false};
    where = Where::start;
  };
  while (true) {
    if (at == input_.view().size() && !input_.fill()) {
      if (at == 0) return finish(End::nothing, 0);
      if (where == Where::quoted) return finish(End::open_quote, 0);
      close_field();
      return finish(End::line, 0);
    }
    if (at > max_record_) return finish(End::too_long, 0);
    const char c = input_.view()[at];
    result.has_nul |= c == '\0';
    if (where == Where::quoted) {
      if (c == '"') {
        where = Where::closed;
        closed_at = field.end = at;
      } else if (c == '\n') {
        if (!may_span) return finish(End::open_quote, 0);
        result.one_line = false;
      }
    } else if (c == separator_) {
      close_field();
    } else if (c == '\n') {
      const bool has_return = at > 0 && input_.view()[at - 1] == '\r';
      close_field();
      if (!has_return) return finish(End::line, 1);
      if (fields_.back().end == at) --fields_.back().end;
      --at;
      return finish(End::line, 2);
    } else if (where == Where::start) {
      where = c == '"' ? Where::quoted : Where::bare;
      if (c == '"') field.begin = at + 1;
    } else if (where == Where::closed) {
      if (c == '"' && at == closed_at + 1) {
        where = Where::quoted;
        field.has_escapes = true;
      } else if (c != '\r') {
        return finish(End::text_after_quote, 0);
      }
    }
    ++at;
  }
}

void CsvReader::take_fields(std::vector<std::string>& fields) const {
  const std::string_view view = input_.view();
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const Field& field = fields_[i];
    std::string_view content = view.substr(field.begin, field.end - field.begin);
    if (!field.has_escapes) {
      fields[i] = content;
      continue;
    }
    fields[i].clear();
    for (std::size_t quote; (quote = content.find("\"\"")) != content.npos;
         content.remove_prefix(quote + 2))
      fields[i].append(content.substr(0, quote + 1));
    fields[i].append(content);
  }
}

// The first physical line only; what follows is read as records of its own.
void CsvReader::refuse_line(Record& record, const Scan& found) {
  const std::string limit = std::to_string(max_record_) + " bytes";
  record.code = "syntax";
  switch (found.end) {
    case End::text_after_quote:
      record.reason = "text after a closing quote";
      break;
    case End::open_quote:
      record.reason = "a quote is opened and not closed";
      break;
    case End::too_long:
      if (found.one_line) record.code = "too-long";
      record.reason = found.one_line ? "a line of more than " + limit
                                     : "a quote is opened and not closed within " + limit;
      break;
    default:
      record.reason = "a quote is opened and not closed on this line";
      break;
  }
  line_by_line_until_ = std::max(line_by_line_until_, input_.position() + found.consumed);
  input_.next_line(line_, max_record_);
  record.fields.clear();
  record.text = line_.text.substr(0, kShownBytes);
  if (keep_raw_) record.raw = line_.text;
}

void CsvReader::judge(Record& record, const Scan& found) const {
  const auto refuse = [&](const char* code, std::string reason) {
    record.code = code;
    record.reason = std::move(reason);
  };
  if (found.has_nul) return refuse("bad-bytes", "NUL byte in the record");
  if (found.size == 0) return refuse("empty", "blank line");
  if (record.fields.size() != header_.size())
    return refuse("syntax", std::to_string(record.fields.size()) + " fields, the header has " +
                                std::to_string(header_.size()));
  for (std::size_t i = 0; i < record.fields.size(); ++i)
    if (record.fields[i].size() > max_field_)
      return refuse("too-long", "field " + std::to_string(i + 1) + " has " +
                                    std::to_string(record.fields[i].size()) + " bytes, at most " +
                                    std::to_string(max_field_) + " are read");
}

bool CsvReader::next(Record& record) {
  clear(record, input_.line());
  const Scan found = scan();
  if (found.end == End::nothing) return false;
  // A record over several lines with a wrong number of fields is a stray quote more likely than
  // one broken record.
  const bool right_count = fields_.size() == header_.size();
  if (found.end != End::line || !(found.one_line || right_count)) {
    refuse_line(record, found);
    return true;
  }
  const std::string_view bytes = input_.view().substr(0, found.size);
  record.fields.resize(fields_.size());
  take_fields(record.fields);
  if (keep_raw_) record.raw = bytes;
  judge(record, found);
  if (record.code.empty()) {
    record.text = trim(record.fields[static_cast<std::size_t>(text_column_)]);
    if (id_column_ >= 0) record.id = trim(record.fields[static_cast<std::size_t>(id_column_)]);
  } else {
    record.text = bytes.substr(0, kShownBytes);
  }
  input_.consume(found.consumed);
  return true;
}

}  // namespace aufbau::molecules
