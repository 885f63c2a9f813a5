// Any bytes are a PyTorch file or an Error{input}; what it holds is a published state dict or an
// Error that says why not. What is taken goes out and comes in again unchanged.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "core/error.h"
#include "molecules/molecule.h"
#include "nn/published.h"
#include "store/torch_file.h"
#include "store/torch_zip.h"

namespace {

using namespace aufbau;
using Tensors = std::vector<store::NamedTensor>;

bool have_same_bytes(const Tensor& a, const Tensor& b) {
  const auto bytes = static_cast<std::size_t>(a.size()) * size_of(a.dtype());
  return a.dtype() == b.dtype() && a.shape() == b.shape() &&
         (bytes == 0 || std::memcmp(a.raw(), b.raw(), bytes) == 0);
}

/// Unless the layout has no place for some rows, which is then said.
void go_out_and_come_back(const nn::PublishedModel& imported, nn::PublishedOptions options) {
  options.encoder = imported.model.encoder.type;
  options.prefix.reset();
  options.jk = imported.model.encoder.jk;
  const nn::PublishedStateDict dict = nn::state_dict_of(imported.model);
  const Tensors& before = imported.model.tensors;
  const Tensors after =
      nn::model_from_state_dict(dict.tensors, imported.model.encoder.schema, options, "fuzz")
          .model.tensors;
  if (after.size() != before.size()) std::abort();
  if (!dict.changed.empty()) return;
  for (std::size_t i = 0; i < before.size(); ++i)
    if (after[i].name != before[i].name || !have_same_bytes(after[i].tensor, before[i].tensor))
      std::abort();
}

void map(const Tensors& tensors, const nn::PublishedOptions& options) {
  static const graphs::FeatureSchema schema = molecules::schema_by_name("hu2");
  nn::PublishedModel imported;
  try {
    imported = nn::model_from_state_dict(tensors, schema, options, "fuzz");
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::mismatch && error.kind() != ErrorKind::usage) std::abort();
    return;
  }
  go_out_and_come_back(imported, options);
}

void read(std::string_view bytes) {
  store::TorchFile file;
  try {
    file = store::parse_torch_file(bytes, "fuzz");
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::input) std::abort();
    return;
  }
  for (const auto& [name, tensor] : file.tensors)
    if (static_cast<std::size_t>(tensor.size()) != tensor.to_doubles().size()) std::abort();
  map(file.tensors, {});
  map(file.tensors, {.encoder = "graphsage", .prefix = "gnn.", .jk = "sum"});
}

/// A pickle inside a sound archive, whose checksums a random change would not get past.
std::string archive_around(std::string_view pickle) {
  store::ZipWriter zip("fuzz");
  zip.add("a/data.pkl", pickle);
  zip.add("a/byteorder", "big");
  zip.add("a/data/0", std::string(64, '\1'));
  zip.add("a/version", "3\n");
  return zip.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read(bytes);
  read(archive_around(bytes));
  return 0;
}
