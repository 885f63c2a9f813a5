#include <numeric>

#include <unistd.h>

#include "core/error.h"
#include "store/atomic_file.h"
#include "store/dataset_file.h"
#include "store/hdf5.h"

namespace aufbau::store {
namespace {

/// Which input row each embedding belongs to: itself, or the graph of the node.
std::vector<std::int64_t> input_rows(std::int64_t rows, const std::vector<std::int64_t>& node_ptr,
                                     std::int64_t first_row) {
  std::vector<std::int64_t> row(static_cast<std::size_t>(rows));
  if (node_ptr.empty()) {
    std::iota(row.begin(), row.end(), first_row);
    return row;
  }
  for (std::size_t graph = 0; graph + 1 < node_ptr.size(); ++graph)
    std::fill(row.begin() + node_ptr[graph], row.begin() + node_ptr[graph + 1],
              first_row + static_cast<std::int64_t>(graph));
  return row;
}

void fill(Hdf5File& file, std::int64_t rows, std::int64_t width, const std::vector<float>& values,
          const std::vector<std::int64_t>& node_ptr, std::int64_t first_row) {
  Hdf5Column embeddings(file, "/embeddings", Stored::f32, width);
  Hdf5Column row(file, "/row", Stored::i64);
  embeddings.append<float>(values);
  row.append<std::int64_t>(input_rows(rows, node_ptr, first_row));
  embeddings.finish();
  row.finish();
  if (!node_ptr.empty())
    file.write<std::int64_t>("/node_ptr", node_ptr, {static_cast<std::int64_t>(node_ptr.size())});
  file.write_attribute("/", "format", std::string_view("aufbau-embeddings"));
  file.write_attribute("/", "format_version", std::string_view("1.0"));
  file.write_attribute("/", "complete", std::int64_t{1});
}

}  // namespace

void write_embedding_file(const std::string& path, std::int64_t width,
                          const std::vector<float>& values,
                          const std::vector<std::int64_t>& node_ptr, std::int64_t first_row) {
  const auto size = static_cast<std::int64_t>(values.size());
  if (width <= 0 || size % width != 0)
    fail(ErrorKind::internal, path, size, " values are not whole rows of width ", width);
  const std::int64_t rows = size / width;
  if (!node_ptr.empty() && (node_ptr.front() != 0 || node_ptr.back() != rows))
    fail(ErrorKind::internal, path, "node offsets end at ", node_ptr.back(), ", but there are ",
         rows, " rows");
  const std::string temporary = temporary_name(path);
  try {
    Hdf5File file = Hdf5File::create(temporary, path);
    fill(file, rows, width, values, node_ptr, first_row);
    file.close();
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  commit_file(temporary, path);
}

}  // namespace aufbau::store
