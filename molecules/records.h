#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "aufbau.h"
#include "molecules/byte_source.h"

namespace aufbau::molecules {

/// One input record: a CSV row, a SMI line, an SDF record. A record that is itself damaged (too
/// long, bad quoting, NUL) is delivered with `code` set, so that no row is lost.
struct Record {
  std::int64_t line = 0;  ///< first line of the record, from 1
  std::string text;       ///< SMILES, or mol block for SDF
  std::string id;
  bool is_mol_block = false;
  std::vector<std::string>
      fields;  ///< all columns as given (CSV, TSV), or the property values in `columns` order (SDF)
  std::string raw;           ///< the record's own bytes without line end, when `keep_raw`
  std::string code, reason;  ///< refusal at record level; empty when fine
};

/// Streams records from one input of any accepted kind, in bounded memory.
class RecordReader {
 public:
  /// `path`: by extension .csv .tsv .smi .txt .sdf, each also .gz; "-" is standard input (format by
  /// content: a header line with commas or tabs, or plain SMILES lines). Errors: input (missing,
  /// unreadable, damaged gzip), usage (named column absent: nearest one suggested).
  RecordReader(const std::string& path, const TableOptions& options, bool keep_raw = false);
  /// The same from any bytes; `name` stands for the path: its extension says what they are.
  RecordReader(std::unique_ptr<ByteSource> source, const std::string& name,
               const TableOptions& options, bool keep_raw = false);
  ~RecordReader();
  RecordReader(RecordReader&&) noexcept;
  RecordReader& operator=(RecordReader&&) noexcept;

  const std::vector<std::string>& columns()
      const;  ///< header names; empty for SMI; for SDF those of the first 100 records
  int smiles_index() const;        ///< index into columns(), -1 for SMI and SDF
  int id_index() const;            ///< -1: none
  char separator() const;          ///< ',' or '\t' or ' '
  std::string header_raw() const;  ///< the header line as given
  bool next(Record& record);       ///< false at the end
  /// From here on next() passes over all records but those from number `begin` on and before `end`,
  /// counted from 0 at the beginning of the input.
  void keep(std::int64_t begin, std::int64_t end);
  /// SHA-256 of all (decompressed) bytes; valid after next() returned false.
  std::string sha256() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// How many records there are; reads the whole input. Errors as RecordReader.
std::int64_t count_records(const std::string& path, const TableOptions& options);

/// Index of the column called `name`. Error{usage}: absent (the nearest name is suggested), or
/// there twice.
int column_index(const std::string& where, const std::vector<std::string>& columns,
                 const std::string& name);

}  // namespace aufbau::molecules
