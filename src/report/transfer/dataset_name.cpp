#include "report/transfer/dataset_name.h"

#include <filesystem>

namespace aufbau::report {

std::string name_of(const data::Dataset& dataset) {
  return std::filesystem::path(dataset.path()).stem().string();
}

}  // namespace aufbau::report
