#include "molecules/records.h"

#include <algorithm>
#include <cctype>
#include <limits>

#include "core/error.h"
#include "core/text.h"
#include "molecules/csv_reader.h"
#include "molecules/molecule.h"
#include "molecules/sdf_reader.h"
#include "molecules/smi_reader.h"

namespace aufbau::molecules {

namespace {

enum class Kind { csv, tsv, smi, sdf, by_content };

struct Extension {
  const char* text;
  Kind kind;
};
constexpr Extension kExtensions[] = {{".csv", Kind::csv},
                                     {".tsv", Kind::tsv},
                                     {".smi", Kind::smi},
                                     {".txt", Kind::smi},
                                     {".sdf", Kind::sdf}};

// Looked for in this order when no column is named.
constexpr std::string_view kSmilesNames[] = {"smiles", "mol", "drug", "canonical_smiles"};

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

Kind kind_of(const std::string& name) {
  if (name == "-") return Kind::by_content;
  std::string ending = lower(name);
  if (ending.ends_with(".gz")) ending.resize(ending.size() - 3);
  for (const Extension& entry : kExtensions)
    if (ending.ends_with(entry.text)) return entry.kind;
  std::string known;
  for (const Extension& entry : kExtensions)
    known += (known.empty() ? "" : " ") + std::string(entry.text);
  fail(ErrorKind::usage, name, "cannot tell what it holds; expected ", known,
       ", each also .gz, or - for standard input");
}

bool is_smiles_name(std::string_view name) {
  return std::find(std::begin(kSmilesNames), std::end(kSmilesNames), lower(trim(name))) !=
         std::end(kSmilesNames);
}

// Up to four lines of the beginning, enough to tell the formats apart.
std::vector<std::string> first_lines(TextInput& input) {
  constexpr std::ptrdiff_t kLines = 4;
  constexpr std::size_t kEnough = 1 << 16;
  while (input.view().size() < kEnough &&
         std::count(input.view().begin(), input.view().end(), '\n') < kLines && input.fill())
    continue;
  std::vector<std::string> lines = split(input.view().substr(0, kEnough), '\n');
  if (lines.size() > kLines) lines.resize(kLines);
  return lines;
}

Kind kind_by_content(TextInput& input, const TableOptions& options) {
  const std::vector<std::string> lines = first_lines(input);
  if (lines.size() == 4 &&
      (lines[3].find("V2000") != std::string::npos || lines[3].find("V3000") != std::string::npos))
    return Kind::sdf;
  const std::string first = lines.empty() ? "" : lines.front();
  if (first.find(',') != std::string::npos) return Kind::csv;
  const auto is_header_name = [&](const std::string& name) {
    const std::string_view trimmed = trim(name);
    return is_smiles_name(trimmed) || (!trimmed.empty() && trimmed == options.smiles_column);
  };
  const std::vector<std::string> cells = split(first, '\t');
  return std::any_of(cells.begin(), cells.end(), is_header_name) ? Kind::tsv : Kind::smi;
}

// A .csv without any comma in its first line is separated by what is there.
char separator_of(Kind kind, TextInput& input) {
  if (kind == Kind::tsv) return '\t';
  const std::vector<std::string> lines = first_lines(input);
  if (!lines.empty())
    for (const char candidate : {',', '\t', ';'})
      if (lines.front().find(candidate) != std::string::npos) return candidate;
  return ',';
}

// A first line that is a molecule must not be taken for column names and lost.
void require_header(const std::string& where, const std::string& first) {
  constexpr std::int64_t kAtomsOfNoName = 5;  // names such as "CO" or "NO" are SMILES as well
  const ParseResult parsed = parse_smiles(first);
  const Molecule* molecule = std::get_if<Molecule>(&parsed);
  if (molecule && molecule->atom_count() >= kAtomsOfNoName)
    fail(ErrorKind::input, where,
         "the first line should name the columns, but starts with the molecule '",
         first.substr(0, 60), "'; add a header line, or call the file .smi");
}

int smiles_column(const std::string& where, const std::vector<std::string>& columns,
                  const TableOptions& options) {
  if (!options.smiles_column.empty()) return column_index(where, columns, options.smiles_column);
  for (const std::string_view name : kSmilesNames)
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (lower(columns[i]) == name) return static_cast<int>(i);
  require_header(where, columns.front());
  return 0;
}

void require_no_column(const std::string& where, const char* format, const std::string& column) {
  if (!column.empty())
    fail(ErrorKind::usage, where, format, " has no column '", column, "'; leave the option out");
}

}  // namespace

int column_index(const std::string& where, const std::vector<std::string>& columns,
                 const std::string& name) {
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found != columns.end()) {
    if (std::find(found + 1, columns.end(), name) != columns.end())
      fail(ErrorKind::usage, where, "two columns are called '", name, "'");
    return static_cast<int>(found - columns.begin());
  }
  constexpr std::size_t kListed = 10;
  const std::string nearest = nearest_name(name, columns);
  std::string list;
  for (std::size_t i = 0; i < std::min(kListed, columns.size()); ++i)
    list += (i > 0 ? ", " : "") + columns[i];
  if (columns.size() > kListed)
    list += ", and " + std::to_string(columns.size() - kListed) + " more";
  fail(ErrorKind::usage, where, "no column '", name, "'; ",
       nearest.empty() ? "" : "did you mean '" + nearest + "'? ",
       columns.empty() ? "there are none" : "columns: " + list);
}

