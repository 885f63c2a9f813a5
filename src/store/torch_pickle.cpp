#include "store/torch_pickle.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "core/error.h"
#include "store/torch_text.h"

namespace aufbau::store {
namespace {

constexpr std::uint64_t kMostBytes = 64u << 20;  ///< of one pickle
constexpr std::size_t kMostValues = 1u << 20;    ///< also of the stack and of the memo
constexpr std::size_t kDeepestMark = 64;

enum class Role : std::uint8_t { ordered_dict, rebuild_tensor, rebuild_parameter, storage };
struct Callable {
  const char *module, *name;
  Role role;
  StorageElement element = StorageElement::f32;  ///< of a storage type
};
/// Every name a pickle may mention.
constexpr Callable kCallables[] = {
    {"collections", "OrderedDict", Role::ordered_dict},
    {"torch._utils", "_rebuild_tensor_v2", Role::rebuild_tensor},
    {"torch._utils", "_rebuild_parameter", Role::rebuild_parameter},
    {"torch", "HalfStorage", Role::storage, StorageElement::f16},
    {"torch", "BFloat16Storage", Role::storage, StorageElement::bf16},
    {"torch", "FloatStorage", Role::storage, StorageElement::f32},
    {"torch", "DoubleStorage", Role::storage, StorageElement::f64},
    {"torch", "ByteStorage", Role::storage, StorageElement::u8},
    {"torch", "CharStorage", Role::storage, StorageElement::i8},
    {"torch", "ShortStorage", Role::storage, StorageElement::i16},
    {"torch", "IntStorage", Role::storage, StorageElement::i32},
    {"torch", "LongStorage", Role::storage, StorageElement::i64},
    {"torch", "BoolStorage", Role::storage, StorageElement::boolean},
};

/// The opcodes of Python's pickle protocol 2 that plain dicts of tensors are written with.
enum Opcode : unsigned char {
  kMark = '(',
  kStop = '.',
  kBinInt = 'J',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kNone = 'N',
  kBinPersistentId = 'Q',
  kReduce = 'R',
  kBinUnicode = 'X',
  kAppend = 'a',
  kBuild = 'b',
  kGlobal = 'c',
  kAppends = 'e',
  kBinGet = 'h',
  kLongBinGet = 'j',
  kBinPut = 'q',
  kLongBinPut = 'r',
  kSetItem = 's',
  kTuple = 't',
  kSetItems = 'u',
  kBinFloat = 'G',
  kEmptyDict = '}',
  kEmptyList = ']',
  kEmptyTuple = ')',
  kProtocol = 0x80,
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kLong1 = 0x8a
};
constexpr std::uint8_t kProtocolNumber = 2;

class PickleReader {
 public:
  PickleReader(std::string_view bytes, std::uint64_t begin, const std::string& where)
      : bytes_(bytes.substr(0, std::min<std::uint64_t>(bytes.size(), begin + kMostBytes))),
        is_cut_(bytes_.size() < bytes.size()),
        at_(begin),
        where_(where) {}

  Pickle read() {
    opcode_ = at_;
    if (number<std::uint8_t>() != kProtocol) damaged("a pickle was expected here");
    if (const int protocol = number<std::uint8_t>(); protocol != kProtocolNumber)
      damaged("pickle protocol ", protocol, " is not read; save with protocol 2, the default");
    for (;;) {
      opcode_ = at_;
      const auto opcode = number<std::uint8_t>();
      if (opcode == kStop) break;
      step(opcode);
    }
    if (stack_.size() != 1 || !marks_.empty())
      damaged("the pickle ends with ", stack_.size(), " values on its stack instead of one");
    pickle_.root = stack_[0];
    pickle_.end = at_;
    return std::move(pickle_);
  }

 private:
  static constexpr PickleId kUnset = ~PickleId{0};

  template <class... Parts>
  [[noreturn]] void damaged(const Parts&... parts) const {
    fail(ErrorKind::input, where_, "byte ", opcode_, ": ", parts...);
  }

  // --- bytes

  std::string_view take(std::uint64_t count) {
    if (bytes_.size() < at_ || count > bytes_.size() - at_) {
      if (is_cut_) damaged("the pickle has more than ", kMostBytes, " bytes");
      damaged("the pickle goes on for ", count, " bytes where the file ends; it is truncated");
    }
    const auto taken = bytes_.substr(at_, count);
    at_ += count;
    return taken;
  }
  template <class T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }
  std::string_view line() {
    constexpr std::size_t kLongest = 256;
    const auto rest = bytes_.substr(std::min<std::uint64_t>(at_, bytes_.size()), kLongest);
    const auto length = rest.find('\n');
    if (length == std::string_view::npos) damaged("a name has no end");
    return take(length + 1).substr(0, length);
  }

