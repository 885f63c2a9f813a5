#include "report/limited_dataset.h"

#include <filesystem>

#include "core/error.h"
#include "data/subset.h"
#include "store/dataset_file.h"

namespace aufbau::report {

std::string limited_dataset(const std::string& where, const std::string& dataset, std::int64_t most,
                            const std::string& output) {
  if (most == 0 || store::read_dataset_summary(dataset).graph_count <= most) return dataset;
  const data::Dataset all = data::Dataset::open(dataset);
  if (std::filesystem::exists(output)) {
    require_made_from(where, output, dataset, all.hash());
    const std::int64_t kept = store::read_dataset_summary(output).graph_count;
    if (kept != most)
      fail(ErrorKind::mismatch, where, output, " holds ", kept, " molecules, but ", most,
           " are to be taken; give the same budget, or name another output folder");
  } else {
    data::write_subset(all, data::evenly_spaced_rows(all.size(), most), output);
  }
  return output;
}

void require_made_from(const std::string& where, const std::string& path, const std::string& source,
                       const std::string& hash) {
  const auto sources = store::read_dataset_summary(path).provenance.sources;
  if (sources.size() != 1 || sources.front().second != hash)
    fail(ErrorKind::mismatch, where, path, " was not made from ", source,
         " as it is now; give the same file, or name another output folder");
}

}  // namespace aufbau::report
