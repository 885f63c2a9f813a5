#include "core/plugin.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>

#include "core/error.h"

namespace aufbau {

namespace {

namespace fs = std::filesystem;

fs::path plugin_folder() {
  if (const char* folder = std::getenv("AUFBAU_PLUGINS"); folder != nullptr && *folder != '\0')
    return folder;
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&plugin_folder), &info) == 0 ||
      info.dli_fname == nullptr)
    return {};
  std::error_code unknown;
  const fs::path file = fs::canonical(info.dli_fname, unknown);
  return unknown ? fs::path() : file.parent_path();
}

}  // namespace

const void* load_plugin(const std::string& name, const char* entry, const std::string& remedy) {
  const fs::path folder = plugin_folder();
  const fs::path path = folder / ("libaufbau_" + name + ".so");
  std::error_code unknown;
  if (folder.empty() || !fs::exists(path, unknown))
    fail(ErrorKind::resource, name, path.string(), " is not there; ", remedy,
         ", or set AUFBAU_PLUGINS to the folder that holds it");
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr)
    fail(ErrorKind::resource, name, path.string(), " cannot be loaded (", dlerror(), "); ", remedy);
  using Entry = const void* (*)();
  const auto function = reinterpret_cast<Entry>(dlsym(library, entry));
  if (function == nullptr)
    fail(ErrorKind::resource, name, path.string(), " has no function ", entry,
         ", so it is of another version of this program; ", remedy);
  return function();
}

}  // namespace aufbau
