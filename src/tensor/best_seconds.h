#pragma once
#include <algorithm>
#include <chrono>

namespace aufbau {

inline double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Seconds of the fastest of several tries, after one that is not counted: it meets cold pages,
/// caches and plans.
template <class Body>
double best_seconds(int tries, const Body& body) {
  body();
  double best = 1e300;
  for (int i = 0; i < tries; ++i) {
    const auto start = std::chrono::steady_clock::now();
    body();
    best = std::min(best, seconds_since(start));
  }
  return best;
}

}  // namespace aufbau
