#include <nlohmann/json.hpp>

#include "api/guard.h"
#include "aufbau.h"
#include "molecules/molecule.h"
#include "store/hdf5.h"
#include "tensor/cpu/dnnl.h"
#include "tensor/cpu/instruction_set.h"
#include "tensor/device/plugin.h"

namespace aufbau {

namespace {

std::vector<std::string> devices() {
  std::vector<std::string> found = {"cpu"};
  for (const std::string& name : device::names())
    found.push_back("cuda:" + std::to_string(found.size() - 1) + " " + name);
  return found;
}

}  // namespace

std::string version() { return AUFBAU_VERSION; }

std::string version_json() {
  return api::translated("version", [] {
    const ThreadScope all_cores(0);
    const nlohmann::ordered_json json = {
        {"version", AUFBAU_VERSION},           {"compiler", __VERSION__},
        {"rdkit", molecules::rdkit_version()}, {"hdf5", store::hdf5_version()},
        {"onednn", cpu::dnnl_version_text()},  {"instruction_set", cpu::instruction_set()},
        {"threads", thread_count()},           {"devices", devices()}};
    return json.dump();
  });
}

}  // namespace aufbau