  // --- stack and memo

  PickleId make(PickleKind kind, std::vector<PickleId> items = {}) {
    if (pickle_.values.size() == kMostValues) damaged("more than ", kMostValues, " values");
    PickleValue& value = pickle_.values.emplace_back();
    value.kind = kind;
    value.offset = opcode_;
    value.items = std::move(items);
    return static_cast<PickleId>(pickle_.values.size() - 1);
  }
  void push(PickleId id) {
    if (stack_.size() == kMostValues) damaged("more than ", kMostValues, " values on the stack");
    stack_.push_back(id);
  }
  void push_integer(PickleKind kind, std::int64_t integer) {
    push(make(kind));
    pickle_.values.back().integer = integer;
  }
  /// Values above the last mark are not for those who did not set it.
  std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
  PickleId pop() {
    if (stack_.size() <= floor()) damaged("the stack is empty");
    const PickleId id = stack_.back();
    stack_.pop_back();
    return id;
  }
  PickleValue& top() {
    if (stack_.size() <= floor()) damaged("the stack is empty");
    return pickle_.values[stack_.back()];
  }
  PickleValue& top(PickleKind kind, const char* what) {
    PickleValue& value = top();
    if (value.kind != kind) damaged("this goes into ", what, ", which is not there");
    return value;
  }
  /// All values above the last mark.
  std::vector<PickleId> pop_mark() {
    if (marks_.empty()) damaged("no mark was set");
    const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<PickleId> items(begin, stack_.end());
    stack_.erase(begin, stack_.end());
    marks_.pop_back();
    return items;
  }
  void push_tuple(std::size_t count) {
    std::vector<PickleId> items(count);
    for (std::size_t i = count; i-- > 0;) items[i] = pop();
    push(make(PickleKind::tuple, std::move(items)));
  }
  void memoise(std::uint32_t index) {
    if (index >= kMostValues) damaged("memo entry ", index, "; at most ", kMostValues, " are read");
    top();
    if (memo_.size() <= index) memo_.resize(index + std::size_t{1}, kUnset);
    memo_[index] = stack_.back();
  }
  void recall(std::uint32_t index) {
    if (index >= memo_.size() || memo_[index] == kUnset) damaged("memo entry ", index, " is empty");
    push(memo_[index]);
  }

  // --- opcodes

  void step(std::uint8_t opcode) {
    switch (opcode) {
      case kMark:
        if (marks_.size() == kDeepestMark) damaged("more than ", kDeepestMark, " nested marks");
        return marks_.push_back(stack_.size());
      case kNone:
        return push(make(PickleKind::none));
      case kNewTrue:
      case kNewFalse:
        return push_integer(PickleKind::boolean, opcode == kNewTrue);
      case kBinInt:
        return push_integer(PickleKind::integer, number<std::int32_t>());
      case kBinInt1:
        return push_integer(PickleKind::integer, number<std::uint8_t>());
      case kBinInt2:
        return push_integer(PickleKind::integer, number<std::uint16_t>());
      case kLong1:
        return push_integer(PickleKind::integer, long_integer());
      case kBinFloat:
        take(sizeof(double));  // no tensor is made of loose numbers
        return push(make(PickleKind::real));
      case kBinUnicode: {
        const auto text = take(number<std::uint32_t>());
        push(make(PickleKind::text));
        pickle_.values.back().text = text;
        return;
      }
      case kEmptyDict:
        return push(make(PickleKind::dict));
      case kEmptyList:
        return push(make(PickleKind::list));
      case kEmptyTuple:
        return push(make(PickleKind::tuple));
      case kTuple1:
        return push_tuple(1);
      case kTuple2:
        return push_tuple(2);
      case kTuple3:
        return push_tuple(3);
      case kTuple:
        return push(make(PickleKind::tuple, pop_mark()));
      case kAppend:
        return append({pop()});
      case kAppends:
        return append(pop_mark());
      case kSetItem: {
        const PickleId value = pop();
        const PickleId key = pop();
        return set_items({key, value});
      }
      case kSetItems:
        return set_items(pop_mark());
      case kBinPut:
        return memoise(number<std::uint8_t>());
      case kLongBinPut:
        return memoise(number<std::uint32_t>());
      case kBinGet:
        return recall(number<std::uint8_t>());
      case kLongBinGet:
        return recall(number<std::uint32_t>());
      case kGlobal:
        return mention();
      case kBinPersistentId:
        return refer_to_storage();
      case kReduce:
        return reduce();
      case kBuild:
        return set_attributes();
      default:
        damaged("pickle opcode ", static_cast<int>(opcode),
                " is not used by dicts of tensors and is not read; save the state_dict() alone");
    }
  }

