#pragma once
#include <cstdint>

/// Before a function that nvcc compiles for devices as well as for the host: formulas and kernel
/// bodies that both sides share. Such a function uses no symbol of a library but those of <cmath>.
#ifdef __CUDACC__
#define AUFBAU_BODY __host__ __device__
#else
#define AUFBAU_BODY
#endif
