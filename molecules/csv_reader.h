#pragma once
#include <string>
#include <vector>

#include "molecules/record_format.h"

namespace aufbau::molecules {

/// Quoted CSV (RFC 4180) with any separator: quotes may hold separators, line ends and doubled
/// quotes; a quote inside an unquoted field is an ordinary character. A record that cannot be read
/// costs its first line only, and the lines it seemed to span are then read one by one: a stray
/// quote never swallows its neighbours, and every byte is looked at three times at most.
class CsvReader : public RecordFormat {
 public:
  /// Reads the header. Error{input}: none, or not readable.
  CsvReader(TextInput& input, char separator, const TableOptions& options, bool keep_raw);

  const std::vector<std::string>& header() const { return header_; }
  const std::string& header_raw() const { return header_raw_; }
  /// Which fields become Record::text and Record::id (-1: none).
  void use_columns(int text, int id);
  bool next(Record& record) override;

 private:
  enum class End { line, nothing, too_long, open_quote, text_after_quote };
  struct Field {
    std::size_t begin, end;
    bool has_escapes;
  };
  struct Scan {
    End end;
    std::size_t size, consumed;  ///< bytes without and with the line end
    bool one_line, has_nul;
  };
  Scan scan();
  void take_fields(std::vector<std::string>& fields) const;
  void refuse_line(Record& record, const Scan& found);
  void judge(Record& record, const Scan& found) const;

  TextInput& input_;
  char separator_;
  std::size_t max_record_, max_field_;
  bool keep_raw_;
  int text_column_ = 0, id_column_ = -1;
  std::vector<std::string> header_;
  std::string header_raw_;
  std::vector<Field> fields_;             ///< of the last scan, as positions in the input's view
  std::uint64_t line_by_line_until_ = 0;  ///< input position up to which records may not span lines
  TextInput::Line line_;
};

}  // namespace aufbau::molecules
