#include "tensor/cpu/dnnl.h"

#include <dnnl.hpp>
#include <string>

#include "core/error.h"

namespace aufbau::cpu {

namespace {

[[noreturn]] void fail_product(dnnl_status_t status, std::int64_t m, std::int64_t n,
                               std::int64_t k) {
  if (status == dnnl_out_of_memory)
    fail(ErrorKind::resource, "oneDNN", "out of memory in a product of ", m, " x ", k, " x ", n);
  fail(ErrorKind::internal, "oneDNN", "a product of ", m, " x ", k, " x ", n,
       " failed with status ", static_cast<int>(status));
}

const dnnl::engine& engine() {
  static const dnnl::engine instance(dnnl::engine::kind::cpu, 0);
  return instance;
}

dnnl::memory::desc matrix(std::int64_t rows, std::int64_t columns, dnnl::memory::format_tag order) {
  return {{rows, columns}, dnnl::memory::data_type::f32, order};
}

constexpr auto kRowMajor = dnnl::memory::format_tag::ab,
               kColumnMajor = dnnl::memory::format_tag::ba,
               kLibrarysChoice = dnnl::memory::format_tag::any;

}  // namespace

void gemm(bool transpose_a, bool transpose_b, std::int64_t m, std::int64_t n, std::int64_t k,
          const float* a, std::int64_t lda, const float* b, std::int64_t ldb, float beta, float* c,
          std::int64_t ldc) {
  const dnnl_status_t status = dnnl_sgemm(transpose_a ? 'T' : 'N', transpose_b ? 'T' : 'N', m, n, k,
                                          1.0f, a, lda, b, ldb, beta, c, ldc);
  if (status != dnnl_success) fail_product(status, m, n, k);
}

struct PackedMatrix::State {
  std::int64_t rows, n, k;
  bool has_bias;
  dnnl::memory::desc a, bias, c;
  dnnl::matmul product;
  dnnl::memory packed;
};

PackedMatrix::PackedMatrix(const float* b, bool transposed, std::int64_t rows, std::int64_t n,
                           std::int64_t k, bool has_bias, bool relu)
    : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.rows = rows, s.n = n, s.k = k, s.has_bias = has_bias;
  try {
    s.a = matrix(rows, k, kRowMajor);
    s.bias = matrix(1, n, kRowMajor);
    s.c = matrix(rows, n, kRowMajor);
    dnnl::primitive_attr attributes;
    if (relu) {
      dnnl::post_ops after;
      after.append_eltwise(1.0f, dnnl::algorithm::eltwise_relu, 0.0f, 0.0f);
      attributes.set_post_ops(after);
    }
    const dnnl::memory::desc weights = matrix(k, n, kLibrarysChoice);
    const dnnl::matmul::primitive_desc plan(has_bias ? dnnl::matmul::desc(s.a, weights, s.bias, s.c)
                                                     : dnnl::matmul::desc(s.a, weights, s.c),
                                            attributes, engine());
    s.product = dnnl::matmul(plan);
    s.packed = dnnl::memory(plan.weights_desc(), engine());
    dnnl::memory plain(matrix(k, n, transposed ? kColumnMajor : kRowMajor), engine(),
                       const_cast<float*>(b));
    dnnl::stream stream(engine());
    dnnl::reorder(plain, s.packed).execute(stream, plain, s.packed);
    stream.wait();
  } catch (const dnnl::error& error) {
    fail_product(error.status, rows, n, k);
  }
}

PackedMatrix::~PackedMatrix() = default;

void PackedMatrix::multiply(const float* a, const float* bias, float* c) const {
  const State& s = *state_;
  try {
    dnnl::stream stream(engine());
    const auto view = [](const dnnl::memory::desc& shape, const float* data) {
      return dnnl::memory(shape, engine(), const_cast<float*>(data));
    };
    std::unordered_map<int, dnnl::memory> arguments = {
        {DNNL_ARG_SRC, view(s.a, a)}, {DNNL_ARG_WEIGHTS, s.packed}, {DNNL_ARG_DST, view(s.c, c)}};
    if (s.has_bias) arguments.emplace(DNNL_ARG_BIAS, view(s.bias, bias));
    s.product.execute(stream, arguments);
    stream.wait();
  } catch (const dnnl::error& error) {
    fail_product(error.status, s.rows, s.n, s.k);
  }
}

const char* dnnl_version_text() {
  static const std::string text = [] {
    const dnnl_version_t* version = dnnl_version();
    return std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
           std::to_string(version->patch);
  }();
  return text.c_str();
}

}  // namespace aufbau::cpu
