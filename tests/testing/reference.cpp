#include "testing/reference.h"

#include <cstdlib>
#include <stdexcept>

#include "store/hdf5.h"
#include "testing/files.h"

namespace aufbau::testing {
namespace {

std::string folder_path(const std::string& name) {
  if (name.starts_with('/')) return name;
  const char* folder = std::getenv("AUFBAU_REFERENCE");
  return folder && *folder ? std::string(folder) + '/' + name : test_file("reference/" + name);
}

std::string join(const std::string& group, const std::string& name) {
  return group.ends_with('/') ? group + name : group + '/' + name;
}

void collect(const ReferenceFile& file, const std::string& group, const std::string& prefix,
             std::map<std::string, Tensor>& tensors) {
  for (const auto& name : file.datasets(group)) {
    const std::string path = join(group, name);
    tensors[prefix + name] =
        Tensor::from(std::span<const double>(file.doubles(path)), file.shape(path));
  }
  for (const auto& name : file.groups(group))
    collect(file, join(group, name), prefix + name + '/', tensors);
}

}  // namespace

struct ReferenceFile::State {
  store::Hdf5File file;
};

ReferenceFile::ReferenceFile(const std::string& name)
    : state_(new State{store::Hdf5File::open(folder_path(name))}) {}
ReferenceFile::~ReferenceFile() { delete state_; }

bool ReferenceFile::has(const std::string& path) const { return state_->file.has(path); }

std::vector<std::string> ReferenceFile::groups(const std::string& path) const {
  return state_->file.groups(path);
}

std::vector<std::string> ReferenceFile::datasets(const std::string& path) const {
  return state_->file.arrays(path);
}

Shape ReferenceFile::shape(const std::string& path) const { return state_->file.info(path).shape; }

std::vector<double> ReferenceFile::doubles(const std::string& path) const {
  return state_->file.read<double>(path);
}

std::vector<std::int32_t> ReferenceFile::ints(const std::string& path) const {
  return state_->file.read<std::int32_t>(path);
}

std::vector<std::string> ReferenceFile::strings(const std::string& path) const {
  return state_->file.read_strings(path);
}

double ReferenceFile::scalar(const std::string& path) const {
  const auto values = doubles(path);
  if (values.size() != 1) throw std::runtime_error(path + " is not one number");
  return values[0];
}

bool ReferenceFile::has_attribute(const std::string& path, const std::string& name) const {
  return state_->file.has_attribute(path, name);
}

double ReferenceFile::attribute(const std::string& path, const std::string& name) const {
  return state_->file.number_attribute(path, name);
}

std::string ReferenceFile::text_attribute(const std::string& path, const std::string& name) const {
  return state_->file.text_attribute(path, name);
}

std::map<std::string, Tensor> ReferenceFile::tensors(const std::string& path) const {
  std::map<std::string, Tensor> result;
  collect(*this, path, "", result);
  return result;
}

std::map<std::string, std::vector<double>> ReferenceFile::packed(const std::string& path) const {
  const auto names = strings(join(path, "name"));
  const auto offsets = state_->file.read<std::int64_t>(join(path, "offset"));
  const auto values = doubles(join(path, "value"));
  if (offsets.size() != names.size() + 1 || offsets.front() != 0 ||
      offsets.back() != static_cast<std::int64_t>(values.size()))
    throw std::runtime_error(path + " is not a packed group");
  std::map<std::string, std::vector<double>> result;
  for (std::size_t i = 0; i < names.size(); ++i)
    result[names[i]].assign(values.begin() + offsets[i], values.begin() + offsets[i + 1]);
  return result;
}

}  // namespace aufbau::testing
