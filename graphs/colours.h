#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace aufbau::graphs {

/// A number for every node of a batch, below `count`: nodes of one number are alike. Numbers are
/// given in the order of the first node that has each.
struct Colouring {
  std::vector<std::int32_t> colour;  ///< [nodes]
  std::vector<std::int32_t> first;   ///< [count], the first node of each colour
  std::int32_t count() const { return static_cast<std::int32_t>(first.size()); }
};

/// Who reads whom in a batch, with the code of each edge and without self loops: node v reads
/// source[e] for offset[v] <= e < offset[v + 1].
struct Neighbourhoods {
  std::span<const std::int32_t> offset, source, code;
  std::int64_t node_count() const { return static_cast<std::int64_t>(offset.size()) - 1; }
};

/// Nodes with the same row of `codes` ([nodes, columns]), and, where `with_degree`, as many
/// neighbours.
Colouring initial_colours(std::span<const std::int32_t> codes, std::int64_t columns,
                          const Neighbourhoods& neighbours, bool with_degree);

/// One round of colour refinement (Weisfeiler and Leman 1968): nodes of one colour whose neighbours
/// have the same colours over the same codes, as often. Colours are compared, not only hashed. What
/// a message-passing layer computes for them is the same.
class Refinement {
 public:
  /// `neighbours` must outlive the object.
  explicit Refinement(const Neighbourhoods& neighbours);
  Colouring refined(const Colouring& before);
  /// After refined(): the entries of a node in the order in which they were compared, so that equal
  /// neighbourhoods are listed alike. Colour of the neighbour before the round, and code.
  std::span<const std::uint64_t> entries(std::int32_t node) const {
    const auto begin = static_cast<std::size_t>(neighbours_.offset[static_cast<std::size_t>(node)]);
    const auto end =
        static_cast<std::size_t>(neighbours_.offset[static_cast<std::size_t>(node) + 1]);
    return std::span(entries_).subspan(begin, end - begin);
  }
  static std::int32_t colour_of(std::uint64_t entry) {
    return static_cast<std::int32_t>(entry >> 32);
  }
  static std::int32_t code_of(std::uint64_t entry) {
    return static_cast<std::int32_t>(entry & 0xffffffffU);
  }

 private:
  Neighbourhoods neighbours_;
  std::vector<std::uint64_t> entries_;
};

}  // namespace aufbau::graphs
