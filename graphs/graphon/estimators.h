#pragma once
#include <span>
#include <string>

#include "graphs/graphon/barycentre.h"
#include "graphs/graphon/low_rank.h"
#include "graphs/graphon/relative_rank.h"
#include "graphs/graphon/sas.h"
#include "graphs/graphon/stochastic_blocks.h"

namespace aufbau::graphs {

/// What the estimators can be told; each reads its own.
struct EstimatorOptions {
  RelativeRankOptions relative_rank;
  SasOptions sas;
  UsvtOptions usvt;
  SbaOptions sba;
  BarycentreOptions barycentre;
};

/// One way from graphs to a graphon.
struct Estimator {
  const char* name;
  const char* summary;
  Graphon (*estimate)(const GraphSelection& graphs, const EstimatorOptions& options);
};
/// All of them, the recommended one first: relative-rank, sas, largest-gap, usvt,
/// matrix-completion, sba, gwb, sgwb, fgwb, sfgwb.
std::span<const Estimator> estimators();

/// Error{usage} with the nearest name for one that is not in the table.
const Estimator& estimator_by_name(const std::string& name);

}  // namespace aufbau::graphs
