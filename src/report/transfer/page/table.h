#pragma once
#include <string>
#include <vector>

namespace aufbau::report {

/// A column of a table: what stands above it (HTML), and how its cells are set.
struct Column {
  std::string heading;
  enum Kind { words, numeric, picture } kind = words;
};

/// A table in a container of its own that scrolls sideways when the page is narrow, by keyboard
/// too. Cells are HTML; the first of each row names the row.
class Table {
 public:
  /// `caption` is text: it stands above the table and names the container for screen readers.
  Table(std::string caption, std::vector<Column> columns);
  void add_row(const std::vector<std::string>& cells);
  /// The first cells, and a reason across all the others.
  void add_reason(const std::vector<std::string>& cells, const std::string& reason);
  /// Below all rows: the axis of a column of pictures.
  void add_foot(const std::vector<std::string>& cells);
  std::string html(const std::string& style = "") const;  ///< class of the container

 private:
  std::string cells_of(const std::vector<std::string>& cells, bool names_row) const;
  std::string caption_;
  std::vector<Column> columns_;
  std::string rows_, foot_;
};

}  // namespace aufbau::report
