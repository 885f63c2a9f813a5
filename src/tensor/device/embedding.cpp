#include "tensor/device/device_backend.h"

namespace aufbau::device {

void DeviceBackend::embedding_sum(const Tensor& codes, std::span<const Tensor> tables,
                                  Tensor& out) {
  constexpr std::size_t kAtOnce = EmbeddingSum::kTables;
  for (std::size_t first = 0; first < tables.size(); first += kAtOnce) {
    EmbeddingSum body{};
    body.codes = ids(codes) + first;
    body.code_columns = codes.cols();
    for (std::size_t c = first; c < tables.size() && c < first + kAtOnce; ++c) {
      body.table[body.tables] = in(tables[c]);
      body.known[body.tables++] = tables[c].rows();
    }
    body.more = first > 0;
    body.D = out.cols();
    body.out = this->out(out);
    body.flag = faults_ + code_fault;
    run(body, out.rows(), out.cols());
  }
}

void DeviceBackend::embedding_backward(const Tensor& codes, std::int64_t column,
                                       const Tensor& gradient, Tensor& grad_table) {
  EmbeddingPart part{};
  part.codes = ids(codes) + column;
  part.code_columns = codes.cols();
  part.gradient = in(gradient);
  part.rows = gradient.rows();
  sum_tables(part, grad_table);
}

}  // namespace aufbau::device
