#include "train/embedding_sink.h"

#include <algorithm>
#include <filesystem>

#include "core/error.h"
#include "store/dataset_file.h"
#include "train/csv_field.h"
#include "train/npy_file.h"
#include "train/output_file.h"
#include "train/row_answers.h"

namespace aufbau::train {

namespace {

constexpr const char* kWhere = "embed";

/// "folder/X.npy" and ".errors.csv" give "folder/X.errors.csv".
std::string beside(const std::string& output, const std::string& suffix) {
  return std::filesystem::path(output).replace_extension().string() + suffix;
}

/// Which rows have no vector, and why.
class ErrorsFile {
 public:
  explicit ErrorsFile(const SinkOptions& options)
      : file_(beside(options.output, ".errors.csv"), options.force), row_(options.first_row) {
    if (options.with_header) file_.write("row,line,smiles,code,reason\n");
  }
  void append(std::span<const InputRow> rows) {
    for (const InputRow& row : rows) {
      if (!row.ok())
        file_.write(std::to_string(row_) + ',' + std::to_string(row.line) + ',' +
                    csv_field(row.smiles) + ',' + row.code + ',' + csv_field(row.reason) + '\n');
      ++row_;
    }
  }
  void finish() { file_.finish(); }

 private:
  OutputFile file_;
  std::int64_t row_;
};

void add_offsets(std::span<const std::int64_t> counts, std::vector<std::int64_t>& offsets) {
  for (const std::int64_t count : counts) offsets.push_back(offsets.back() + count);
}

class NpySink : public EmbeddingSink {
 public:
  explicit NpySink(const SinkOptions& options)
      : options_(options),
        errors_(options),
        vectors_(options.output, options.width, options.force) {
    const std::string offsets = beside(options.output, ".offsets.npy");
    if (options.node_level && !options.force && std::filesystem::exists(offsets))
      fail(ErrorKind::usage, kWhere, offsets, " is there already; use --force to overwrite it");
  }
  void append(std::span<const InputRow> rows, std::span<const float> values,
              std::span<const std::int64_t> counts) override {
    vectors_.append(values);
    errors_.append(rows);
    add_offsets(counts, offsets_);
  }
  void finish() override {
    errors_.finish();
    if (options_.node_level)
      write_npy(beside(options_.output, ".offsets.npy"), offsets_, options_.force);
    vectors_.finish();
  }

 private:
  SinkOptions options_;
  ErrorsFile errors_;
  NpyFile vectors_;
  std::vector<std::int64_t> offsets_{0};
};

class CsvSink : public EmbeddingSink {
 public:
  explicit CsvSink(const SinkOptions& options)
      : width_(static_cast<std::size_t>(options.width)),
        separator_(options.separator),
        file_(options.output, options.force) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < width_; ++i) names.push_back("e_" + std::to_string(i));
    names.push_back("error");
    std::string line = options.header;
    for (const std::string& name : names) {
      if (std::find(options.columns.begin(), options.columns.end(), name) != options.columns.end())
        fail(ErrorKind::usage, kWhere, "the input has a column '", name,
             "' already; rename it, or write .npy");
      line += separator_ + name;
    }
    if (options.with_header) file_.write(line + '\n');
  }
  void append(std::span<const InputRow> rows, std::span<const float> values,
              std::span<const std::int64_t>) override {
    std::string text;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      text += rows[r].cells;
      for (std::size_t i = 0; i < width_; ++i) {
        text += separator_;
        text += csv_number(values[r * width_ + i]);
      }
      text += separator_ + csv_field(error_text(rows[r]), separator_) + '\n';
    }
    file_.write(text);
  }
  void finish() override { file_.finish(); }

 private:
  std::size_t width_;
  char separator_;
  OutputFile file_;
};

class Hdf5Sink : public EmbeddingSink {
 public:
  explicit Hdf5Sink(const SinkOptions& options) : options_(options), errors_(options) {
    if (!options.force && std::filesystem::exists(options.output))
      fail(ErrorKind::usage, kWhere, options.output,
           " is there already; use --force to overwrite it");
  }
  void append(std::span<const InputRow> rows, std::span<const float> values,
              std::span<const std::int64_t> counts) override {
    values_.insert(values_.end(), values.begin(), values.end());
    errors_.append(rows);
    add_offsets(counts, offsets_);
  }
  void finish() override {
    errors_.finish();
    store::write_embedding_file(options_.output, options_.width, values_,
                                options_.node_level ? offsets_ : std::vector<std::int64_t>(),
                                options_.first_row);
  }

 private:
  SinkOptions options_;
  ErrorsFile errors_;
  std::vector<float> values_;
  std::vector<std::int64_t> offsets_{0};
};

}  // namespace

std::unique_ptr<EmbeddingSink> make_embedding_sink(const SinkOptions& options) {
  const std::string extension = std::filesystem::path(options.output).extension().string();
  if (extension == ".npy") return std::make_unique<NpySink>(options);
  if (extension == ".h5") return std::make_unique<Hdf5Sink>(options);
  if (extension != ".csv" && options.output != "-")
    fail(ErrorKind::usage, kWhere, "the output is '", options.output,
         "', expected a name that ends in .npy, .csv or .h5, or - for CSV on standard output");
  if (options.node_level)
    fail(ErrorKind::usage, kWhere,
         "CSV has one line per molecule; write vectors of atoms to .npy or .h5");
  return std::make_unique<CsvSink>(options);
}

}  // namespace aufbau::train
