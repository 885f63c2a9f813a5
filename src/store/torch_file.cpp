#include "store/torch_file.h"

#include <bit>
#include <cstring>

#include "core/error.h"
#include "core/text.h"
#include "store/atomic_file.h"
#include "store/torch_pickle.h"
#include "store/torch_tensors.h"
#include "store/torch_text.h"
#include "store/torch_zip.h"

namespace aufbau::store {
namespace {

static_assert(std::endian::native == std::endian::little,
              "tensor data are read and written as they lie in memory");

constexpr std::string_view kZipMagic = "PK\x03\x04";
/// The first two pickles of a legacy file: a magic number, and 1001, the version of the container.
constexpr char kLegacyMagic[] = "\x80\x02\x8a\x0al\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
constexpr char kLegacyVersion[] = "\x80\x02M\xe9\x03.";
constexpr std::string_view kMagic{kLegacyMagic, sizeof(kLegacyMagic) - 1};
constexpr std::string_view kVersion{kLegacyVersion, sizeof(kLegacyVersion) - 1};
constexpr long long kNewestZipVersion = 10;  ///< kMaxSupportedFileFormatVersion of PyTorch 2

/// The name before '/data.pkl', which stands before all names of the archive.
std::string top_folder(const ZipReader& zip, const std::string& where) {
  constexpr std::string_view kObject = "/data.pkl";
  std::string top;
  for (const auto& name : zip.names()) {
    if (!name.ends_with(kObject) || name.find('/') != name.size() - kObject.size()) continue;
    if (!top.empty()) fail(ErrorKind::input, where, "the archive has two members data.pkl");
    top = name.substr(0, name.size() - kObject.size());
  }
  if (top.empty())
    fail(ErrorKind::input, where,
         "the zip archive has no member data.pkl in one folder; it was not written by torch.save");
  if (zip.has(top + "/constants.pkl"))
    fail(ErrorKind::input, where, "this is a TorchScript program; save its state_dict() instead");
  return top;
}

bool is_big_endian(ZipReader& zip, const std::string& top, const std::string& where) {
  const std::string name = top + "/byteorder";
  if (!zip.has(name)) return false;  // written before PyTorch 2.1, always little-endian
  const auto order = zip.read(name);
  if (order != "little" && order != "big")
    fail(ErrorKind::input, where, "the byte order is ", shown(order), "; little or big is read");
  return order == "big";
}

TorchFile parse_zip(std::string_view bytes, const std::string& where) {
  ZipReader zip(bytes, where);
  const std::string top = top_folder(zip, where);
  const auto version = parse_integer(trim(zip.read(top + "/version").substr(0, 16)));
  if (!version || *version < 1 || *version > kNewestZipVersion)
    fail(ErrorKind::input, where, "the archive has a version ", shown(zip.read(top + "/version")),
         "; 1 to ", kNewestZipVersion, " are read");
  const bool swap = is_big_endian(zip, top, where);

  const std::string object = where + ": " + top + "/data.pkl";
  const auto pickled = zip.read(top + "/data.pkl");
  const Pickle pickle = read_pickle(pickled, 0, object);
  if (pickle.end != pickled.size())
    fail(ErrorKind::input, object, "byte ", pickle.end, ": bytes behind the end of the pickle");
  TorchStorages storages = storages_of(pickle, object);
  for (auto& [key, storage] : storages) {
    const std::string name = top + "/data/" + key;
    if (zip.size_of(name) != storage.bytes)
      fail(ErrorKind::input, where, "member ", shown(name), " has ", zip.size_of(name),
           " bytes; its storage needs ", storage.bytes);
    storage.content = zip.read(name);
  }
  return tensors_of(pickle, storages, swap, object);
}

/// Other byte orders exist on paper only: PyTorch always wrote little-endian data here.
void check_system(const Pickle& pickle, const std::string& where) {
  const PickleValue& root = pickle.at(pickle.root);
  if (root.kind == PickleKind::dict)
    for (std::size_t i = 0; i + 1 < root.items.size(); i += 2) {
      const PickleValue& value = pickle.at(root.items[i + 1]);
      if (pickle.at(root.items[i]).text == "little_endian" && value.kind == PickleKind::boolean &&
          value.integer == 1)
        return;
    }
  fail(ErrorKind::input, where, "byte ", root.offset,
       ": the file does not say that its data are little-endian");
}

/// Reads the data of one storage at `at`; returns where the next one begins.
std::uint64_t read_legacy_storage(std::string_view bytes, std::uint64_t at, std::string_view key,
                                  TorchStorage& storage, const std::string& where) {
  const auto cut = [&] {
    fail(ErrorKind::input, where, "byte ", at, ": storage ", shown(key), " of ", storage.bytes,
         " bytes reaches behind the end of the file; it is truncated");
  };
  std::uint64_t count = 0;
  if (bytes.size() - at < sizeof(count)) cut();
  std::memcpy(&count, bytes.data() + at, sizeof(count));
  if (count != storage.count)
    fail(ErrorKind::input, where, "byte ", at, ": storage ", shown(key), " has ", count,
         " elements; ", storage.count, " were expected");
  at += sizeof(count);
  if (bytes.size() - at < storage.bytes) cut();
  storage.content = bytes.substr(at, storage.bytes);
  return at + storage.bytes;
}

/// Five pickles (magic, version, system, object, keys), then each key's element count and data.
TorchFile parse_legacy(std::string_view bytes, const std::string& where) {
  std::uint64_t at = kMagic.size();
  if (!bytes.substr(at).starts_with(kVersion))
    fail(ErrorKind::input, where, "byte ", at, ": a legacy PyTorch file of version 1001 has ",
         "other bytes here; it is truncated or damaged");
  const Pickle system = read_pickle(bytes, at + kVersion.size(), where);
  check_system(system, where);
  const Pickle object = read_pickle(bytes, system.end, where);
  const Pickle keys = read_pickle(bytes, object.end, where);
  TorchStorages storages = storages_of(object, where);

  const PickleValue& list = keys.at(keys.root);
  if (list.kind != PickleKind::list || list.items.size() != storages.size())
    fail(ErrorKind::input, where, "byte ", object.end, ": a list of ", storages.size(),
         " storage keys was expected");
  at = keys.end;
  for (const PickleId id : list.items) {
    const auto key = keys.at(id).text;
    const auto found = storages.find(std::string(key));
    if (found == storages.end() || found->second.content.data() != nullptr)
      fail(ErrorKind::input, where, "byte ", keys.at(id).offset, ": storage key ", shown(key),
           found == storages.end() ? " belongs to no tensor" : " appears twice");
    at = read_legacy_storage(bytes, at, key, found->second, where);
  }
  if (at != bytes.size())
    fail(ErrorKind::input, where, "byte ", at, ": ", bytes.size() - at,
         " bytes at the end belong to no storage");
  return tensors_of(object, storages, false, where);
}

}  // namespace

const Tensor* TorchFile::find(const std::string& name) const {
  for (const auto& named : tensors)
    if (named.name == name) return &named.tensor;
  return nullptr;
}

TorchFile parse_torch_file(std::string_view bytes, const std::string& where) {
  if (bytes.starts_with(kZipMagic)) return parse_zip(bytes, where);
  if (bytes.starts_with(kMagic)) return parse_legacy(bytes, where);
  fail(ErrorKind::input, where,
       "byte 0: neither a zip archive nor a legacy file of torch.save with pickle protocol 2; it "
       "is truncated or something else");
}

TorchFile read_torch_file(const std::string& path) {
  return parse_torch_file(read_file(path), path);
}

}  // namespace aufbau::store
