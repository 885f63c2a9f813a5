#include "tensor/tensor.h"

#include <cstring>

#include "core/error.h"
#include "tensor/tensor_state.h"

namespace aufbau {

namespace {

template <class T>
constexpr DType dtype_of() {
  if constexpr (std::is_same_v<T, float>) return DType::f32;
  if constexpr (std::is_same_v<T, double>) return DType::f64;
  if constexpr (std::is_same_v<T, std::int32_t>) return DType::i32;
  if constexpr (std::is_same_v<T, std::int64_t>) return DType::i64;
}

/// Calls body with a value of the element type that `dtype` names.
template <class Body>
void with_type(DType dtype, const Body& body) {
  switch (dtype) {
    case DType::f32:
      return body(float{});
    case DType::f64:
      return body(double{});
    case DType::i32:
      return body(std::int32_t{});
    case DType::i64:
      return body(std::int64_t{});
  }
}

template <class T>
Tensor from_values(std::span<const T> values, Shape shape) {
  if (element_count(shape) != static_cast<std::int64_t>(values.size()))
    fail(ErrorKind::internal, "tensor", values.size(), " values cannot fill shape ",
         to_string(shape));
  Tensor out = Tensor::empty(std::move(shape), dtype_of<T>());
  if (!values.empty()) std::memcpy(out.mutable_raw(), values.data(), values.size_bytes());
  return out;
}

std::size_t byte_count(const Tensor& x) {
  return static_cast<std::size_t>(x.size()) * size_of(x.dtype());
}

}  // namespace

std::size_t size_of(DType dtype) { return dtype == DType::f32 || dtype == DType::i32 ? 4 : 8; }

const char* name_of(DType dtype) {
  constexpr const char* kNames[] = {"f32", "f64", "i32", "i64"};
  return kNames[static_cast<int>(dtype)];
}

std::string to_string(const Shape& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i)
    text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + "]";
}

std::int64_t element_count(const Shape& shape) {
  std::int64_t count = 1;
  for (const std::int64_t extent : shape) {
    if (extent < 0 || __builtin_mul_overflow(count, extent, &count))
      fail(ErrorKind::internal, "tensor", "impossible shape ", to_string(shape));
  }
  return count;
}

Tensor::State& Tensor::state() const {
  if (!state_) fail(ErrorKind::internal, "tensor", "an undefined tensor was used");
  return *state_;
}

Tensor Tensor::empty(Shape shape, DType dtype, Device device) {
  auto state = std::make_shared<State>();
  state->size = element_count(shape);
  state->shape = std::move(shape);
  state->dtype = dtype;
  state->storage =
      std::make_shared<Storage>(device, static_cast<std::size_t>(state->size) * size_of(dtype));
  return Tensor(std::move(state));
}

Tensor Tensor::zeros(Shape shape, DType dtype, Device device) {
  return full(std::move(shape), 0, dtype, device);
}

Tensor Tensor::full(Shape shape, double value, DType dtype, Device device) {
  Tensor out = empty(std::move(shape), dtype, device);
  backend_for(device).fill(out, value);
  return out;
}

Tensor Tensor::from(std::span<const float> values, Shape shape) {
  return from_values(values, std::move(shape));
}
Tensor Tensor::from(std::span<const double> values, Shape shape) {
  return from_values(values, std::move(shape));
}
Tensor Tensor::from(std::span<const std::int32_t> values, Shape shape) {
  return from_values(values, std::move(shape));
}
Tensor Tensor::from(std::span<const std::int64_t> values, Shape shape) {
  return from_values(values, std::move(shape));
}

const Shape& Tensor::shape() const { return state().shape; }
std::int64_t Tensor::size() const { return state().size; }
std::int64_t Tensor::rows() const { return shape().empty() ? 1 : shape().front(); }

std::int64_t Tensor::cols() const {
  std::int64_t count = 1;
  for (std::size_t i = 1; i < shape().size(); ++i) count *= shape()[i];
  return count;
}

DType Tensor::dtype() const { return state().dtype; }
Device Tensor::device() const { return state().storage->device(); }

template <class T>
std::span<const T> Tensor::values() const {
  if (dtype() != dtype_of<T>())
    fail(ErrorKind::internal, "tensor", "elements are ", name_of(dtype()), ", read as ",
         name_of(dtype_of<T>()));
  if (device().kind != Device::Kind::cpu)
    fail(ErrorKind::internal, "tensor", "elements on a device were read from the CPU");
  return {static_cast<const T*>(raw()), static_cast<std::size_t>(size())};
}

