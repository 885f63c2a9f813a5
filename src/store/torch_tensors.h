#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "store/torch_file.h"
#include "store/torch_pickle.h"

namespace aufbau::store {

/// The elements that tensors are cut out of, as a pickle declares them.
struct TorchStorage {
  StorageElement element = StorageElement::f32;
  std::uint64_t count = 0, bytes = 0;  ///< declared; filled in before `content` is
  std::string_view content;            ///< `bytes` bytes, little-endian unless swapped
};
using TorchStorages = std::map<std::string, TorchStorage>;

/// Every storage that the pickle mentions, by key, without content. Two mentions must agree.
TorchStorages storages_of(const Pickle& pickle, const std::string& where);

/// The tensors of a pickled dict (see TorchFile), each checked to lie inside its storage before it
/// is copied. `swap`: the elements are big-endian.
TorchFile tensors_of(const Pickle& pickle, const TorchStorages& storages, bool swap,
                     const std::string& where);

}  // namespace aufbau::store
