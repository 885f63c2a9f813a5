#include "tensor/cpu/dnnl.h"

#include <omp.h>

#include <dnnl.hpp>
#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <unordered_map>

#include "core/error.h"
#include "tensor/tensor.h"

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

namespace {

/// Sizes of a product and what follows it: everything that a plan depends on.
using PlanKey = std::tuple<bool, std::int64_t, std::int64_t, std::int64_t, bool, bool>;

struct Plan {
  dnnl::memory::desc a, plain, bias, c, packed, scratch;
  dnnl::matmul product;
  dnnl::reorder packing;
};

/// oneDNN plans for as many threads as OpenMP offers at that moment, and the plan decides the order
/// of summation.
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~OneThread() { omp_set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

std::shared_ptr<const Plan> make_plan(const PlanKey& key) {
  const auto& [transposed, rows, n, k, has_bias, relu] = key;
  auto plan = std::make_shared<Plan>();
  plan->a = matrix(rows, k, kRowMajor);
  plan->plain = matrix(k, n, transposed ? kColumnMajor : kRowMajor);
  plan->bias = matrix(1, n, kRowMajor);
  plan->c = matrix(rows, n, kRowMajor);
  const dnnl::memory::desc weights = matrix(k, n, kLibrarysChoice);
  dnnl::primitive_attr attributes;
  // The library's own scratch memory belongs to the primitive, which several threads run at once.
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  if (relu) {
    dnnl::post_ops after;
    after.append_eltwise(1.0f, dnnl::algorithm::eltwise_relu, 0.0f, 0.0f);
    attributes.set_post_ops(after);
  }
  const dnnl::matmul::primitive_desc product(
      has_bias ? dnnl::matmul::desc(plan->a, weights, plan->bias, plan->c)
               : dnnl::matmul::desc(plan->a, weights, plan->c),
      attributes, engine());
  plan->product = dnnl::matmul(product);
  plan->packed = product.weights_desc();
  plan->scratch = product.scratchpad_desc();
  plan->packing =
      dnnl::reorder(dnnl::reorder::primitive_desc(engine(), plan->plain, engine(), plan->packed));
  return plan;
}

std::shared_ptr<const Plan> plan_for(const PlanKey& key) {
  static std::mutex guard;
  static std::map<PlanKey, std::shared_ptr<const Plan>> plans;
  const std::lock_guard lock(guard);
  auto& plan = plans[key];
  if (!plan) plan = make_plan(key);
  return plan;
}

/// Recycled memory.
Tensor bytes_for(const dnnl::memory::desc& what) {
  const auto words = static_cast<std::int64_t>((what.get_size() + 3) / 4);
  return Tensor::empty({words}, DType::f32);
}

dnnl::memory view(const dnnl::memory::desc& shape, const void* data) {
  return {shape, engine(), const_cast<void*>(data)};
}

/// What one thread needs to run a plan again and again without new memory.
struct Run {
  explicit Run(const Plan& plan)
      : a(view(plan.a, nullptr)),
        bias(view(plan.bias, nullptr)),
        c(view(plan.c, nullptr)),
        scratch_bytes(bytes_for(plan.scratch)),
        scratch(view(plan.scratch, scratch_bytes.raw())) {}
  dnnl::stream stream{engine()};
  dnnl::memory a, bias, c;
  Tensor scratch_bytes;
  dnnl::memory scratch;
};

Run& run_of_this_thread(const std::shared_ptr<const Plan>& plan) {
  thread_local std::unordered_map<std::shared_ptr<const Plan>, Run> runs;
  const auto found = runs.find(plan);
  return found != runs.end() ? found->second : runs.try_emplace(plan, *plan).first->second;
}

}  // namespace

struct PackedMatrix::State {
  std::shared_ptr<const Plan> plan;
  Tensor values;
  dnnl::memory packed;  ///< of `values`; made once, since making one clears the padding
  std::int64_t rows, n, k;
};

PackedMatrix::PackedMatrix(const float* b, bool transposed, std::int64_t rows, std::int64_t n,
                           std::int64_t k, bool has_bias, bool relu)
    : state_(std::make_unique<State>()) {
  const OneThread scope;
  try {
    State& s = *state_;
    s.rows = rows, s.n = n, s.k = k;
    s.plan = plan_for({transposed, rows, n, k, has_bias, relu});
    s.values = bytes_for(s.plan->packed);
    dnnl::stream stream(engine());
    s.packed = view(s.plan->packed, s.values.raw());
    dnnl::memory plain = view(s.plan->plain, b);
    s.plan->packing.execute(stream, plain, s.packed);
    stream.wait();
  } catch (const dnnl::error& error) {
    fail_product(error.status, rows, n, k);
  }
}

PackedMatrix::~PackedMatrix() = default;
PackedMatrix::PackedMatrix(PackedMatrix&&) noexcept = default;
PackedMatrix& PackedMatrix::operator=(PackedMatrix&&) noexcept = default;

void PackedMatrix::multiply(const float* a, const float* bias, float* c) const {
  const State& s = *state_;
  try {
    Run& run = run_of_this_thread(s.plan);
    run.a.set_data_handle(const_cast<float*>(a));
    run.c.set_data_handle(c);
    if (bias) run.bias.set_data_handle(const_cast<float*>(bias));
    const dnnl_exec_arg_t arguments[] = {{DNNL_ARG_SRC, run.a.get()},
                                         {DNNL_ARG_WEIGHTS, s.packed.get()},
                                         {DNNL_ARG_DST, run.c.get()},
                                         {DNNL_ARG_SCRATCHPAD, run.scratch.get()},
                                         {DNNL_ARG_BIAS, run.bias.get()}};
    const dnnl_status_t status =
        dnnl_primitive_execute(s.plan->product.get(), run.stream.get(), bias ? 5 : 4, arguments);
    if (status != dnnl_success) fail_product(status, s.rows, s.n, s.k);
    run.stream.wait();
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
