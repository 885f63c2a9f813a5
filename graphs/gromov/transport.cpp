#include "graphs/gromov/transport.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "graphs/gromov/mass_units.h"

namespace aufbau::graphs {

namespace {

/// A spanning tree of the transport network. Nodes 0..rows-1 send, the rest receive; every arc goes
/// from a row to a column. Strongly feasible: an arc without flow points to the root, so it joins a
/// row to a column above it.
class TransportTree {
 public:
  TransportTree(const Matrix& cost, const std::vector<std::int64_t>& p,
                const std::vector<std::int64_t>& q);
  void solve();
  /// The tree arc of a node: with which row and column, how much.
  Move move_of(int node) const;
  int node_count() const { return static_cast<int>(parent_.size()); }
  double price(int node) const { return price_[node]; }

 private:
  bool is_row(int node) const { return node < rows_; }
  double arc_cost(int a, int b) const {
    return is_row(a) ? cost_(a, b - rows_) : cost_(b, a - rows_);
  }
  void attach(int child, int parent, std::int64_t flow);
  void detach(int child);
  void refresh(int top);
  bool find_entering(int& row, int& column);
  void pivot(int row, int column);

  const Matrix& cost_;
  const int rows_, columns_;
  double tolerance_;
  int root_ = 0, cursor_ = 0;
  std::vector<int> parent_, depth_, child_, next_, previous_;  // -1: none
  std::vector<std::int64_t> flow_;                             // on the arc to the parent
  std::vector<double> price_;
  std::vector<int> stack_;
};

TransportTree::TransportTree(const Matrix& cost, const std::vector<std::int64_t>& p,
                             const std::vector<std::int64_t>& q)
    : cost_(cost),
      rows_(static_cast<int>(p.size())),
      columns_(static_cast<int>(q.size())),
      // Above the rounding of a path of prices, far below what can be seen in the result.
      tolerance_(1e-13 * (cost.maxCoeff() - cost.minCoeff())),
      parent_(p.size() + q.size(), -1),
      depth_(parent_.size(), 0),
      child_(parent_.size(), -1),
      next_(parent_.size(), -1),
      previous_(parent_.size(), -1),
      flow_(parent_.size(), 0),
      price_(parent_.size(), 0) {
  // North-west corner. A column that is served leaves before the row on a tie, so that only arcs
  // from a row up to its column can be without flow.
  int i = 0, j = 0;
  std::int64_t left_p = p[0], left_q = q[0];
  while (i + 1 < rows_ || j + 1 < columns_) {
    const std::int64_t units = std::min(left_p, left_q);
    left_p -= units;
    left_q -= units;
    if (left_q == 0 && j + 1 < columns_) {
      attach(rows_ + j, i, units);
      left_q = q[static_cast<std::size_t>(++j)];
    } else {
      attach(i, rows_ + j, units);
      left_p = p[static_cast<std::size_t>(++i)];
    }
  }
  attach(rows_ + j, i, left_p);
  root_ = i;
  refresh(root_);
}

void TransportTree::attach(int child, int parent, std::int64_t flow) {
  parent_[child] = parent;
  flow_[child] = flow;
  previous_[child] = -1;
  next_[child] = child_[parent];
  if (next_[child] >= 0) previous_[next_[child]] = child;
  child_[parent] = child;
}

void TransportTree::detach(int child) {
  if (previous_[child] >= 0)
    next_[previous_[child]] = next_[child];
  else
    child_[parent_[child]] = next_[child];
  if (next_[child] >= 0) previous_[next_[child]] = previous_[child];
}

/// Depths and prices of `top` and everything below it, from its parent.
void TransportTree::refresh(int top) {
  stack_.assign(1, top);
  while (!stack_.empty()) {
    const int node = stack_.back();
    stack_.pop_back();
    const int parent = parent_[node];
    depth_[node] = parent < 0 ? 0 : depth_[parent] + 1;
    price_[node] = parent < 0 ? 0 : arc_cost(node, parent) - price_[parent];
    for (int child = child_[node]; child >= 0; child = next_[child]) stack_.push_back(child);
  }
}

/// Searches in blocks from where the last search ended and takes the worst arc of the first block
/// that has one.
bool TransportTree::find_entering(int& row, int& column) {
  const int arcs = rows_ * columns_;
  const int block = std::max(16, static_cast<int>(std::sqrt(arcs)));
  int i = cursor_ / columns_, j = cursor_ % columns_;
  double worst = -tolerance_;
  bool found = false;
  for (int seen = 1; seen <= arcs; ++seen) {
    const double reduced = cost_(i, j) - price_[i] - price_[rows_ + j];
    if (reduced < worst) {
      worst = reduced;
      row = i;
      column = j;
      found = true;
    }
    if (++j == columns_) {
      j = 0;
      if (++i == rows_) i = 0;
    }
    if (found && seen % block == 0) break;
  }
  cursor_ = i * columns_ + j;
  return found;
}

/// Sends flow around the cycle that the arc (row, column) closes. Seen along that arc from the top
/// of the cycle, the last arc to run empty leaves: this keeps the tree strongly feasible.
void TransportTree::pivot(int row, int column) {
  const int tail = row, head = rows_ + column;
  std::int64_t units = std::numeric_limits<std::int64_t>::max();
  int leaving = -1;
  bool on_tail_side = false;
  int a = tail, b = head;
  while (a != b) {
    if (depth_[a] >= depth_[b]) {
      if (is_row(a) && flow_[a] < units) {
        units = flow_[a];
        leaving = a;
        on_tail_side = true;
      }
      a = parent_[a];
    } else {
      if (!is_row(b) && flow_[b] <= units) {
        units = flow_[b];
        leaving = b;
        on_tail_side = false;
      }
      b = parent_[b];
    }
  }
  const int top = a;
  for (a = tail; a != top; a = parent_[a]) flow_[a] += is_row(a) ? -units : units;
  for (b = head; b != top; b = parent_[b]) flow_[b] += is_row(b) ? units : -units;

  // The part below the leaving arc hangs from the entering one now: turn the path between them.
  const int hinge = on_tail_side ? tail : head;
  int node = hinge, above = on_tail_side ? head : tail;
  std::int64_t flow = units;
  for (;;) {
    const int old_parent = parent_[node];
    const std::int64_t old_flow = flow_[node];
    detach(node);
    attach(node, above, flow);
    if (node == leaving) break;
    above = node;
    node = old_parent;
    flow = old_flow;
  }
  refresh(hinge);
}

void TransportTree::solve() {
  // Pivots grow like a small multiple of the number of nodes; the bound is there to end with words.
  const std::int64_t most = 10000 + 100 * static_cast<std::int64_t>(rows_) * columns_;
  int row = 0, column = 0;
  for (std::int64_t pivots = 0; find_entering(row, column); ++pivots) {
    if (pivots == most)
      fail(ErrorKind::internal, "transport", "the network simplex method made ", most,
           " pivots on ", rows_, " x ", columns_, " without an end");
    pivot(row, column);
  }
}

Move TransportTree::move_of(int node) const {
  const int parent = parent_[node];
  if (parent < 0) return {};
  return is_row(node) ? Move{node, parent - rows_, flow_[node]}
                      : Move{parent, node - rows_, flow_[node]};
}

/// Positions and units of the points that have mass.
void with_mass(const std::vector<std::int64_t>& units, std::vector<Eigen::Index>& positions,
               std::vector<std::int64_t>& positive) {
  for (std::size_t i = 0; i < units.size(); ++i)
    if (units[i] > 0) {
      positions.push_back(static_cast<Eigen::Index>(i));
      positive.push_back(units[i]);
    }
}

}  // namespace

Transport optimal_transport(const Matrix& cost, const Vector& p, const Vector& q) {
  if (cost.rows() != p.size() || cost.cols() != q.size())
    fail(ErrorKind::mismatch, "transport", "the cost is ", cost.rows(), " x ", cost.cols(),
         " for weights of ", p.size(), " and ", q.size(), " points");
  if (!cost.allFinite()) fail(ErrorKind::non_finite, "transport", "a cost is not finite");
  const MassUnits mass = mass_units(p, q);
  std::vector<Eigen::Index> rows, columns;
  std::vector<std::int64_t> row_units, column_units;
  with_mass(mass.p, rows, row_units);
  with_mass(mass.q, columns, column_units);

  // Without the smallest cost, prices keep their digits when all costs are large and alike.
  const double smallest = cost.minCoeff();
  const Matrix reduced = cost(rows, columns).array() - smallest;
  TransportTree tree(reduced, row_units, column_units);
  tree.solve();

  Transport result{Matrix::Zero(p.size(), q.size()), 0, Vector(p.size()), Vector(q.size())};
  for (int node = 0; node < tree.node_count(); ++node) {
    const Move move = tree.move_of(node);
    if (move.units > 0)
      result.coupling(rows[move.i], columns[move.j]) = static_cast<double>(move.units) * mass.unit;
  }
  result.cost = (result.coupling.array() * cost.array()).sum();
  // A point without mass takes the highest price that its row or column allows.
  Vector known = Vector::Constant(q.size(), std::numeric_limits<double>::infinity());
  for (std::size_t j = 0; j < columns.size(); ++j)
    known[columns[j]] = tree.price(static_cast<int>(rows.size() + j));
  for (std::size_t i = 0; i < rows.size(); ++i)
    result.row_price[rows[i]] = tree.price(static_cast<int>(i)) + smallest;
  for (Eigen::Index j = 0; j < q.size(); ++j) {
    if (std::isinf(known[j])) {
      for (const Eigen::Index i : rows)
        known[j] = std::min(known[j], cost(i, j) - result.row_price[i]);
    }
    result.column_price[j] = known[j];
  }
  for (Eigen::Index i = 0; i < p.size(); ++i)
    if (mass.p[static_cast<std::size_t>(i)] == 0)
      result.row_price[i] = (cost.row(i).transpose() - result.column_price).minCoeff();
  return result;
}

}  // namespace aufbau::graphs
