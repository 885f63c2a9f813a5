#include "data/split.h"

#include <algorithm>
#include <array>

#include "api/guard.h"
#include "api/output.h"
#include "aufbau.h"

namespace aufbau {
namespace {

std::array<double, 3> three_sizes(const std::vector<double>& sizes) {
  if (sizes.size() != 3)
    fail(ErrorKind::usage, "split", "got ", sizes.size(),
         " sizes, expected three: fractions of train, valid and test");
  std::array<double, 3> three{};
  std::copy(sizes.begin(), sizes.end(), three.begin());
  return three;
}

}  // namespace

SplitSummary split(const SplitOptions& options) {
  return api::guarded("split", options, [&] {
    api::require_free("split", options.data, options.output, options.force);
    const auto dataset = data::Dataset::open(options.data);
    const data::Split made =
        data::make_split(options.split, dataset, three_sizes(options.sizes), options.seed);
    data::write_split(options.output, made);
    SplitSummary summary;
    summary.splits = options.output;
    summary.method = made.method;
    summary.hash = made.hash();
    summary.train = static_cast<std::int64_t>(made.train.size());
    summary.valid = static_cast<std::int64_t>(made.valid.size());
    summary.test = static_cast<std::int64_t>(made.test.size());
    return summary;
  });
}

}  // namespace aufbau
