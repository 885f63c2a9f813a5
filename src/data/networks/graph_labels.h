#pragma once
#include <map>
#include <string>
#include <vector>

#include "data/networks/text_graph.h"

namespace aufbau::data {

/// Labels as targets: of two different ones one column `label`, 1 for the later; of more a column
/// `label=<text>` each, 1 where it is that one. An empty label is missing everywhere.
class LabelTargets {
 public:
  /// Every label that occurs, in any order; empty ones do not count.
  explicit LabelTargets(std::vector<std::string> labels);
  const std::vector<std::string>& names() const { return names_; }
  std::vector<float> values(const std::string& label) const;  ///< [names]

 private:
  std::vector<std::string> labels_, names_;
};

/// Lines `node label`; the first is a header when its label is a word and that of the next line a
/// number. A node that comes twice is refused at its second line.
std::map<std::string, std::string> read_node_labels(const std::string& path,
                                                    const RefuseLine& refuse, std::string& sha256);

}  // namespace aufbau::data
