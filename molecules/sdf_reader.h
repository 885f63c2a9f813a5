#pragma once
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "molecules/record_format.h"

namespace aufbau::molecules {

/// SDF: mol blocks with data items, ended by "$$$$". Only cuts; RDKit reads the block.
class SdfReader : public RecordFormat {
 public:
  /// Reads the first 100 records (or fewer, if they are large) to learn the names of the data
  /// items.
  SdfReader(TextInput& input, const TableOptions& options, bool keep_raw);

  /// In order of first appearance.
  const std::vector<std::string>& columns() const { return columns_; }
  /// Takes the id from a column instead of the title line; -1: the title.
  void use_id(int column) { id_column_ = column; }
  bool next(Record& record) override;

 private:
  struct Entry {
    Record record;
    std::vector<std::pair<std::string, std::string>> items;  ///< name, value
    std::size_t bytes = 0;
  };
  bool read(Entry& entry);
  void cut(Entry& entry) const;

  TextInput& input_;
  std::size_t max_record_;
  bool keep_raw_;
  int id_column_ = -1;
  std::vector<std::string> columns_;
  std::deque<Entry> ahead_;
  Entry current_;
  std::vector<std::string> lines_;  ///< of the record being read
};

}  // namespace aufbau::molecules
