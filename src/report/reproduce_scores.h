#pragma once
#include <string>
#include <vector>

#include "aufbau.h"
#include "report/reproduce_protocol.h"

namespace aufbau::report {

/// A row for each strategy with the published numbers over `sets`, without ours.
std::vector<ReproducedRow> published_rows(const std::vector<const Strategy*>& strategies,
                                          const std::vector<const BenchmarkSet*>& sets);

/// Adds what finished fine-tuning runs of one set say, one folder for each row of `table.rows`: a
/// cell to each row and to the fingerprint baseline, which is fitted here; where it cannot be
/// (compare() says why), a note.
void add_scores(Reproduction& table, const std::string& set, const std::vector<std::string>& runs);

/// Averages over the sets, once all cells are there, and notes on what the numbers do not show.
void finish_scores(Reproduction& table);

}  // namespace aufbau::report
