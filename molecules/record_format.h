#pragma once
#include "molecules/records.h"
#include "molecules/text_input.h"

namespace aufbau::molecules {

/// One way of cutting an input into records.
class RecordFormat {
 public:
  virtual ~RecordFormat() = default;
  /// Fills every member of `record`; false at the end.
  virtual bool next(Record& record) = 0;
};

/// Empties `record` for reuse, keeping its memory.
inline void clear(Record& record, std::int64_t line) {
  record.line = line;
  for (std::string* text : {&record.text, &record.id, &record.raw, &record.code, &record.reason})
    text->clear();
  record.is_mol_block = false;
}

}  // namespace aufbau::molecules
