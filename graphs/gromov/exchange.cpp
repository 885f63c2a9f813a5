#include "graphs/gromov/exchange.h"

#include <algorithm>
#include <vector>

namespace aufbau::graphs {

namespace {

struct Cell {
  Eigen::Index i, j;
};

std::vector<Cell> cells_with_mass(const Matrix& coupling) {
  std::vector<Cell> cells;
  for (Eigen::Index i = 0; i < coupling.rows(); ++i)
    for (Eigen::Index j = 0; j < coupling.cols(); ++j)
      if (coupling(i, j) > 0) cells.push_back({i, j});
  return cells;
}

/// (e_i - e_k)' values (e_i - e_k).
double spread(const Matrix& values, Eigen::Index i, Eigen::Index k) {
  return values(i, i) - values(i, k) - values(k, i) + values(k, k);
}

/// The mass to move, and what it gains.
struct Exchange {
  double mass = 0, gain = 0;
};

/// Along D = -(e_i - e_k)(e_j - e_l)' the objective is a s^2 + b s, s up to what both cells hold.
Exchange best_exchange(const GromovProblem& problem, const Matrix& coupling, const Matrix& gradient,
                       const Cell& x, const Cell& y) {
  const double most = std::min(coupling(x.i, x.j), coupling(y.i, y.j));
  const double b =
      gradient(x.i, y.j) + gradient(y.i, x.j) - gradient(x.i, x.j) - gradient(y.i, y.j);
  const double a = -spread(problem.left, x.i, y.i) * spread(problem.right, x.j, y.j);
  double mass = 0;
  if (a > 0)
    mass = std::clamp(-b / (2 * a), 0.0, most);
  else if (a * most + b < 0)
    mass = most;
  return {mass, -(a * mass + b) * mass};
}

void apply(const GromovProblem& problem, const Cell& x, const Cell& y, double mass,
           Matrix& coupling, Matrix& gradient) {
  const Vector left = problem.left.col(x.i) - problem.left.col(y.i);
  const Vector right = problem.right.col(x.j) - problem.right.col(y.j);
  gradient.noalias() += mass * left * right.transpose();
  if (problem.symmetric) {
    gradient.noalias() += mass * left * right.transpose();
  } else {
    const Vector left_row = problem.left.row(x.i) - problem.left.row(y.i);
    const Vector right_row = problem.right.row(x.j) - problem.right.row(y.j);
    gradient.noalias() += mass * left_row * right_row.transpose();
  }
  coupling(x.i, x.j) -= mass;  // exactly 0 where all of it moves
  coupling(y.i, y.j) -= mass;
  coupling(x.i, y.j) += mass;
  coupling(y.i, x.j) += mass;
}

}  // namespace

bool exchange_mass(const GromovProblem& problem, Matrix& coupling, double least_gain) {
  const std::size_t most_cells = 4 * static_cast<std::size_t>(coupling.rows() + coupling.cols());
  std::vector<Cell> cells = cells_with_mass(coupling);
  if (cells.size() > most_cells) return false;
  Matrix gradient = problem.linear + problem.curvature(coupling);
  bool gained = false;
  // Around the list of cells, until a whole round finds nothing.
  std::size_t quiet = 0;
  for (std::size_t s = 0; quiet < cells.size(); s = (s + 1) % cells.size(), ++quiet) {
    for (std::size_t t = 0; t < cells.size(); ++t) {
      const Cell x = cells[s], y = cells[t];
      if (x.i == y.i || x.j == y.j) continue;
      const Exchange exchange = best_exchange(problem, coupling, gradient, x, y);
      if (!(exchange.gain > least_gain)) continue;
      apply(problem, x, y, exchange.mass, coupling, gradient);
      gained = true;
      quiet = 0;
      cells = cells_with_mass(coupling);
      if (cells.size() > most_cells) return true;
      s = std::min(s, cells.size() - 1);
      break;
    }
  }
  return gained;
}

}  // namespace aufbau::graphs
