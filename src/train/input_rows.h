#pragma once
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "aufbau.h"
#include "data/dataset.h"
#include "data/shard.h"
#include "molecules/records.h"

namespace aufbau::train {

/// One row of what predict and embed are asked about: a graph, or the reason why there is none.
struct InputRow {
  std::int64_t line = 0;  ///< of its source, from 1; of a dataset what it stored
  std::string smiles;
  std::string cells;  ///< the row's own columns as they go to the output
  graphs::Graph graph;
  std::string code, reason;  ///< empty when fine
  bool ok() const { return code.empty(); }
};

/// Rows of a text input or a dataset, in order and in bounded memory (a dataset is held as a
/// whole).
///
/// The columns of a CSV or TSV row are its own bytes. A record that is not a row of the table is
/// made one: missing fields are added empty; a record with too many fields or an unclosed quote is
/// kept whole as the text of the first column. SMI and SDF inputs get the columns smiles and id,
/// and an SDF its data items; a dataset smiles and id, or row
/// when it has no molecules, and with it the centre of an ego network.
class InputRows {
 public:
  /// `standardize` is what the training data went through. Errors: input, usage (table options),
  /// mismatch (features).
  InputRows(const std::string& path, const TableOptions& table, const graphs::FeatureSchema& schema,
            const std::string& standardize);

  const std::vector<std::string>& columns() const { return columns_; }
  const std::string& header() const { return header_; }  ///< the line that names the columns
  char separator() const { return separator_; }
  std::int64_t total() const { return kept_.size(); }     ///< 0: not known
  std::int64_t first_row() const { return kept_.begin; }  ///< from 0, of the whole input

  /// Only the rows of `shard` from here on. Rows that for_each_chunk(size) would hand over together
  /// stay together, because what is computed together shares rounding. `shard` has gone through
  /// data::check_shard.
  void keep(const Shard& shard, std::int64_t size);

  /// Hands over all rows, `size` (at least 1) at a time.
  void for_each_chunk(std::int64_t size, const std::function<void(std::vector<InputRow>&&)>& take);

 private:
  std::string cells_of(const molecules::Record& record, const std::string& smiles) const;
  void read_text(const std::function<void(InputRow&&)>& take);
  void read_dataset(const std::function<void(InputRow&&)>& take) const;

  std::string path_;
  TableOptions table_;
  std::string schema_name_, standardize_, header_;
  std::vector<std::string> columns_;
  char separator_ = ',';
  bool is_table_ = false;
  std::unique_ptr<molecules::RecordReader> reader_;
  std::unique_ptr<data::Dataset> dataset_;
  data::RowRange kept_;  ///< empty: all, and how many is not known
};

}  // namespace aufbau::train
