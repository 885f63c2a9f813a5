#pragma once
// What an optimizer does to all parameters at once: row r of the index space is entry r of a table
// in the device's memory.
#include "tensor/device/bodies/index.h"
#include "tensor/formulas.h"

namespace aufbau::device {

/// (r, lane): partial[r, lane] = sum of the squares of the lane's elements of x
struct SquarePart {
  struct Entry {
    const float* x;
    Index size;
  };
  const Entry* entries;
  Index lanes;
  double* partial;
  AUFBAU_BODY void operator()(Index r, Index lane) const {
    const Entry entry = entries[r];
    double sum = 0;
    for (Index i = lane; i < entry.size; i += lanes)
      sum += static_cast<double>(entry.x[i]) * static_cast<double>(entry.x[i]);
    partial[r * lanes + lane] = sum;
  }
};

/// (r, i): element i of an entry, which may have fewer
struct AdamMove {
  struct Entry {
    formulas::Adam<float> of;
    const float* gradient;
    float *first, *second, *value;
    Index size;
  };
  const Entry* entries;
  AUFBAU_BODY void operator()(Index r, Index i) const {
    const Entry& entry = entries[r];
    if (i < entry.size)
      entry.of.move(entry.gradient[i], entry.first[i], entry.second[i], entry.value[i]);
  }
};

}  // namespace aufbau::device
