#pragma once
#include <cstdint>
#include <vector>

#include "graphs/schema.h"
#include "tensor/tensor.h"

namespace aufbau::objectives {

/// The classes of a feature column that is predicted: its codes in order, without those that no
/// dataset holds because only a program puts them there ("mask", "self-loop"). hu2: 119 classes of
/// elements, 4 of bond types.
class FeatureClasses {
 public:
  explicit FeatureClasses(const graphs::FeatureColumn& column);
  int count() const { return count_; }
  /// Error{input} for a code that is no class: the dataset holds what it must not.
  std::int32_t class_of(std::uint16_t code) const;

 private:
  graphs::FeatureColumn column_;
  std::vector<std::int32_t> class_of_;  // [cardinality], -1: no class
  int count_ = 0;
};

/// What a masked node or edge shows: in every column its "mask" code, or 0 where it has none.
/// Error{usage} when the first column, the one to be predicted, has none; `where` names who wants
/// it.
std::vector<std::uint16_t> masked_codes(const std::vector<graphs::FeatureColumn>& columns,
                                        const char* where);

}  // namespace aufbau::objectives
