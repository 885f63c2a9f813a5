#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aufbau::store {

/// What a pickle of tensors is made of. `tensor` and `storage` stand for what PyTorch would build;
/// nothing is built here.
enum class PickleKind : std::uint8_t {
  none,
  boolean,
  integer,
  real,
  text,
  tuple,
  list,
  dict,      ///< also collections.OrderedDict
  callable,  ///< one of the few names a pickle may mention
  storage,   ///< items: the persistent id ('storage', type, key, location, element count, ...)
  tensor     ///< items: the arguments of torch._utils._rebuild_tensor_v2
};

using PickleId = std::uint32_t;  ///< index into Pickle::values

struct PickleValue {
  PickleKind kind = PickleKind::none;
  std::uint64_t offset = 0;     ///< of the opcode it comes from
  std::int64_t integer = 0;     ///< boolean, integer; callable: which one
  std::string_view text;        ///< text; callable: its name
  std::vector<PickleId> items;  ///< containers; of a dict key, value, key, value ...
};

/// A pickle as values that refer to each other. They may be shared and even contain themselves:
/// whoever walks them must count.
struct Pickle {
  std::vector<PickleValue> values;
  PickleId root = 0;
  std::uint64_t end = 0;  ///< offset behind its last byte
  const PickleValue& at(PickleId id) const { return values[id]; }
};

/// Reads the pickle that begins at byte `begin`, without executing anything: the opcodes that a
/// dict of tensors needs (protocol 2) and no other, no callable but those of the table in
/// torch_pickle.cpp, and these are never called. Values, memo, stack, nesting and bytes are
/// limited. Error{input} names `where`, the byte and the reason. `bytes` must outlive the result.
Pickle read_pickle(std::string_view bytes, std::uint64_t begin, const std::string& where);

/// How the elements of a storage type are stored, and as what they are read.
enum class StorageElement : std::uint8_t { f16, bf16, f32, f64, u8, i8, i16, i32, i64, boolean };
/// The storage type that a `callable` value names; Error{input} when it is none.
StorageElement storage_element(const PickleValue& callable, const std::string& where);

}  // namespace aufbau::store
