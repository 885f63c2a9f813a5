#pragma once
#include "aufbau.h"
#include "testing/files.h"

namespace aufbau::report {

/// A benchmark of a small network on a few molecules, as short as can be.
inline BenchmarkOptions small_benchmark(const std::string& what) {
  BenchmarkOptions options;
  options.what = what;
  options.data = testing::test_file("../examples/data/nci_tpsa.csv");
  options.encoder = {.layers = 2, .width = 16};
  options.batch_sizes = {16};
  options.molecules = 24;
  options.seconds = 0.01;
  return options;
}

}  // namespace aufbau::report
