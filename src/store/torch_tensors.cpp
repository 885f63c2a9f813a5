#include "store/torch_tensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <set>
#include <utility>

#include "core/error.h"
#include "store/torch_text.h"

namespace aufbau::store {
namespace {

constexpr std::size_t kMostTensors = 1u << 16, kMostEntries = 1u << 20, kMostIgnored = 1000;
constexpr std::size_t kDeepestDict = 16, kLongestName = 1024, kHighestRank = 64;
/// Tensors may share storage (tied weights), but not so often that a small file fills the memory.
constexpr std::uint64_t kMostSharing = 4, kFreelyShared = 1u << 16;

float from_half(std::uint16_t bits) {
  const std::uint32_t sign = std::uint32_t{bits & 0x8000u} << 16;
  const std::uint32_t exponent = bits >> 10 & 0x1f, fraction = bits & 0x3ff;
  if (exponent == 0) {  // zero and the numbers below 2^-14, which are multiples of 2^-24
    const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
    return sign ? -magnitude : magnitude;
  }
  const std::uint32_t wide = exponent == 0x1f ? 0xff : exponent + (127 - 15);
  return std::bit_cast<float>(sign | wide << 23 | fraction << 13);
}
float from_bfloat(std::uint16_t bits) { return std::bit_cast<float>(std::uint32_t{bits} << 16); }
std::int32_t from_bool(std::uint8_t byte) { return byte != 0; }
template <class To, class From>
To plain(From value) {
  return value;
}

std::uint64_t bytes_of(StorageElement element) {
  switch (element) {
    case StorageElement::u8:
    case StorageElement::i8:
    case StorageElement::boolean:
      return 1;
    case StorageElement::f16:
    case StorageElement::bf16:
    case StorageElement::i16:
      return 2;
    case StorageElement::f32:
    case StorageElement::i32:
      return 4;
    case StorageElement::f64:
    case StorageElement::i64:
      return 8;
  }
  fail(ErrorKind::internal, "torch", "unknown storage element");
}

/// Where the elements of a tensor lie in its storage, counted in elements.
struct View {
  std::uint64_t offset = 0;
  Shape shape;
  std::vector<std::uint64_t> strides;
  std::uint64_t count = 0;  ///< of elements
};

bool is_contiguous(const View& view) {
  std::uint64_t expected = 1;
  for (std::size_t d = view.shape.size(); d-- > 0;) {
    if (view.shape[d] != 1 && view.strides[d] != expected) return false;
    expected *= static_cast<std::uint64_t>(view.shape[d]);
  }
  return true;
}

/// Calls visit(position in storage) for every element in row-major order.
template <class Visit>
void for_each_position(const View& view, const Visit& visit) {
  std::vector<std::int64_t> index(view.shape.size(), 0);
  std::uint64_t at = view.offset;
  for (std::uint64_t i = 0; i < view.count; ++i) {
    visit(at);
    for (std::size_t d = index.size(); d-- > 0;) {
      at += view.strides[d];
      if (++index[d] < view.shape[d]) break;
      at -= view.strides[d] * static_cast<std::uint64_t>(view.shape[d]);
      index[d] = 0;
    }
  }
}

template <class From, class To, To (*convert)(From)>
Tensor cut_out(const View& view, std::string_view content, bool swap) {
  Tensor tensor = Tensor::empty(view.shape, [] {
    if constexpr (std::is_same_v<To, float>) return DType::f32;
    if constexpr (std::is_same_v<To, double>) return DType::f64;
    if constexpr (std::is_same_v<To, std::int32_t>) return DType::i32;
    if constexpr (std::is_same_v<To, std::int64_t>) return DType::i64;
  }());
  if (view.count == 0) return tensor;
  To* into = tensor.mutable_values<To>().data();
  if (std::is_same_v<From, To> && !swap && is_contiguous(view)) {
    std::memcpy(into, content.data() + view.offset * sizeof(From), view.count * sizeof(From));
    return tensor;
  }
  for_each_position(view, [&](std::uint64_t position) {
    char bytes[sizeof(From)];
    std::memcpy(bytes, content.data() + position * sizeof(From), sizeof(From));
    if (swap) std::reverse(bytes, bytes + sizeof(From));
    From value;
    std::memcpy(&value, bytes, sizeof(From));
    *into++ = convert(value);
  });
  return tensor;
}

Tensor cut_out(const TorchStorage& storage, const View& view, bool swap) {
  const auto content = storage.content;
  switch (storage.element) {
    case StorageElement::f16:
      return cut_out<std::uint16_t, float, from_half>(view, content, swap);
    case StorageElement::bf16:
      return cut_out<std::uint16_t, float, from_bfloat>(view, content, swap);
    case StorageElement::f32:
      return cut_out<float, float, plain>(view, content, swap);
    case StorageElement::f64:
      return cut_out<double, double, plain>(view, content, swap);
    case StorageElement::u8:
      return cut_out<std::uint8_t, std::int32_t, plain>(view, content, swap);
    case StorageElement::i8:
      return cut_out<std::int8_t, std::int32_t, plain>(view, content, swap);
    case StorageElement::i16:
      return cut_out<std::int16_t, std::int32_t, plain>(view, content, swap);
    case StorageElement::i32:
      return cut_out<std::int32_t, std::int32_t, plain>(view, content, swap);
    case StorageElement::i64:
      return cut_out<std::int64_t, std::int64_t, plain>(view, content, swap);
    case StorageElement::boolean:
      return cut_out<std::uint8_t, std::int32_t, from_bool>(view, content, swap);
  }
  fail(ErrorKind::internal, "torch", "unknown storage element");
}

/// Walks the dict and copies its tensors.
class Collector {
 public:
  Collector(const Pickle& pickle, const TorchStorages& storages, bool swap,
            const std::string& where)
      : pickle_(pickle), storages_(storages), swap_(swap), where_(where) {
    for (const auto& [key, storage] : storages_) elements_left_ += storage.count;
    elements_left_ = elements_left_ * kMostSharing + kFreelyShared;
  }

