#pragma once
#include <vector>

#include "report/products.h"

namespace aufbau::report {

/// Seconds that the matrix products alone take, one after the other, each through oneDNN on all
/// threads of the caller (thread_count()): forward, and with `with_gradients` those of the
/// gradients that were wanted. Operands lie in memory that was touched before.
double product_seconds(const std::vector<LayerProduct>& products, bool with_gradients);

}  // namespace aufbau::report
