#pragma once
#include <exception>
#include <new>
#include <string>

#include "aufbau.h"
#include "core/error.h"
#include "core/parallel.h"
#include "tensor/backend.h"
#include "tensor/device/precision.h"

namespace aufbau::api {

/// Runs `work` so that only aufbau::Error comes out: no memory is `resource`, anything unforeseen
/// is `internal`.
template <class Work>
auto translated(const char* where, const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    fail(ErrorKind::resource, where, "out of memory; use smaller batches or smaller limits");
  } catch (const std::exception& error) {
    fail(ErrorKind::internal, where, error.what());
  }
}

/// The same with the threads and the precision of `options`, after checking that its device is
/// there.
template <class Work>
auto guarded(const char* where, const RunOptions& options, const Work& work) -> decltype(work()) {
  return translated(where, [&] {
    if (options.threads < 0)
      fail(ErrorKind::usage, where, "threads ", options.threads,
           ": expected 0 (all cores) or more");
    // There is always one for "auto"; looking for it is left to the work that needs it.
    if (options.device != "auto") parse_device(options.device);
    const ThreadScope threads(options.threads);
    const PrecisionScope precision(parse_precision(options.precision));
    return work();
  });
}

}  // namespace aufbau::api
