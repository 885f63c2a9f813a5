#pragma once
#include "aufbau.h"

namespace aufbau::report {

/// Rates of the real work, each beside a ceiling measured in the same run, in turns with it:
/// medians of several rounds.
///  * training: molecules per second of whole steps (loader, forward, backward, Adam), beside those
///  of the matrix
///    products of the very same steps alone.
///  * inference: embeddings per second, beside the matrix products of the forward pass alone.
///  * ingest: rows per second from text file to dataset file, beside RDKit alone parsing and
///  sanitising the same SMILES.
BenchmarkSummary benchmark(const BenchmarkOptions& options);

}  // namespace aufbau::report
