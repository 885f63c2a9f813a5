#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "core/parallel.h"
#include "report/transfer/dataset_name.h"
#include "report/transfer/selection/fingerprint_bits.h"
#include "report/transfer/selection/selection.h"
#include "report/transfer/selection/selection_draws.h"
#include "report/transfer/stop.h"
#include "report/words.h"
#include "train/progress_meter.h"

namespace aufbau::report {

namespace {

/// A molecule of the sources and how similar it is to one of the target.
struct Neighbour {
  double similarity = 0;
  std::int32_t molecule = 0;  ///< its place among the molecules of all sources
};
bool is_nearer(const Neighbour& a, const Neighbour& b) {
  return a.similarity > b.similarity || (a.similarity == b.similarity && a.molecule < b.molecule);
}

/// The molecules of all sources, from which some are taken.
class Shelf {
 public:
  explicit Shelf(const SelectionProblem& problem) : taken_(places(problem.available()), false) {
    for (const data::Dataset& source : problem.sources) sources_.emplace_back(source, problem.run);
  }

  bool is_taken(std::int32_t molecule) const { return taken_[static_cast<std::size_t>(molecule)]; }
  void take(std::int32_t molecule) { taken_[static_cast<std::size_t>(molecule)] = true; }

  /// The `count` most similar ones that are not taken, the most similar first.
  std::vector<Neighbour> nearest(std::span<const std::uint16_t> bits, std::size_t count) const {
    std::vector<std::uint8_t> is_set(FingerprintBits::kBits, 0);
    for (const std::uint16_t bit : bits) is_set[bit] = 1;
    std::vector<Neighbour> best;  // a heap with the least similar one on top
    std::int32_t place = 0;
    for (const FingerprintBits& source : sources_)
      for (std::int64_t row = 0; row < source.size(); ++row, ++place) {
        if (is_taken(place)) continue;
        const std::span<const std::uint16_t> other = source[row];
        // No similarity exceeds the quotient of the numbers of bits (Swamidass and Baldi 2007).
        const bool is_full = best.size() == count;
        if (is_full && quotient(std::min(bits.size(), other.size()),
                                std::max(bits.size(), other.size())) < best.front().similarity)
          continue;
        std::size_t both = 0;
        for (const std::uint16_t bit : other) both += is_set[bit];
        const Neighbour found{quotient(both, bits.size() + other.size() - both), place};
        if (is_full && !is_nearer(found, best.front())) continue;
        if (is_full) {
          std::pop_heap(best.begin(), best.end(), is_nearer);
          best.pop_back();
        }
        best.push_back(found);
        std::push_heap(best.begin(), best.end(), is_nearer);
      }
    std::sort_heap(best.begin(), best.end(), is_nearer);
    return best;
  }

 private:
  static std::size_t places(std::int64_t molecules) {
    if (molecules > INT32_MAX)
      fail(ErrorKind::resource, "select", molecules, " molecules, expected at most ", INT32_MAX,
           "; choose with --method mixture");
    return static_cast<std::size_t>(molecules);
  }
  /// 0 of none.
  static double quotient(std::size_t part, std::size_t all) {
    return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all);
  }

  std::vector<FingerprintBits> sources_;
  std::vector<bool> taken_;
};

/// A molecule of the target that takes its neighbours one by one.
struct Guest {
  std::int64_t row = 0;
  std::vector<Neighbour> list;  ///< nearest first; those taken meanwhile are passed over
  std::size_t next = 0;
};

std::vector<Guest> guests_of(const SelectionProblem& problem, std::int64_t most) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(problem.target->size()));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  Random random(selection_key(problem.run.seed, SelectionDraw::turns, problem.target->hash()));
  for (std::size_t i = order.size(); i-- > 1;) std::swap(order[i], order[random.below(i + 1)]);
  std::vector<Guest> guests;
  for (const std::int64_t row : order)
    if (static_cast<std::int64_t>(guests.size()) < most) guests.push_back({row, {}, 0});
  return guests;
}

void list_neighbours(std::vector<Guest>& guests, const Shelf& shelf, const FingerprintBits& target,
                     std::size_t length, const RunOptions& run) {
  constexpr std::int64_t kBlock = 64;
  const auto count = static_cast<std::int64_t>(guests.size());
  train::ProgressMeter meter(run.progress, "molecules", static_cast<double>(count));
  for (std::int64_t first = 0; first < count; first += kBlock) {
    require_going_on(run);
    meter.update("neighbours", static_cast<double>(first));
    parallel_blocks(std::min(kBlock, count - first), 1, [&](std::int64_t begin, std::int64_t) {
      Guest& guest = guests[static_cast<std::size_t>(first + begin)];
      guest.list = shelf.nearest(target[guest.row], length);
    });
  }
  meter.line("neighbours", static_cast<double>(count));
}

/// The nearest molecule that is still there; there is one.
Neighbour take_nearest(Guest& guest, Shelf& shelf, const FingerprintBits& target) {
  while (guest.next < guest.list.size() && shelf.is_taken(guest.list[guest.next].molecule))
    ++guest.next;
  if (guest.next == guest.list.size()) {
    guest.list = shelf.nearest(target[guest.row], 2 * guest.list.size());
    guest.next = 0;
  }
  const Neighbour taken = guest.list[guest.next++];
  shelf.take(taken.molecule);
  return taken;
}

std::string reason_for(const std::vector<Neighbour>& taken, std::int64_t first, std::int64_t last,
                       std::size_t guests) {
  double least = 1, most = 0, sum = 0;
  int count = 0;
  for (const Neighbour& one : taken) {
    if (one.molecule < first || one.molecule >= last) continue;
    least = std::min(least, one.similarity);
    most = std::max(most, one.similarity);
    sum += one.similarity;
    ++count;
  }
  if (count == 0) return "other sources have more similar molecules";
  return "nearest, of those still there, to one of " +
         counted(static_cast<std::int64_t>(guests), "target molecule") + ": Tanimoto similarity " +
         in_words(least) + " to " + in_words(most) + ", mean " + in_words(sum / count);
}

}  // namespace

Selection choose_nearest(const SelectionProblem& problem) {
  const std::int64_t count =
      problem.budget == 0 ? std::min(problem.target->size(), problem.available()) : problem.most();
  const FingerprintBits target(*problem.target, problem.run);
  Shelf shelf(problem);
  std::vector<Guest> guests = guests_of(problem, count);
  // Neighbours that several want are passed over, hence longer lists than there are turns.
  const auto turns = (static_cast<std::size_t>(count) + guests.size() - 1) / guests.size();
  list_neighbours(guests, shelf, target, 2 * turns + 16, problem.run);
  std::vector<Neighbour> taken;
  for (std::size_t turn = 0; static_cast<std::int64_t>(taken.size()) < count; ++turn) {
    require_going_on(problem.run);
    taken.push_back(take_nearest(guests[turn % guests.size()], shelf, target));
  }

  Selection selection(problem.sources);
  std::int64_t first = 0;
  for (data::DatasetRows& chosen : selection.rows) {
    const std::int64_t last = first + chosen.dataset->size();
    for (const Neighbour& one : taken)
      if (one.molecule >= first && one.molecule < last) chosen.rows.push_back(one.molecule - first);
    std::sort(chosen.rows.begin(), chosen.rows.end());
    selection.parts.push_back({chosen.dataset->path(), name_of(*chosen.dataset),
                               chosen.dataset->size(),
                               static_cast<std::int64_t>(chosen.rows.size()), kUnknown,
                               reason_for(taken, first, last, guests.size())});
    first = last;
  }
  return selection;
}

}  // namespace aufbau::report
