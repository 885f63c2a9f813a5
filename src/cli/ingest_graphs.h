#pragma once
#include <string>
#include <vector>

#include "aufbau.h"

namespace aufbau::cli {

/// `aufbau ingest --graphs`.
void run_ingest_graphs(const std::vector<std::string>& arguments);
/// What was stored and refused, for people.
void print(const IngestSummary& summary, const std::string& rows);

}  // namespace aufbau::cli
