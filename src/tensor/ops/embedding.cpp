#include "tensor/ops.h"
#include "tensor/ops/check.h"

namespace aufbau::ops {

Tensor embedding_sum(const Tensor& codes, std::span<const Tensor> tables) {
  if (tables.empty()) fail(ErrorKind::internal, "embedding_sum", "tables is empty");
  for (std::size_t c = 0; c < tables.size(); ++c) {
    const std::string argument = "tables[" + std::to_string(c) + "]";
    check_values("embedding_sum", argument, tables[c], 2);
    check_like("embedding_sum", argument, tables[c], tables[0],
               {tables[c].rows(), tables[0].cols()});
  }
  const auto columns = static_cast<std::int64_t>(tables.size());
  if (!codes) fail(ErrorKind::internal, "embedding_sum", "codes is undefined");
  check_ids("embedding_sum", "codes", codes, {codes.rows(), columns});
  Tensor out = Tensor::empty({codes.rows(), tables[0].cols()}, tables[0].dtype(), codes.device());
  backend_for(codes.device()).embedding_sum(codes, tables, out);
  const std::vector<Tensor> inputs(tables.begin(), tables.end());
  out.record("embedding_sum", inputs, [codes, inputs](const Tensor& gradient) {
    for (std::size_t c = 0; c < inputs.size(); ++c) {
      Tensor grad_table = gradient_like(inputs[c]);
      if (!grad_table) continue;
      backend_for(codes.device())
          .embedding_backward(codes, static_cast<std::int64_t>(c), gradient, grad_table);
      add_if(inputs[c], grad_table);
    }
  });
  return out;
}

}  // namespace aufbau::ops
