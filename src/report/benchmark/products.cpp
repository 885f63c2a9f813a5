#include "report/benchmark/products.h"

#include <string_view>
#include <unordered_set>

namespace aufbau::report {

std::vector<LayerProduct> recorded_products(const std::vector<Tensor>& outputs) {
  std::vector<LayerProduct> products;
  std::unordered_set<const GradNode*> seen;
  std::vector<std::shared_ptr<GradNode>> open;
  const auto enter = [&](const Tensor& tensor) {
    if (tensor && tensor.grad_node() && seen.insert(tensor.grad_node().get()).second)
      open.push_back(tensor.grad_node());
  };
  for (const Tensor& output : outputs) enter(output);
  while (!open.empty()) {
    const std::shared_ptr<GradNode> node = open.back();
    open.pop_back();
    if (std::string_view(node->op) == "linear") {
      const Tensor &x = node->inputs[0], &weight = node->inputs[1];
      products.push_back(
          {x.rows(), x.cols(), weight.rows(), x.requires_grad(), weight.requires_grad()});
    }
    for (const Tensor& input : node->inputs) enter(input);
  }
  return products;
}

double floating_point_operations(const std::vector<LayerProduct>& products, bool with_gradients) {
  double sum = 0;
  for (const LayerProduct& product : products) {
    const int times = 1 + (with_gradients ? product.x_gradient + product.weight_gradient : 0);
    sum += 2.0 * static_cast<double>(product.rows) * static_cast<double>(product.in) *
           static_cast<double>(product.out) * times;
  }
  return sum;
}

std::vector<GemmShape> gemm_shapes(const std::vector<LayerProduct>& products, bool with_gradients) {
  std::vector<GemmShape> shapes;
  // Products are recorded from the loss backwards.
  for (auto p = products.rbegin(); p != products.rend(); ++p)
    shapes.push_back({false, true, p->rows, p->out, p->in});
  if (!with_gradients) return shapes;
  for (const LayerProduct& p : products) {
    if (p.x_gradient) shapes.push_back({false, false, p.rows, p.in, p.out});
    if (p.weight_gradient) shapes.push_back({true, false, p.out, p.in, p.rows});
  }
  return shapes;
}

}  // namespace aufbau::report
