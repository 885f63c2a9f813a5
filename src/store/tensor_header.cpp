#include "store/tensor_header.h"

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "core/error.h"

namespace aufbau::store {
namespace {

using nlohmann::json;

constexpr std::pair<const char*, DType> kTypes[] = {
    {"F32", DType::f32}, {"F64", DType::f64}, {"I32", DType::i32}, {"I64", DType::i64}};

/// Follows the text event by event. `inside_` says in which of the few places of the format the
/// next event is.
class HeaderReader : public json::json_sax_t {
 public:
  explicit HeaderReader(std::string where) : where_(std::move(where)) {}
  TensorHeader header;

  bool null() override { refuse("null"); }
  bool boolean(bool) override { refuse("true or false"); }
  bool number_integer(json::number_integer_t value) override {
    refuse("a negative number ", value);
  }
  bool number_float(json::number_float_t, const std::string& text) override {
    refuse("the number ", text);
  }
  bool binary(json::binary_t&) override { refuse("binary data"); }

  bool number_unsigned(json::number_unsigned_t value) override {
    if (inside_ != Inside::shape && inside_ != Inside::offsets) refuse("the number ", value);
    if (value > static_cast<std::uint64_t>(INT64_MAX)) refuse("the number ", value);
    numbers_.push_back(static_cast<std::int64_t>(value));
    return true;
  }

  bool string(std::string& text) override {
    if (inside_ == Inside::metadata) {
      header.metadata[key_] = std::move(text);
    } else if (inside_ == Inside::entry && key_ == "dtype") {
      set_type(text);
    } else {
      refuse("the text '", text, "'");
    }
    return true;
  }

  bool start_object(std::size_t) override {
    if (inside_ == Inside::nothing) {
      inside_ = Inside::file;
    } else if (inside_ == Inside::file && name_ == "__metadata__") {
      inside_ = Inside::metadata;
    } else if (inside_ == Inside::file) {
      inside_ = Inside::entry;
      header.entries.emplace_back().name = name_;
    } else {
      refuse("an object");
    }
    keys_.clear();
    return true;
  }

  bool key(std::string& text) override {
    auto& known = inside_ == Inside::file ? names_ : keys_;
    if (!known.insert(text).second)
      fail(ErrorKind::input, where_, "the name '", text, "' appears twice");
    const bool expected = text == "dtype" || text == "shape" || text == "data_offsets";
    if (inside_ == Inside::entry && !expected)
      fail(ErrorKind::input, where_, "tensor '", name_, "' has an unknown key '", text, "'");
    (inside_ == Inside::file ? name_ : key_) = std::move(text);
    return true;
  }

  bool end_object() override {
    if (inside_ == Inside::entry && keys_.size() != 3)
      fail(ErrorKind::input, where_, "tensor '", name_, "' needs dtype, shape and data_offsets");
    inside_ = inside_ == Inside::file ? Inside::nothing : Inside::file;
    return true;
  }

  bool start_array(std::size_t) override {
    if (inside_ != Inside::entry || key_ == "dtype") refuse("a list");
    inside_ = key_ == "shape" ? Inside::shape : Inside::offsets;
    numbers_.clear();
    return true;
  }

  bool end_array() override {
    TensorEntry& entry = header.entries.back();
    if (inside_ == Inside::shape) {
      entry.shape = std::move(numbers_);
    } else {
      if (numbers_.size() != 2)
        fail(ErrorKind::input, where_, "tensor '", name_, "' needs two data_offsets");
      entry.begin = static_cast<std::uint64_t>(numbers_[0]);
      entry.end = static_cast<std::uint64_t>(numbers_[1]);
    }
    inside_ = Inside::entry;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const json::exception&) override {
    fail(ErrorKind::input, where_, "the header is not JSON (position ", position, ")");
  }

 private:
  enum class Inside { nothing, file, metadata, entry, shape, offsets };

  template <class... Parts>
  [[noreturn]] void refuse(const Parts&... parts) const {
    fail(ErrorKind::input, where_, "unexpected in the header", name_.empty() ? "" : ", at '", name_,
         name_.empty() ? "" : "'", ": ", parts...);
  }

  void set_type(const std::string& text) {
    for (const auto& [name, dtype] : kTypes)
      if (text == name) {
        header.entries.back().dtype = dtype;
        return;
      }
    fail(ErrorKind::input, where_, "tensor '", name_, "' has dtype ", text,
         "; F32, F64, I32 and I64 are read; convert it first");
  }

  std::string where_, name_, key_;
  Inside inside_ = Inside::nothing;
  std::set<std::string> names_, keys_;
  std::vector<std::int64_t> numbers_;
};

std::string quoted(const std::string& text, const std::string& where) {
  try {
    return json(text).dump();
  } catch (const json::exception&) {
    fail(ErrorKind::input, where, "'", text,
         "' is not UTF-8 and cannot be written to a tensor file");
  }
}

}  // namespace

TensorHeader parse_tensor_header(std::string_view text, const std::string& where) {
  HeaderReader reader(where);
  json::sax_parse(text.begin(), text.end(), &reader);
  return std::move(reader.header);
}

std::string format_tensor_header(const TensorHeader& header, const std::string& where) {
  std::string text = "{\"__metadata__\":{";
  const char* separator = "";
  for (const auto& [key, value] : header.metadata) {
    text += separator + quoted(key, where) + ':' + quoted(value, where);
    separator = ",";
  }
  text += '}';
  for (const auto& entry : header.entries) {
    const char* type = "";
    for (const auto& [name, dtype] : kTypes)
      if (entry.dtype == dtype) type = name;
    text += ',' + quoted(entry.name, where) + ":{\"dtype\":\"" + type + "\",\"shape\":[";
    for (std::size_t i = 0; i < entry.shape.size(); ++i)
      text += (i ? "," : "") + std::to_string(entry.shape[i]);
    text += "],\"data_offsets\":[" + std::to_string(entry.begin) + ',' + std::to_string(entry.end) +
            "]}";
  }
  return text + '}';
}

}  // namespace aufbau::store