  TorchFile collect() {
    const PickleValue& root = pickle_.at(pickle_.root);
    if (root.kind == PickleKind::tensor)
      damaged(root, "the file holds one tensor without a name; save a dict");
    if (root.kind != PickleKind::dict) damaged(root, "the file does not hold a dict of tensors");
    open(root, "", 1);
    if (file_.tensors.empty()) damaged(root, "the file holds no tensor");
    return std::move(file_);
  }

 private:
  template <class... Parts>
  [[noreturn]] void damaged(const PickleValue& value, const Parts&... parts) const {
    fail(ErrorKind::input, where_, "byte ", value.offset, ": ", parts...);
  }

  void open(const PickleValue& dict, const std::string& prefix, std::size_t depth) {
    if (depth > kDeepestDict) damaged(dict, "more than ", kDeepestDict, " dicts in each other");
    for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
      if (++entries_ > kMostEntries) damaged(dict, "more than ", kMostEntries, " entries");
      const PickleValue& value = pickle_.at(dict.items[i + 1]);
      const std::string name = prefix + key_text(pickle_.at(dict.items[i]));
      if (name.size() > kLongestName)
        damaged(value, "a name of ", name.size(), " bytes; at most ", kLongestName, " are read");
      if (value.kind == PickleKind::dict)
        open(value, name + '.', depth + 1);
      else if (value.kind == PickleKind::tensor)
        add(name, value);
      else if (file_.ignored.size() < kMostIgnored)
        file_.ignored.push_back(name);
    }
  }

  std::string key_text(const PickleValue& key) const {
    if (key.kind == PickleKind::integer) return std::to_string(key.integer);
    if (key.kind != PickleKind::text)
      damaged(key, "a dict key that is neither text nor a whole number");
    if (!is_utf8(key.text)) damaged(key, "the name ", shown(key.text), " is not UTF-8");
    return std::string(key.text);
  }

  void add(const std::string& name, const PickleValue& value) {
    if (!names_.insert(name).second) damaged(value, "the name ", shown(name), " appears twice");
    if (file_.tensors.size() == kMostTensors)
      damaged(value, "more than ", kMostTensors, " tensors");
    const PickleValue& reference = pickle_.at(value.items[0]);
    if (reference.kind != PickleKind::storage)
      damaged(value, "tensor ", shown(name), " has no storage");
    const TorchStorage& storage = storages_.at(std::string(pickle_.at(reference.items[2]).text));
    const View view = view_of(name, value, storage);
    if (view.count > elements_left_)
      damaged(value, "tensor ", shown(name),
              " and those before it share the same storage more than ", kMostSharing,
              " times over");
    elements_left_ -= view.count;
    file_.tensors.push_back({name, cut_out(storage, view, swap_)});
  }

