#pragma once
#include <map>
#include <string>
#include <vector>

#include "tensor/tensor.h"

namespace aufbau::testing {

/// A known-answer file: `name` in the folder of the environment variable AUFBAU_REFERENCE, else
/// tests/reference; a path from the root is taken as it is. Everything is read from the file:
/// groups, shapes, attributes. Paths are absolute inside the file.
class ReferenceFile {
 public:
  explicit ReferenceFile(const std::string& name);
  ~ReferenceFile();
  bool has(const std::string& path) const;
  std::vector<std::string> groups(
      const std::string& path) const;  ///< names of child groups, sorted
  std::vector<std::string> datasets(
      const std::string& path) const;  ///< names of child datasets, sorted
  Shape shape(const std::string& path) const;
  std::vector<double> doubles(const std::string& path) const;  ///< any numeric type, row-major
  std::vector<std::int32_t> ints(const std::string& path) const;
  std::vector<std::string> strings(
      const std::string& path) const;  ///< fixed or variable length; null is ""
  double scalar(const std::string& path) const;
  bool has_attribute(const std::string& path, const std::string& name) const;
  double attribute(const std::string& path, const std::string& name) const;
  std::string text_attribute(const std::string& path, const std::string& name) const;
  /// All datasets under `path` (recursively) as f64 tensors by their name below it: a `parameters/`
  /// group.
  std::map<std::string, Tensor> tensors(const std::string& path) const;
  /// A packed group (name, offset, value): name -> flat values.
  std::map<std::string, std::vector<double>> packed(const std::string& path) const;

 private:
  struct State;
  State* state_;
};

}  // namespace aufbau::testing
