#include <set>

#include "core/error.h"
#include "store/atomic_file.h"
#include "store/torch_file.h"
#include "store/torch_text.h"
#include "store/torch_zip.h"

namespace aufbau::store {
namespace {

const char* storage_name(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return "FloatStorage";
    case DType::f64:
      return "DoubleStorage";
    case DType::i32:
      return "IntStorage";
    case DType::i64:
      return "LongStorage";
  }
  fail(ErrorKind::internal, "torch", "unknown dtype");
}

/// Emits the opcodes of pickle protocol 2 that torch.save uses for a state dict.
class PickleWriter {
 public:
  PickleWriter() {
    bytes_ = "\x80\x02";
    global("collections", "OrderedDict");
    bytes_ += ")R(";  // OrderedDict(), then its entries up to 'u'
  }
  void tensor(const std::string& name, const std::string& key, const Tensor& tensor) {
    text(name);
    global("torch._utils", "_rebuild_tensor_v2");
    bytes_ += "((";
    text("storage");
    global("torch", storage_name(tensor.dtype()));
    text(key);
    text("cpu");
    integer(tensor.size());
    bytes_ += "tQK";  // the persistent id; offset 0
    bytes_ += '\0';
    const Shape& shape = tensor.shape();
    Shape strides(shape.size(), 1);
    for (std::size_t d = shape.size(); d-- > 1;)
      strides[d - 1] = strides[d] * std::max<std::int64_t>(shape[d], 1);
    tuple(shape);
    tuple(strides);
    bytes_ += '\x89';  // requires_grad False, then the hooks: an empty OrderedDict
    global("collections", "OrderedDict");
    bytes_ += ")RtR";
  }
  std::string finish() {
    bytes_ += "u.";
    return std::move(bytes_);
  }

 private:
  void global(const char* module, const char* name) {
    bytes_ += std::string("c") + module + '\n' + name + '\n';
  }
  void little_endian(std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) bytes_ += static_cast<char>(value >> (8 * i));
  }
  void text(const std::string& text) {
    bytes_ += 'X';
    little_endian(text.size(), 4);
    bytes_ += text;
  }
  void integer(std::int64_t value) {
    const bool is_short = value <= INT32_MAX;
    bytes_ += is_short ? "J" : "\x8a\x08";
    little_endian(static_cast<std::uint64_t>(value), is_short ? 4 : 8);
  }
  void tuple(const Shape& values) {
    bytes_ += '(';
    for (const auto value : values) integer(value);
    bytes_ += 't';
  }
  std::string bytes_;
};

}  // namespace

void write_torch_file(const std::string& path, const std::vector<NamedTensor>& tensors) {
  std::set<std::string> names;
  PickleWriter pickle;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const std::string& name = tensors[i].name;
    if (!is_utf8(name)) fail(ErrorKind::input, path, "the name ", shown(name), " is not UTF-8");
    if (!names.insert(name).second)
      fail(ErrorKind::input, path, "the name ", shown(name), " appears twice");
    pickle.tensor(name, std::to_string(i), tensors[i].tensor);
  }
  ZipWriter zip(path);
  zip.add("archive/data.pkl", pickle.finish());
  zip.add("archive/byteorder", "little");
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const Tensor tensor = tensors[i].tensor.to(Device{});
    zip.add("archive/data/" + std::to_string(i),
            {static_cast<const char*>(tensor.raw()),
             static_cast<std::size_t>(tensor.size()) * size_of(tensor.dtype())});
  }
  zip.add("archive/version", "3\n");
  write_file(path, zip.finish());
}

}  // namespace aufbau::store
