#include "data/networks/graph_labels.h"

#include <algorithm>
#include <limits>

#include "core/error.h"
#include "core/text.h"
#include "data/networks/edge_list.h"

namespace aufbau::data {

LabelTargets::LabelTargets(std::vector<std::string> labels) : labels_(std::move(labels)) {
  std::sort(labels_.begin(), labels_.end());
  labels_.erase(std::unique(labels_.begin(), labels_.end()), labels_.end());
  std::erase(labels_, "");
  sort_node_names(labels_);
  if (labels_.size() == 2) {
    names_ = {"label"};
  } else {
    for (const std::string& label : labels_) names_.push_back("label=" + label);
  }
}

std::vector<float> LabelTargets::values(const std::string& label) const {
  if (label.empty())
    return std::vector<float>(names_.size(), std::numeric_limits<float>::quiet_NaN());
  std::vector<float> values(names_.size(), 0);
  const auto found = std::find(labels_.begin(), labels_.end(), label);
  if (found == labels_.end()) fail(ErrorKind::internal, "labels", "'", label, "' is not known");
  const auto place = static_cast<std::size_t>(found - labels_.begin());
  if (names_.size() == labels_.size()) {
    values[place] = 1;
  } else {
    values[0] = static_cast<float>(place);
  }
  return values;
}

std::map<std::string, std::string> read_node_labels(const std::string& path,
                                                    const RefuseLine& refuse, std::string& sha256) {
  molecules::TextInput input(molecules::open_source(path), path);
  std::map<std::string, std::string> labels;
  const auto add = [&](const TextLine& line) {
    if (line.fields.size() != 2)
      return refuse(line.number, line.text, "bad-target", "expected a node and its label");
    if (!labels.emplace(line.fields[0], line.fields[1]).second)
      refuse(line.number, line.text, "duplicate", "this node has a label already");
  };
  TextLine first, second;
  if (next_fields(input, first, refuse)) {
    const bool has_second = next_fields(input, second, refuse);
    const bool is_header =
        has_second && !parse_number(first.fields.back()) && parse_number(second.fields.back());
    if (!is_header) add(first);
    if (has_second) add(second);
  }
  while (next_fields(input, first, refuse)) add(first);
  if (labels.empty()) fail(ErrorKind::input, path, "no line holds a node and its label");
  sha256 = input.sha256();
  return labels;
}

}  // namespace aufbau::data