  std::int64_t long_integer() {
    const std::uint8_t count = number<std::uint8_t>();
    if (count > sizeof(std::int64_t)) damaged("a whole number of ", int{count}, " bytes");
    const auto digits = take(count);
    // Two's complement, little-endian: the last byte carries the sign.
    std::int64_t value = count > 0 && (digits.back() & 0x80) ? -1 : 0;
    std::memcpy(&value, digits.data(), count);
    return value;
  }

  void append(const std::vector<PickleId>& items) {
    auto& into = top(PickleKind::list, "a list").items;
    into.insert(into.end(), items.begin(), items.end());
  }

  void set_items(const std::vector<PickleId>& items) {
    auto& into = top(PickleKind::dict, "a dict").items;
    if (items.size() % 2 != 0) damaged("a dict entry has a key but no value");
    into.insert(into.end(), items.begin(), items.end());
  }

  void mention() {
    const auto module = line();
    const auto name = line();
    for (std::size_t i = 0; i < std::size(kCallables); ++i)
      if (module == kCallables[i].module && name == kCallables[i].name) {
        push_integer(PickleKind::callable, static_cast<std::int64_t>(i));
        pickle_.values.back().text = name;
        return;
      }
    damaged("the pickle mentions ", shown(std::string(module) + '.' + std::string(name)),
            ", which a dict of tensors does not need; nothing was executed; save the ",
            "state_dict() alone");
  }

  /// A copy of a list that can only be short, so that recalling a long one costs nothing.
  std::vector<PickleId> few(const std::vector<PickleId>& items, std::size_t least,
                            std::size_t most) const {
    if (items.size() < least || items.size() > most)
      damaged(items.size(), " arguments where ", least, " to ", most, " were expected");
    return items;
  }

  void refer_to_storage() {
    const PickleValue& id = pickle_.at(pop());
    if (id.kind != PickleKind::tuple) damaged("a persistent id that is not a tuple");
    push(make(PickleKind::storage, few(id.items, 5, 6)));
  }

  /// In place of a call: the value that stands for what the call would make.
  void reduce() {
    const PickleId arguments_id = pop();
    const PickleValue& callable = pickle_.at(pop());
    if (callable.kind != PickleKind::callable) damaged("a call of something that is not callable");
    const PickleValue& arguments = pickle_.at(arguments_id);
    if (arguments.kind != PickleKind::tuple) damaged("a call without a tuple of arguments");
    switch (kCallables[callable.integer].role) {
      case Role::ordered_dict:
        if (!arguments.items.empty()) damaged("OrderedDict with arguments is not read");
        return push(make(PickleKind::dict));
      case Role::rebuild_tensor:
        return push(make(PickleKind::tensor, few(arguments.items, 6, 7)));
      case Role::rebuild_parameter: {
        const PickleId tensor = few(arguments.items, 3, 3)[0];
        if (pickle_.at(tensor).kind != PickleKind::tensor) damaged("a parameter without a tensor");
        return push(tensor);
      }
      case Role::storage:
        damaged("a call of ", shown(callable.text), ", which is only named in plain files");
    }
  }

  /// The attributes of a state dict hold module versions, which nothing here depends on.
  void set_attributes() {
    const PickleValue& state = pickle_.at(pop());
    if (state.kind != PickleKind::dict) damaged("attributes that are not a dict");
    top(PickleKind::dict, "a dict");
  }

  std::string_view bytes_;
  bool is_cut_;  ///< the file goes on behind bytes_
  std::uint64_t at_, opcode_ = 0;
  const std::string& where_;
  Pickle pickle_;
  std::vector<PickleId> stack_, memo_;
  std::vector<std::size_t> marks_;
};

}  // namespace

Pickle read_pickle(std::string_view bytes, std::uint64_t begin, const std::string& where) {
  return PickleReader(bytes, begin, where).read();
}

StorageElement storage_element(const PickleValue& callable, const std::string& where) {
  if (callable.kind != PickleKind::callable || kCallables[callable.integer].role != Role::storage)
    fail(ErrorKind::input, where, "byte ", callable.offset, ": a storage type was expected");
  return kCallables[callable.integer].element;
}

}  // namespace aufbau::store
