// The dataset opener on any bytes. What it accepts must keep the promises of a dataset.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/error.h"
#include "store/dataset_file.h"

// HDF5 1.10 does not free everything it had opened when it meets damaged metadata. Files as we
// write them are sealed, and what the seal shows to be damaged never reaches the library; this is
// about the others.
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5"; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const auto content = aufbau::store::parse_dataset(bytes, "fuzz");
    const auto graphs = static_cast<std::size_t>(content.graphs.size());
    const auto& molecules = content.molecules;
    if (content.targets.size() != graphs * content.target_names.size()) std::abort();
    if (!molecules.smiles.empty() && molecules.smiles.size() != graphs) std::abort();
    if (!molecules.scaffold.empty() && molecules.scaffold.size() != graphs) std::abort();
    for (const auto scaffold : molecules.scaffold)
      molecules.scaffold_names.at(static_cast<std::size_t>(scaffold));
    for (std::int64_t i = 0; i < content.graphs.size(); ++i)
      if (!aufbau::graphs::broken_promise(content.graphs[i], content.graphs.schema()).empty())
        std::abort();
  } catch (const aufbau::Error& error) {
    const bool is_expected =
        error.kind() == aufbau::ErrorKind::input || error.kind() == aufbau::ErrorKind::mismatch;
    if (!is_expected) std::abort();
  }
  return 0;
}