struct RecordReader::State {
  TextInput input;
  std::unique_ptr<RecordFormat> format;
  std::vector<std::string> columns;
  int smiles_index = -1, id_index = -1;
  char separator = ' ';
  std::string header_raw;
  std::int64_t next_record = 0, keep_begin = 0, keep_end = std::numeric_limits<std::int64_t>::max();

  State(std::unique_ptr<ByteSource> source, const std::string& name)
      : input(std::move(source), name == "-" ? "standard input" : name) {}

  void open(const std::string& name, const TableOptions& options, bool keep_raw) {
    Kind kind = kind_of(name);
    if (kind == Kind::by_content) kind = kind_by_content(input, options);
    switch (kind) {
      case Kind::sdf:
        open_sdf(options, keep_raw);
        break;
      case Kind::smi:
        open_smi(options, keep_raw);
        break;
      default:
        open_table(kind, options, keep_raw);
        break;
    }
  }

  void open_table(Kind kind, const TableOptions& options, bool keep_raw) {
    separator = separator_of(kind, input);
    auto table = std::make_unique<CsvReader>(input, separator, options, keep_raw);
    columns = table->header();
    header_raw = table->header_raw();
    smiles_index = smiles_column(input.where(), columns, options);
    if (!options.id_column.empty())
      id_index = column_index(input.where(), columns, options.id_column);
    table->use_columns(smiles_index, id_index);
    format = std::move(table);
  }

  void open_smi(const TableOptions& options, bool keep_raw) {
    require_no_column(input.where(), "a list of SMILES", options.smiles_column);
    require_no_column(input.where(), "a list of SMILES", options.id_column);
    format = std::make_unique<SmiReader>(input, options, keep_raw);
  }

  void open_sdf(const TableOptions& options, bool keep_raw) {
    require_no_column(input.where(), "an SDF", options.smiles_column);
    auto sdf = std::make_unique<SdfReader>(input, options, keep_raw);
    columns = sdf->columns();
    if (!options.id_column.empty())
      id_index = column_index(input.where(), columns, options.id_column);
    sdf->use_id(id_index);
    format = std::move(sdf);
  }
};

RecordReader::RecordReader(std::unique_ptr<ByteSource> source, const std::string& name,
                           const TableOptions& options, bool keep_raw)
    : state_(std::make_unique<State>(std::move(source), name)) {
  state_->open(name, options, keep_raw);
}

RecordReader::RecordReader(const std::string& path, const TableOptions& options, bool keep_raw) {
  kind_of(path);  // a wrong name is said before the file is looked for
  *this = RecordReader(open_source(path), path, options, keep_raw);
}

RecordReader::~RecordReader() = default;
RecordReader::RecordReader(RecordReader&&) noexcept = default;
RecordReader& RecordReader::operator=(RecordReader&&) noexcept = default;

const std::vector<std::string>& RecordReader::columns() const { return state_->columns; }
int RecordReader::smiles_index() const { return state_->smiles_index; }
int RecordReader::id_index() const { return state_->id_index; }
char RecordReader::separator() const { return state_->separator; }
std::string RecordReader::header_raw() const { return state_->header_raw; }

bool RecordReader::next(Record& record) {
  while (state_->format->next(record)) {
    const std::int64_t number = state_->next_record++;
    if (number >= state_->keep_begin && number < state_->keep_end) return true;
  }
  return false;
}

void RecordReader::keep(std::int64_t begin, std::int64_t end) {
  state_->keep_begin = begin;
  state_->keep_end = end;
}

std::int64_t count_records(const std::string& path, const TableOptions& options) {
  RecordReader reader(path, options);
  Record record;
  std::int64_t count = 0;
  while (reader.next(record)) ++count;
  return count;
}

std::string RecordReader::sha256() const { return state_->input.sha256(); }

}  // namespace aufbau::molecules