  View view_of(const std::string& name, const PickleValue& value,
               const TorchStorage& storage) const {
    const auto impossible = [&](const auto&... parts) {
      damaged(value, "tensor ", shown(name), " ", parts...);
    };
    const PickleValue& offset = pickle_.at(value.items[1]);
    const PickleValue& size = pickle_.at(value.items[2]);
    const PickleValue& stride = pickle_.at(value.items[3]);
    if (offset.kind != PickleKind::integer || offset.integer < 0)
      impossible("has an impossible storage offset");
    if (size.kind != PickleKind::tuple || stride.kind != PickleKind::tuple ||
        size.items.size() != stride.items.size())
      impossible("needs one stride per dimension");
    if (size.items.size() > kHighestRank)
      impossible("has ", size.items.size(), " dimensions; at most ", kHighestRank, " are read");

    View view{.offset = static_cast<std::uint64_t>(offset.integer), .shape = {}, .strides = {}};
    std::uint64_t count = 1, last = view.offset;
    bool is_empty = false, overflows = false;
    for (std::size_t d = 0; d < size.items.size(); ++d) {
      const PickleValue& extent = pickle_.at(size.items[d]);
      const PickleValue& step = pickle_.at(stride.items[d]);
      if (extent.kind != PickleKind::integer || extent.integer < 0)
        impossible("has an impossible extent in dimension ", d);
      if (step.kind != PickleKind::integer || step.integer < 0)
        impossible("has an impossible stride in dimension ", d);
      view.shape.push_back(extent.integer);
      view.strides.push_back(static_cast<std::uint64_t>(step.integer));
      if (extent.integer == 0) {
        is_empty = true;
        continue;
      }
      std::uint64_t reach = 0;
      overflows |=
          __builtin_mul_overflow(count, static_cast<std::uint64_t>(extent.integer), &count);
      overflows |= __builtin_mul_overflow(static_cast<std::uint64_t>(extent.integer - 1),
                                          view.strides.back(), &reach);
      overflows |= __builtin_add_overflow(last, reach, &last);
    }
    if (overflows || count > static_cast<std::uint64_t>(INT64_MAX) / sizeof(double))
      impossible("has an impossible shape ", to_string(view.shape));
    if (is_empty) return view;
    if (last >= storage.count)
      impossible("of shape ", to_string(view.shape), " reaches element ", last, " of a storage of ",
                 storage.count);
    if (count > storage.count)
      impossible("of shape ", to_string(view.shape),
                 " takes elements more than once: its storage has ", storage.count,
                 "; save a contiguous copy");
    view.count = count;
    return view;
  }

  const Pickle& pickle_;
  const TorchStorages& storages_;
  bool swap_;
  const std::string& where_;
  std::uint64_t elements_left_ = 0;
  std::size_t entries_ = 0;
  std::set<std::string> names_;
  TorchFile file_;
};

}  // namespace

TorchStorages storages_of(const Pickle& pickle, const std::string& where) {
  TorchStorages storages;
  for (const PickleValue& value : pickle.values) {
    if (value.kind != PickleKind::storage) continue;
    const auto damaged = [&](const auto&... parts) {
      fail(ErrorKind::input, where, "byte ", value.offset, ": ", parts...);
    };
    const PickleValue& tag = pickle.at(value.items[0]);
    const PickleValue& key = pickle.at(value.items[2]);
    const PickleValue& count = pickle.at(value.items[4]);
    if (tag.kind != PickleKind::text || tag.text != "storage")
      damaged("a persistent id that is not one of a storage");
    if (key.kind != PickleKind::text || key.text.empty() || key.text.size() > kLongestName)
      damaged("a storage without a key");
    if (pickle.at(value.items[3]).kind != PickleKind::text) damaged("a storage without a location");
    if (value.items.size() == 6 && pickle.at(value.items[5]).kind != PickleKind::none)
      damaged("storage ", shown(key.text), " is a view of another one, which is not read");
    TorchStorage storage{.element = storage_element(pickle.at(value.items[1]), where),
                         .content = {}};
    if (count.kind != PickleKind::integer || count.integer < 0 ||
        __builtin_mul_overflow(static_cast<std::uint64_t>(count.integer), bytes_of(storage.element),
                               &storage.bytes) ||
        storage.bytes > static_cast<std::uint64_t>(INT64_MAX))
      damaged("storage ", shown(key.text), " has an impossible size");
    storage.count = static_cast<std::uint64_t>(count.integer);
    const auto [known, is_new] = storages.emplace(std::string(key.text), storage);
    if (!is_new &&
        (known->second.element != storage.element || known->second.count != storage.count))
      damaged("storage ", shown(key.text), " is mentioned with two types or sizes");
  }
  return storages;
}

TorchFile tensors_of(const Pickle& pickle, const TorchStorages& storages, bool swap,
                     const std::string& where) {
  return Collector(pickle, storages, swap, where).collect();
}

}  // namespace aufbau::store
