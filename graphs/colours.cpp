#include "graphs/colours.h"

#include <algorithm>
#include <bit>

namespace aufbau::graphs {

namespace {

/// Mixes all bits of x (the finaliser of SplitMix64, Steele, Lea and Flood 2014).
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

/// Numbers nodes by what they are: an open-addressing table of the first nodes of each kind.
class ColourTable {
 public:
  explicit ColourTable(std::int64_t nodes)
      : slots_(std::bit_ceil(static_cast<std::size_t>(2 * nodes + 1)), kNone) {
    colouring_.colour.resize(static_cast<std::size_t>(nodes));
  }

  /// Gives `node` the colour of the first node with this hash that `is_alike(first node)`, or a new
  /// one.
  template <class Alike>
  void add(std::int32_t node, std::uint64_t hash, const Alike& is_alike) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = static_cast<std::size_t>(hash) & mask;
    while (true) {
      const std::int32_t colour = slots_[at];
      if (colour == kNone) break;
      if (hash_[static_cast<std::size_t>(colour)] == hash &&
          is_alike(colouring_.first[static_cast<std::size_t>(colour)])) {
        colouring_.colour[static_cast<std::size_t>(node)] = colour;
        return;
      }
      at = (at + 1) & mask;
    }
    slots_[at] = colouring_.count();
    colouring_.colour[static_cast<std::size_t>(node)] = colouring_.count();
    colouring_.first.push_back(node);
    hash_.push_back(hash);
  }

  Colouring take() { return std::move(colouring_); }

 private:
  static constexpr std::int32_t kNone = -1;
  std::vector<std::int32_t> slots_;
  std::vector<std::uint64_t> hash_;  ///< of each colour
  Colouring colouring_;
};

/// A few numbers are sorted faster by hand than by std::sort.
void sort_entries(std::uint64_t* begin, std::uint64_t* end) {
  constexpr std::ptrdiff_t kFew = 16;
  if (end - begin > kFew) {
    std::sort(begin, end);
    return;
  }
  for (std::uint64_t* next = begin + 1; next < end; ++next) {
    const std::uint64_t value = *next;
    std::uint64_t* place = next;
    for (; place > begin && place[-1] > value; --place) *place = place[-1];
    *place = value;
  }
}

}  // namespace

Colouring initial_colours(std::span<const std::int32_t> codes, std::int64_t columns,
                          const Neighbourhoods& neighbours, bool with_degree) {
  const std::int64_t nodes = neighbours.node_count();
  const auto row = [&](std::int32_t node) {
    return codes.subspan(static_cast<std::size_t>(node * columns),
                         static_cast<std::size_t>(columns));
  };
  const auto degree = [&](std::int32_t node) {
    const auto at = static_cast<std::size_t>(node);
    return with_degree ? neighbours.offset[at + 1] - neighbours.offset[at] : 0;
  };
  ColourTable table(nodes);
  for (std::int32_t node = 0; node < nodes; ++node) {
    std::uint64_t hash = mixed(static_cast<std::uint64_t>(degree(node)) + 1);
    for (const std::int32_t code : row(node))
      hash = mixed(hash + 0x9e3779b97f4a7c15U + static_cast<std::uint64_t>(code));
    table.add(node, hash, [&](std::int32_t first) {
      return degree(first) == degree(node) && std::ranges::equal(row(first), row(node));
    });
  }
  return table.take();
}

Refinement::Refinement(const Neighbourhoods& neighbours)
    : neighbours_(neighbours), entries_(neighbours.source.size()) {}

Colouring Refinement::refined(const Colouring& before) {
  const std::int64_t nodes = neighbours_.node_count();
  ColourTable table(nodes);
  for (std::int32_t node = 0; node < nodes; ++node) {
    const auto begin = static_cast<std::size_t>(neighbours_.offset[static_cast<std::size_t>(node)]);
    const auto end =
        static_cast<std::size_t>(neighbours_.offset[static_cast<std::size_t>(node) + 1]);
    for (std::size_t e = begin; e < end; ++e) {
      const std::int32_t colour = before.colour[static_cast<std::size_t>(neighbours_.source[e])];
      entries_[e] = static_cast<std::uint64_t>(colour) << 32 |
                    static_cast<std::uint32_t>(neighbours_.code[e]);
    }
    sort_entries(entries_.data() + begin, entries_.data() + end);
    const std::int32_t own = before.colour[static_cast<std::size_t>(node)];
    std::uint64_t hash = mixed(static_cast<std::uint64_t>(own) + 1);
    for (std::size_t e = begin; e < end; ++e)
      hash = mixed(hash + 0x9e3779b97f4a7c15U + entries_[e]);
    table.add(node, hash, [&](std::int32_t first) {
      return before.colour[static_cast<std::size_t>(first)] == own &&
             std::ranges::equal(entries(first), entries(node));
    });
  }
  return table.take();
}

}  // namespace aufbau::graphs
