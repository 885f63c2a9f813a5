#pragma once
// Names inside a dataset file, shared by its writer and its reader.
#include <string>

#include "graphs/schema.h"
#include "store/hdf5.h"

namespace aufbau::store {

constexpr const char* kDatasetFormat = "aufbau-dataset";
constexpr int kDatasetMajor = 1, kDatasetMinor = 1;
// 1.1: real-valued edge features and centres, both of general graphs.
constexpr const char* kEdgeValues = "/edge_values";
constexpr const char* kCentre = "/graphs/centre";
constexpr const char* kCentreName = "/graphs/centre_name";

/// Texts are stored one after the other: `<group>/bytes`, and `<group>/offset` with one entry more
/// than there are texts.
inline std::string text_bytes(const std::string& group) { return group + "/bytes"; }
inline std::string text_offset(const std::string& group) { return group + "/offset"; }

/// Where the codes of a feature column lie; empty when the name cannot be one inside a file.
inline std::string column_path(const std::string& group, const std::string& name) {
  const bool is_taken = group == "/edges" && (name == "begin" || name == "end");
  const bool is_plain = !name.empty() && name[0] != '.' && name.find('/') == std::string::npos &&
                        name.find('\0') == std::string::npos;
  return is_taken || !is_plain ? "" : group + '/' + name;
}

/// The smallest unsigned type for codes below `cardinality`.
inline Stored smallest_type(std::int32_t cardinality) {
  return cardinality <= 256 ? Stored::u8 : Stored::u16;
}

}  // namespace aufbau::store
