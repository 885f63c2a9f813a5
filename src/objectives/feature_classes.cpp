#include "objectives/feature_classes.h"

#include <algorithm>
#include <string>

#include "core/error.h"

namespace aufbau::objectives {

namespace {

const std::pair<std::string, std::int32_t>* reserved_entry(const graphs::FeatureColumn& column,
                                                           const std::string& role) {
  for (const auto& entry : column.reserved)
    if (entry.first == role) return &entry;
  return nullptr;
}

}  // namespace

FeatureClasses::FeatureClasses(const graphs::FeatureColumn& column)
    : column_(column), class_of_(static_cast<std::size_t>(column.cardinality)) {
  for (const char* role : {"mask", "self-loop"})
    if (const auto* entry = reserved_entry(column, role))
      class_of_[static_cast<std::size_t>(entry->second)] = -1;
  for (std::int32_t& position : class_of_)
    if (position == 0) position = count_++;
}

std::int32_t FeatureClasses::class_of(std::uint16_t code) const {
  if (code >= class_of_.size() || class_of_[code] < 0)
    fail(ErrorKind::input, "dataset", "column '", column_.name, "' holds code ", code,
         ", expected one of its ", count_, " classes; ingest the data again");
  return class_of_[code];
}

std::vector<std::uint16_t> masked_codes(const std::vector<graphs::FeatureColumn>& columns,
                                        const char* where) {
  std::vector<std::uint16_t> codes;
  for (const graphs::FeatureColumn& column : columns) {
    const auto* mask = reserved_entry(column, "mask");
    if (codes.empty() && mask == nullptr)
      fail(ErrorKind::usage, where, "feature column '", column.name,
           "' has no 'mask' code; choose a feature schema that has one");
    codes.push_back(static_cast<std::uint16_t>(mask ? mask->second : 0));
  }
  return codes;
}

}  // namespace aufbau::objectives
