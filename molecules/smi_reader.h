#pragma once
#include "molecules/record_format.h"

namespace aufbau::molecules {

/// One SMILES a line, then blanks and an id if there is one.
class SmiReader : public RecordFormat {
 public:
  SmiReader(TextInput& input, const TableOptions& options, bool keep_raw);
  bool next(Record& record) override;

 private:
  TextInput& input_;
  std::size_t max_line_;
  bool keep_raw_;
  TextInput::Line line_;
};

}  // namespace aufbau::molecules
