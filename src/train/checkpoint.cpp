#include "train/checkpoint.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "core/error.h"
#include "core/text.h"
#include "store/atomic_file.h"

namespace aufbau::train {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "step-", kSuffix = ".safetensors";

std::string checkpoint_name(std::int64_t step) {
  return std::string(kPrefix) + std::to_string(step) + std::string(kSuffix);
}

/// The step of a checkpoint's file name; nothing for another file.
std::optional<std::int64_t> step_of(const std::string& name) {
  if (name.size() <= kPrefix.size() + kSuffix.size() || !name.starts_with(kPrefix) ||
      !name.ends_with(kSuffix))
    return std::nullopt;
  const auto step = parse_integer(
      std::string_view(name).substr(kPrefix.size(), name.size() - kPrefix.size() - kSuffix.size()));
  if (!step || *step < 0) return std::nullopt;
  return *step;
}

}  // namespace

CheckpointFolder::CheckpointFolder(std::string folder, int keep)
    : folder_(std::move(folder)), keep_(keep) {
  if (keep_ < 1)
    fail(ErrorKind::usage, "checkpoint", "keep-checkpoints is ", keep_, ", expected at least 1");
  std::error_code problem;
  fs::create_directories(folder_, problem);
  if (problem)
    fail(ErrorKind::resource, "checkpoint", "cannot make the folder ", folder_, ": ",
         problem.message());
  for (const auto& entry : fs::directory_iterator(folder_))
    if (entry.path().filename().string().find(".tmp-") != std::string::npos)
      fs::remove(entry.path(), problem);
}

void CheckpointFolder::save(std::int64_t step, const store::TensorFile& state) const {
  const std::string name = checkpoint_name(step);
  store::write_tensor_file((fs::path(folder_) / name).string(), state);
  store::write_file((fs::path(folder_) / "latest").string(), name + "\n");
  remove_old(step);
}

void CheckpointFolder::remove() const {
  std::error_code ignored;  // a leftover folder costs disk space, not correctness
  fs::remove_all(folder_, ignored);
}

/// Later steps are what a killed process had saved without naming it: they will be written again
/// with the same bytes.
void CheckpointFolder::remove_old(std::int64_t step) const {
  std::vector<std::int64_t> steps;
  for (const auto& entry : fs::directory_iterator(folder_))
    if (const auto found = step_of(entry.path().filename().string()); found && *found <= step)
      steps.push_back(*found);
  std::sort(steps.rbegin(), steps.rend());
  std::error_code ignored;
  for (std::size_t i = static_cast<std::size_t>(keep_); i < steps.size(); ++i)
    fs::remove(fs::path(folder_) / checkpoint_name(steps[i]), ignored);
}

std::optional<store::TensorFile> load_latest_checkpoint(const std::string& folder) {
  const fs::path latest = fs::path(folder) / "latest";
  if (!fs::exists(latest)) return std::nullopt;
  const std::string text = store::read_file(latest.string(), 4096);
  const std::string name(trim(text));
  if (!step_of(name))
    fail(ErrorKind::input, "checkpoint", latest.string(), " says '", name,
         "', expected the name of a checkpoint such as ", checkpoint_name(100));
  return store::read_tensor_file((fs::path(folder) / name).string());
}

}  // namespace aufbau::train
