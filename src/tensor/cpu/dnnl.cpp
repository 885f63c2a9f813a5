#include "tensor/cpu/dnnl.h"

#include <algorithm>
#include <dnnl.hpp>
#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <unordered_map>

#include "core/error.h"
#include "core/parallel.h"
#include "tensor/cpu/openmp_threads.h"
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

/// A matrix [k, n], stored transposed or not.
using PackingKey = std::tuple<bool, std::int64_t, std::int64_t>;
struct Packing {
  dnnl::memory::desc plain, packed;
  dnnl::reorder reorder;
};

/// Rows, columns and depth of a product and what follows it: everything that a plan depends on.
using PlanKey = std::tuple<std::int64_t, std::int64_t, std::int64_t, bool, bool>;
struct Plan {
  dnnl::memory::desc a, packed, bias, c, scratch;
  dnnl::matmul product;
};

/// What oneDNN works out once for every key; from any thread.
template <class Key, class Made>
class Memo {
 public:
  template <class Make>
  const Made& get(const Key& key, const Make& make) {
    const std::lock_guard lock(guard_);
    const auto found = made_.find(key);
    return found != made_.end() ? found->second : made_.try_emplace(key, make()).first->second;
  }

 private:
  std::mutex guard_;
  std::map<Key, Made> made_;  // its entries stay where they are
};

/// `weights`: in the library's choice of order, or in that of another plan.
Plan make_plan(const PlanKey& key, const dnnl::memory::desc& weights) {
  const auto& [rows, n, k, has_bias, relu] = key;
  // The library plans for as many threads as OpenMP offers at that moment, and the plan decides the
  // order of summation.
  const OpenMpThreads one(1);
  Plan plan;
  plan.a = matrix(rows, k, kRowMajor);
  plan.bias = matrix(1, n, kRowMajor);
  plan.c = matrix(rows, n, kRowMajor);
  dnnl::primitive_attr attributes;
  // The library's own scratch memory belongs to the primitive, which several threads run at once.
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  if (relu) {
    dnnl::post_ops after;
    after.append_eltwise(1.0f, dnnl::algorithm::eltwise_relu, 0.0f, 0.0f);
    attributes.set_post_ops(after);
  }
  const dnnl::matmul::primitive_desc product(
      has_bias ? dnnl::matmul::desc(plan.a, weights, plan.bias, plan.c)
               : dnnl::matmul::desc(plan.a, weights, plan.c),
      attributes, engine());
  plan.product = dnnl::matmul(product);
  plan.packed = product.weights_desc();
  plan.scratch = product.scratchpad_desc();
  return plan;
}

/// The plan for blocks of so many rows; all plans of one n and k read the same packed matrix.
const Plan& plan_for(std::int64_t rows, std::int64_t n, std::int64_t k, bool has_bias, bool relu) {
  static Memo<PlanKey, Plan> plans;
  const PlanKey whole = {PackedMatrix::kRows, n, k, false, false},
                key = {rows, n, k, has_bias, relu};
  const Plan& first =
      plans.get(whole, [&] { return make_plan(whole, matrix(k, n, kLibrarysChoice)); });
  return key == whole ? first : plans.get(key, [&] { return make_plan(key, first.packed); });
}

const Packing& packing_for(bool transposed, std::int64_t n, std::int64_t k) {
  static Memo<PackingKey, Packing> packings;
  return packings.get({transposed, n, k}, [&] {
    Packing packing;
    packing.plain = matrix(k, n, transposed ? kColumnMajor : kRowMajor);
    packing.packed = plan_for(PackedMatrix::kRows, n, k, false, false).packed;
    packing.reorder = dnnl::reorder(
        dnnl::reorder::primitive_desc(engine(), packing.plain, engine(), packing.packed));
    return packing;
  });
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

Run& run_of_this_thread(const Plan& plan) {
  thread_local std::unordered_map<const Plan*, Run> runs;
  const auto found = runs.find(&plan);
  return found != runs.end() ? found->second : runs.try_emplace(&plan, plan).first->second;
}

/// Fewer rows than a block has are brought to a multiple of this: so many plans at most.
constexpr std::int64_t kRowStep = 16;

}  // namespace

struct PackedMatrix::State {
  Tensor values;
  dnnl::memory packed;  ///< of `values`; made once, since making one clears the padding
  std::int64_t n, k;
  bool has_bias, relu;
  const Plan* whole;  ///< for kRows rows

  void run(const Plan& plan, const float* a, const float* bias, float* c) const {
    Run& run = run_of_this_thread(plan);
    run.a.set_data_handle(const_cast<float*>(a));
    run.c.set_data_handle(c);
    if (bias) run.bias.set_data_handle(const_cast<float*>(bias));
    const dnnl_exec_arg_t arguments[] = {{DNNL_ARG_SRC, run.a.get()},
                                         {DNNL_ARG_WEIGHTS, packed.get()},
                                         {DNNL_ARG_DST, run.c.get()},
                                         {DNNL_ARG_SCRATCHPAD, run.scratch.get()},
                                         {DNNL_ARG_BIAS, run.bias.get()}};
    const dnnl_status_t status =
        dnnl_primitive_execute(plan.product.get(), run.stream.get(), bias ? 5 : 4, arguments);
    if (status != dnnl_success) fail_product(status, kRows, n, k);
    run.stream.wait();
  }
};

PackedMatrix::PackedMatrix(const float* b, bool transposed, std::int64_t n, std::int64_t k,
                           bool has_bias, bool relu)
    : state_(std::make_unique<State>()) {
  const OpenMpThreads all(thread_count());
  try {
    State& s = *state_;
    s.n = n, s.k = k, s.has_bias = has_bias, s.relu = relu;
    s.whole = &plan_for(kRows, n, k, has_bias, relu);
    const Packing& packing = packing_for(transposed, n, k);
    s.values = bytes_for(packing.packed);
    dnnl::stream stream(engine());
    s.packed = view(packing.packed, s.values.raw());
    dnnl::memory plain = view(packing.plain, b);
    packing.reorder.execute(stream, plain, s.packed);
    stream.wait();
  } catch (const dnnl::error& error) {
    fail_product(error.status, kRows, n, k);
  }
}

PackedMatrix::~PackedMatrix() = default;
PackedMatrix::PackedMatrix(PackedMatrix&&) noexcept = default;
PackedMatrix& PackedMatrix::operator=(PackedMatrix&&) noexcept = default;

void PackedMatrix::multiply(const float* a, const float* bias, float* c, std::int64_t rows) const {
  const State& s = *state_;
  try {
    if (rows == kRows) return s.run(*s.whole, a, bias, c);
    const std::int64_t padded = (rows + kRowStep - 1) / kRowStep * kRowStep;
    const Plan& plan = plan_for(padded, s.n, s.k, s.has_bias, s.relu);
    if (rows == padded) return s.run(plan, a, bias, c);
    Tensor from = Tensor::empty({padded, s.k}, DType::f32);
    Tensor to = Tensor::empty({padded, s.n}, DType::f32);
    auto* const values = static_cast<float*>(from.mutable_raw());
    std::copy(a, a + rows * s.k, values);
    std::fill(values + rows * s.k, values + padded * s.k, 0.0f);
    s.run(plan, values, bias, static_cast<float*>(to.mutable_raw()));
    const auto* const products = static_cast<const float*>(to.raw());
    std::copy(products, products + rows * s.n, c);
  } catch (const dnnl::error& error) {
    fail_product(error.status, rows, s.n, s.k);
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
