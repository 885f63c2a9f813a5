#pragma once
#include <hdf5.h>

#include <string>

#include "store/hdf5.h"

namespace aufbau::store {

/// Each chunk of a deflated array must inflate to exactly one chunk: the library would follow a
/// crafted one to a thousand times the size of the file before it noticed. Error{input} otherwise,
/// or where a chunk is missing. Call it before the array is read; it does nothing for arrays that
/// are not deflated.
void check_inflated_chunks(const Hdf5File::State& state, const std::string& object, hid_t array,
                           const ArrayInfo& info);

}  // namespace aufbau::store