template <class T>
std::span<T> Tensor::mutable_values() {
  const std::span<const T> read = values<T>();
  return {const_cast<T*>(read.data()), read.size()};
}

template std::span<const float> Tensor::values() const;
template std::span<const double> Tensor::values() const;
template std::span<const std::int32_t> Tensor::values() const;
template std::span<const std::int64_t> Tensor::values() const;
template std::span<float> Tensor::mutable_values();
template std::span<double> Tensor::mutable_values();
template std::span<std::int32_t> Tensor::mutable_values();
template std::span<std::int64_t> Tensor::mutable_values();

const void* Tensor::raw() const { return state().storage->data(); }
void* Tensor::mutable_raw() { return state().storage->data(); }

double Tensor::item() const {
  if (size() != 1)
    fail(ErrorKind::internal, "tensor", "item() of shape ", to_string(shape()),
         "; expected one element");
  return to_doubles().front();
}

std::vector<double> Tensor::to_doubles() const {
  std::vector<double> out(static_cast<std::size_t>(size()));
  const Tensor here = to(Device{});
  with_type(dtype(), [&](auto zero) {
    const auto read = here.values<decltype(zero)>();
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(read[i]);
  });
  return out;
}

Tensor Tensor::to(Device target) const {
  if (device() == target) return *this;
  if (device().kind != Device::Kind::cpu && target.kind != Device::Kind::cpu)
    return to(Device{}).to(target);
  Tensor out = empty(shape(), dtype(), target);
  if (target.kind == Device::Kind::cpu) {
    const HostCopy copy{out.mutable_raw(), raw(), byte_count(*this)};
    backend_for(device()).to_host({&copy, 1});
  } else {
    backend_for(target).from_host(out.mutable_raw(), raw(), byte_count(*this));
  }
  return out;
}

std::vector<Tensor> on_host(std::span<const Tensor> tensors) {
  std::vector<Tensor> here;
  std::vector<HostCopy> copies;
  for (const Tensor& tensor : tensors) {
    if (tensor.device() == Device{}) {
      here.push_back(tensor.detach());
      continue;
    }
    here.push_back(Tensor::empty(tensor.shape(), tensor.dtype()));
    copies.push_back({here.back().mutable_raw(), tensor.raw(), byte_count(tensor)});
  }
  if (!copies.empty()) backend_for(tensors.front().device()).to_host(copies);
  return here;
}

Tensor Tensor::to(DType target) const {
  Tensor out = empty(shape(), target);
  with_type(dtype(), [&](auto from) {
    with_type(target, [&](auto into) {
      const auto read = values<decltype(from)>();
      const auto write = out.mutable_values<decltype(into)>();
      for (std::size_t i = 0; i < read.size(); ++i) write[i] = static_cast<decltype(into)>(read[i]);
    });
  });
  return out;
}

Tensor Tensor::clone() const {
  Tensor out = empty(shape(), dtype(), device());
  backend_for(device()).copy(*this, out);
  return out;
}

Tensor Tensor::host_copy() const { return device() == Device{} ? clone() : to(Device{}); }

void Tensor::move_to(Device target) {
  if (state().node || state().spent)
    fail(ErrorKind::internal, "tensor", "move_to is for leaves, this is an output");
  state().grad = Tensor();
  state().storage = to(target).state().storage;
}

void Tensor::assign(const Tensor& from) {
  if (from.shape() != shape() || from.dtype() != dtype())
    fail(ErrorKind::internal, "tensor", "values ", to_string(from.shape()), " ",
         name_of(from.dtype()), " cannot become those of a tensor ", to_string(shape()), " ",
         name_of(dtype()));
  const Tensor here = from.to(device());
  backend_for(device()).copy(here, *this);
}

Tensor Tensor::detach() const {
  auto other = std::make_shared<State>();
  other->shape = shape();
  other->size = size();
  other->dtype = dtype();
  other->storage = state().storage;
  return Tensor(std::move(other));
}

Tensor Tensor::reshape(Shape shape) const {
  if (element_count(shape) != size())
    fail(ErrorKind::internal, "reshape", to_string(this->shape()), " cannot become ",
         to_string(shape));
  Tensor out = detach();
  out.state_->shape = std::move(shape);
  out.record("reshape", {*this}, [x = *this](const Tensor& gradient) mutable {
    x.add_grad(gradient.reshape(x.shape()));
  });
  return out;
}

bool all_finite(const Tensor& x) { return backend_for(x.device()).all_finite(x); }

}  // namespace aufbau
