#pragma once
#include "core/error.h"

namespace aufbau::report {

/// Error{interrupted} when the caller wishes to stop. Called between blocks of the work of a
/// selection, which writes nothing before its end.
inline void require_going_on(const RunOptions& run) {
  if (run.should_stop && run.should_stop())
    fail(ErrorKind::interrupted, "select", "stopped on request; nothing was written");
}

}  // namespace aufbau::report
