#pragma once
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace aufbau {

/// Letters used for shapes everywhere: N nodes or rows, E entries (directed edges), G graphs, D
/// width, T tasks, K classes or codes, S source rows.

enum class DType : std::uint8_t {
  f32,  ///< values
  f64,  ///< values on the CPU, for gradient checks; every loss
  i32,  ///< ids and codes
  i64   ///< counters in saved models only; no kernel takes it
};
std::size_t size_of(DType dtype);
const char* name_of(DType dtype);

struct Device {
  enum class Kind : std::uint8_t { cpu, cuda } kind = Kind::cpu;
  int index = 0;
  bool operator==(const Device&) const = default;
};

using Shape = std::vector<std::int64_t>;
std::string to_string(const Shape& shape);
std::int64_t element_count(const Shape& shape);

class Tensor;

/// How an output came about: its inputs, and what adds this output's gradient to theirs.
struct GradNode {
  std::vector<Tensor> inputs;
  std::function<void(const Tensor& gradient)> backward;
  const char* op = "";
};

/// A value type sharing row-major contiguous storage. Copies are cheap and alias. Rank 0 is a
/// scalar. A default-made Tensor is undefined (`if (tensor)` is false).
class Tensor {
 public:
  Tensor() = default;
  static Tensor empty(Shape shape, DType dtype, Device device = {});
  static Tensor zeros(Shape shape, DType dtype, Device device = {});
  static Tensor full(Shape shape, double value, DType dtype, Device device = {});
  static Tensor from(std::span<const float> values, Shape shape);
  static Tensor from(std::span<const double> values, Shape shape);
  static Tensor from(std::span<const std::int32_t> values, Shape shape);
  static Tensor from(std::span<const std::int64_t> values, Shape shape);

  explicit operator bool() const { return state_ != nullptr; }
  const Shape& shape() const;
  std::int64_t size() const;  ///< number of elements
  std::int64_t rows() const;  ///< first dimension; 1 for a scalar
  std::int64_t cols() const;  ///< product of the other dimensions
  DType dtype() const;
  Device device() const;

  /// Elements on the CPU. Throws Error{internal} on another element type or device.
  template <class T>
  std::span<const T> values() const;
  template <class T>
  std::span<T> mutable_values();
  /// Raw storage on whatever device, for backends.
  const void* raw() const;
  void* mutable_raw();
  /// The one element of a tensor of size 1, from any device.
  double item() const;
  /// All elements as double, from any device and dtype (for files, tests and messages).
  std::vector<double> to_doubles() const;

  Tensor to(Device device) const;  ///< the same tensor when it is already there; no gradient
  Tensor to(DType dtype) const;    ///< converted copy (CPU); no gradient
  Tensor clone() const;            ///< own storage; no gradient
  Tensor host_copy() const;        ///< own storage on the CPU; no gradient
  /// The same tensor elsewhere, for everybody who has it; for leaves. Its gradient is dropped.
  void move_to(Device device);
  /// Copies the values of a tensor of the same shape and type, on any device.
  void assign(const Tensor& from);
  Tensor detach() const;  ///< same storage; no gradient
  /// Same storage, other shape of the same size; the gradient passes through.
  Tensor reshape(Shape shape) const;

  // --- gradients
  bool requires_grad() const;
  Tensor& set_requires_grad(bool on);     ///< for leaves (parameters)
  Tensor grad() const;                    ///< undefined when nothing has arrived
  void set_grad(const Tensor& gradient);  ///< replaces; undefined clears
  void add_grad(
      const Tensor& gradient);  ///< accumulates; the first one may be stored without a copy
  const std::shared_ptr<GradNode>& grad_node() const;
  /// Makes this tensor the recorded output of `node`. No effect inside NoGrad or when no input
  /// needs a gradient.
  void record(const char* op, std::vector<Tensor> inputs,
              std::function<void(const Tensor& gradient)> backward);
  /// The same object, also to autograd?
  bool is(const Tensor& other) const { return state_ == other.state_; }
  /// Nobody else can see these values: a gradient that is no longer needed may be overwritten.
  bool is_sole_owner() const;

 private:
  struct State;
  friend void backward(const Tensor& loss);
  explicit Tensor(std::shared_ptr<State> state) : state_(std::move(state)) {}
  State& state() const;
  std::shared_ptr<State> state_;
};

/// Runs the recorded operations backwards from a scalar: every leaf that requires it gets its
/// gradient added. Recorded intermediate values are freed as it goes; a second backward from the
/// same loss is an error.
void backward(const Tensor& loss);

/// The same tensors on the CPU, as copies unless they are there; without gradients. A device is
/// waited for once. All are on one device.
std::vector<Tensor> on_host(std::span<const Tensor> tensors);

/// No infinity and no NaN among the values (f32 or f64)?
bool all_finite(const Tensor& x);

/// While one lives on a thread, nothing is recorded on that thread.
class NoGrad {
 public:
  NoGrad();
  ~NoGrad();
  NoGrad(const NoGrad&) = delete;
  NoGrad& operator=(const NoGrad&) = delete;
  static bool active();

 private:
  bool before_;
};

}  // namespace aufbau
