#include "graphs/topology/z_score.h"

#include <algorithm>
#include <cmath>

namespace aufbau::graphs {

ZScores z_scores(const Matrix& rows) {
  ZScores scores{Matrix::Zero(rows.rows(), rows.cols()), Vector::Zero(rows.cols()),
                 Vector::Zero(rows.cols())};
  if (rows.rows() == 0) return scores;
  const auto count = static_cast<double>(rows.rows());
  for (Eigen::Index c = 0; c < rows.cols(); ++c) {
    const double mean = rows.col(c).sum() / count;
    const double deviation = std::sqrt((rows.col(c).array() - mean).square().sum() / count);
    scores.mean[c] = mean;
    scores.deviation[c] = deviation;
    if (deviation > 1e-12 * std::max(1.0, std::abs(mean)))
      scores.values.col(c) = (rows.col(c).array() - mean) / deviation;
  }
  return scores;
}

}  // namespace aufbau::graphs
