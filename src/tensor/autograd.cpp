#include <unordered_set>

#include "core/error.h"
#include "tensor/tensor_state.h"

namespace aufbau {

namespace {
thread_local bool recording_is_off = false;
}  // namespace

NoGrad::NoGrad() : before_(recording_is_off) { recording_is_off = true; }
NoGrad::~NoGrad() { recording_is_off = before_; }
bool NoGrad::active() { return recording_is_off; }

bool Tensor::requires_grad() const { return state().requires_grad; }

Tensor& Tensor::set_requires_grad(bool on) {
  if (state().node || state().spent)
    fail(ErrorKind::internal, "autograd", "set_requires_grad is for leaves, this is an output");
  state().requires_grad = on;
  return *this;
}

Tensor Tensor::grad() const { return state().grad; }

void Tensor::set_grad(const Tensor& gradient) {
  state().grad = Tensor();
  if (gradient) add_grad(gradient);
}

bool Tensor::is_sole_owner() const {
  return state_.use_count() == 1 && state().storage.use_count() == 1;
}

void Tensor::add_grad(const Tensor& gradient) {
  if (gradient.shape() != shape() || gradient.dtype() != dtype())
    fail(ErrorKind::internal, "autograd", "a gradient ", to_string(gradient.shape()), " ",
         name_of(gradient.dtype()), " came for a tensor ", to_string(shape()), " ",
         name_of(dtype()));
  Tensor& sum = state().grad;
  if (!sum) {
    sum = gradient;
    return;
  }
  // The first gradient was stored without a copy, so others may still see it.
  Backend& backend = backend_for(device());
  if (sum.is_sole_owner()) {
    backend.add(sum, gradient, sum);
  } else {
    Tensor fresh = Tensor::empty(shape(), dtype(), device());
    backend.add(sum, gradient, fresh);
    sum = fresh;
  }
}

const std::shared_ptr<GradNode>& Tensor::grad_node() const { return state().node; }

void Tensor::record(const char* op, std::vector<Tensor> inputs,
                    std::function<void(const Tensor& gradient)> backward) {
  if (NoGrad::active()) return;
  bool needed = false;
  for (const Tensor& input : inputs) needed = needed || (input && input.requires_grad());
  if (!needed) return;
  state().requires_grad = true;
  state().node = std::make_shared<GradNode>(GradNode{std::move(inputs), std::move(backward), op});
}

void backward(const Tensor& loss) {
  if (loss.size() != 1)
    fail(ErrorKind::internal, "backward", "the loss has shape ", to_string(loss.shape()),
         "; expected a scalar");
  if (!loss.requires_grad())
    fail(ErrorKind::internal, "backward", "nothing was recorded for this loss");

  // Recorded outputs, every input before its output: depth first, without recursion.
  struct Visit {
    Tensor tensor;
    std::size_t next_input = 0;
  };
  std::vector<Tensor> order;
  std::unordered_set<const void*> seen;
  std::vector<Visit> stack;
  const auto enter = [&](const Tensor& tensor) {
    if (!tensor || !tensor.requires_grad() || !seen.insert(tensor.state_.get()).second) return;
    if (tensor.state_->spent)
      fail(ErrorKind::internal, "backward",
           "an earlier backward has already freed this computation; run the forward again");
    if (tensor.grad_node()) stack.push_back({tensor});
  };
  enter(loss);
  while (!stack.empty()) {
    Visit& top = stack.back();
    const auto& inputs = top.tensor.grad_node()->inputs;
    if (top.next_input < inputs.size()) {
      enter(inputs[top.next_input++]);
    } else {
      order.push_back(std::move(top.tensor));
      stack.pop_back();
    }
  }

  const NoGrad no_recording;
  if (loss.grad_node()) {
    loss.state_->grad = Tensor::full(loss.shape(), 1, loss.dtype(), loss.device());
  } else {
    Tensor(loss).add_grad(Tensor::full(loss.shape(), 1, loss.dtype(), loss.device()));
  }
  while (!order.empty()) {
    // Output, record and gradient go out of scope here: memory falls as the walk goes on.
    const Tensor output = std::move(order.back());
    order.pop_back();
    const std::shared_ptr<GradNode> node = std::move(output.state_->node);
    const Tensor gradient = std::move(output.state_->grad);
    output.state_->spent = true;
    if (gradient) node->backward(gradient);
  }
}

}  // namespace aufbau
