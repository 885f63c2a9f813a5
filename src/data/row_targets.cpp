#include "data/row_targets.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/error.h"
#include "core/text.h"

namespace aufbau::data {

namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

bool is_missing(std::string_view text) {
  if (text.empty()) return true;
  if (text.size() > 3) return false;
  const std::string word = lower(text);
  return word == "nan" || word == "na" || word == "n/a";
}

struct PartName {
  const char* name;
  std::int8_t part;
};
constexpr PartName kParts[] = {
    {"train", 0}, {"val", 1}, {"valid", 1}, {"validation", 1}, {"test", 2}};

std::vector<std::string> columns_without_role(const std::string& source,
                                              const molecules::RecordReader& reader,
                                              const IngestOptions& options) {
  const std::vector<std::string>& columns = reader.columns();
  std::set<int> taken = {reader.smiles_index(), reader.id_index()};
  for (const std::string& name : options.ignore_columns)
    taken.insert(molecules::column_index(source, columns, name));
  if (!options.splits_column.empty())
    taken.insert(molecules::column_index(source, columns, options.splits_column));
  std::vector<std::string> names;
  const bool is_table = reader.smiles_index() >= 0;
  for (std::size_t i = 0; is_table && i < columns.size(); ++i)
    if (!taken.contains(static_cast<int>(i))) names.push_back(columns[i]);
  return names;
}

void bad_target(IngestedRow& row, const std::string& column, std::string_view text,
                const char* what) {
  constexpr std::size_t kShown = 60;
  row.code = "bad-target";
  row.reason = "column '" + column + "': '" + std::string(text.substr(0, kShown)) +
               (text.size() > kShown ? "...' " : "' ") + what;
}

}  // namespace

RowTargets::RowTargets(const std::string& source, const molecules::RecordReader& reader,
                       const IngestOptions& options)
    : splits_column_(options.splits_column) {
  if (options.no_targets && !options.target_columns.empty())
    fail(ErrorKind::usage, "ingest", "target columns are named, and no targets are asked for");
  if (!options.no_targets)
    names_ = options.target_columns.empty() ? columns_without_role(source, reader, options)
                                            : options.target_columns;
  const std::set<std::string> distinct(names_.begin(), names_.end());
  if (distinct.size() != names_.size())
    fail(ErrorKind::usage, source, "a target column is there, or named, twice");
}

void RowTargets::find_in(const std::string& source, const molecules::RecordReader& reader) {
  const auto index = [&](const std::string& name) {
    return molecules::column_index(source, reader.columns(), name);
  };
  columns_.clear();
  for (const std::string& name : names_) columns_.push_back(static_cast<std::size_t>(index(name)));
  split_index_ = splits_column_.empty() ? -1 : index(splits_column_);
}

void RowTargets::read(IngestedRow& row, std::vector<float>& values) const {
  values.assign(names_.size(), std::numeric_limits<float>::quiet_NaN());
  for (std::size_t t = 0; t < names_.size(); ++t) {
    const std::string_view text = trim(row.record.fields[columns_[t]]);
    if (is_missing(text)) continue;
    const std::optional<double> value = parse_number(text);
    if (!value) return bad_target(row, names_[t], text, "is not a number");
    values[t] = static_cast<float>(*value);
    if (std::isinf(values[t])) return bad_target(row, names_[t], text, "is too large");
  }
  if (split_index_ < 0) return;
  const std::string_view text = trim(row.record.fields[static_cast<std::size_t>(split_index_)]);
  const auto part = std::find_if(std::begin(kParts), std::end(kParts),
                                 [&](const PartName& entry) { return entry.name == lower(text); });
  if (part == std::end(kParts))
    return bad_target(row, splits_column_, text, "is not train, val (valid, validation) or test");
  row.molecule.part = part->part;
}

}  // namespace aufbau::data
