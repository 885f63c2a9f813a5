#pragma once
#include <hdf5.h>

#include <string>

namespace aufbau::store {

/// What went wrong first while a file was written; empty while all is well.
struct WriteFailure {
  std::string reason;
};

/// Sends the writes of files opened with these access properties through a driver of our own.
/// HDF5 1.10 crashes when a write fails while it closes a file; this driver notes the failure in
/// `failure`, which must outlive the file, and lets the library believe that all went well, so that
/// it can close in peace. Whoever writes asks `failure` after each step and gives the file up.
void use_failure_noting_driver(hid_t access, WriteFailure& failure);

}  // namespace aufbau::store
