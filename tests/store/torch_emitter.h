#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace aufbau::testing {

/// Pieces of pickles (protocol 2) as torch.save writes them, and of files around them: what a test
/// needs to write a PyTorch file, or a wrong one, by hand.
namespace pickle {

inline std::string little_endian(std::uint64_t value, int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i, value >>= 8) bytes += static_cast<char>(value);
  return bytes;
}
inline std::string whole(const std::string& opcodes) { return "\x80\x02" + opcodes + '.'; }
inline std::string text(const std::string& text) {
  return 'X' + little_endian(text.size(), 4) + text;
}
inline std::string integer(std::int64_t value) {
  if (value >= INT32_MIN && value <= INT32_MAX)
    return 'J' + little_endian(static_cast<std::uint64_t>(value), 4);
  return "\x8a\x08" + little_endian(static_cast<std::uint64_t>(value), 8);
}
inline std::string global(const std::string& module, const std::string& name) {
  return 'c' + module + '\n' + name + '\n';
}
inline std::string tuple(const std::string& items) { return '(' + items + 't'; }
inline std::string integers(const std::vector<std::int64_t>& values) {
  std::string items;
  for (const auto value : values) items += integer(value);
  return tuple(items);
}
/// Entries are a key and a value each, one after the other.
inline std::string dict(const std::string& entries) { return "}(" + entries + 'u'; }
inline std::string ordered_dict() { return global("collections", "OrderedDict") + ")R"; }

inline std::string storage(const std::string& type, const std::string& key, std::int64_t count) {
  return tuple(text("storage") + global("torch", type) + text(key) + text("cuda:7") +
               integer(count) + 'N') +
         'Q';
}
inline std::string tensor(const std::string& storage, std::int64_t offset,
                          const std::vector<std::int64_t>& shape,
                          const std::vector<std::int64_t>& strides) {
  return global("torch._utils", "_rebuild_tensor_v2") +
         tuple(storage + integer(offset) + integers(shape) + integers(strides) + '\x89' +
               ordered_dict()) +
         'R';
}

}  // namespace pickle

/// The bytes of numbers as they lie in memory.
template <class T>
std::string bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

/// Data of one storage of a legacy file.
struct LegacyStorage {
  std::string key;
  std::uint64_t count;
  std::string data;
};

/// A legacy file around the opcodes of one object.
inline std::string legacy_file(const std::string& object,
                               const std::vector<LegacyStorage>& storages) {
  using namespace pickle;
  const std::string magic("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10);
  std::string keys, data;
  for (const auto& storage : storages) {
    keys += text(storage.key);
    data += little_endian(storage.count, 8) + storage.data;
  }
  return whole("\x8a\x0a" + magic) + whole("M\xe9\x03") +
         whole(dict(text("protocol_version") + integer(1001) + text("little_endian") + '\x88' +
                    text("type_sizes") + dict(text("int") + integer(4)))) +
         whole(object) + whole("](" + keys + 'e') + data;
}

}  // namespace aufbau::testing
