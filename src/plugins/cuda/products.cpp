#include "plugins/cuda/products.h"

#include <map>
#include <optional>
#include <tuple>

namespace aufbau::cuda {

namespace {

const char* problem_of(cublasStatus_t status) {
  if (status == CUBLAS_STATUS_SUCCESS) return nullptr;
  return problem(std::string("cuBLASLt: ") + cublasLtGetStatusString(status));
}

cublasComputeType_t compute_type(int precision) {
  switch (precision) {
    case kAufbauTf32:
      return CUBLAS_COMPUTE_32F_FAST_TF32;
    case kAufbauBf16:
      return CUBLAS_COMPUTE_32F_FAST_16BF;
    default:
      return CUBLAS_COMPUTE_32F;
  }
}

/// A product as cuBLASLt sees it. It knows matrices by columns, to which ours are their own
/// transposes: c^T [n, m] = b^T a^T, so that its first factor is our second one.
struct Form {
  cublasLtMatmulDescOpaque_t operation;
  cublasLtMatrixLayoutOpaque_t first, second, result;

  const char* make(const AufbauProduct& p, std::int64_t m, std::int64_t k) {
    const auto rows = static_cast<std::uint64_t>(m), depth = static_cast<std::uint64_t>(k);
    const auto width = static_cast<std::uint64_t>(p.n);
    if (const char* what =
            problem_of(cublasLtMatmulDescInit(&operation, compute_type(p.precision), CUDA_R_32F)))
      return what;
    const cublasOperation_t of_first = p.b_transposed ? CUBLAS_OP_T : CUBLAS_OP_N;
    const cublasOperation_t of_second = p.a_transposed ? CUBLAS_OP_T : CUBLAS_OP_N;
    if (const char* what = set(CUBLASLT_MATMUL_DESC_TRANSA, of_first)) return what;
    if (const char* what = set(CUBLASLT_MATMUL_DESC_TRANSB, of_second)) return what;
    if (p.bias != nullptr) {
      const cublasLtEpilogue_t epilogue = CUBLASLT_EPILOGUE_BIAS;
      if (const char* what = set(CUBLASLT_MATMUL_DESC_EPILOGUE, epilogue)) return what;
      if (const char* what = set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, p.bias)) return what;
    }
    const auto layout = [](cublasLtMatrixLayoutOpaque_t& matrix, std::uint64_t down,
                           std::uint64_t across) {
      return problem_of(cublasLtMatrixLayoutInit(&matrix, CUDA_R_32F, down, across,
                                                 static_cast<std::int64_t>(down)));
    };
    if (const char* what =
            p.b_transposed ? layout(first, depth, width) : layout(first, width, depth))
      return what;
    if (const char* what =
            p.a_transposed ? layout(second, rows, depth) : layout(second, depth, rows))
      return what;
    return layout(result, width, rows);
  }

 private:
  template <class T>
  const char* set(cublasLtMatmulDescAttributes_t attribute, const T& value) {
    return problem_of(cublasLtMatmulDescSetAttribute(&operation, attribute, &value, sizeof value));
  }
};

/// The algorithm that cuBLASLt proposes.
const char* propose(const Context& context, Form& form, std::optional<cublasLtMatmulAlgo_t>& out) {
  cublasLtMatmulPreferenceOpaque_t preference;
  if (const char* what = problem_of(cublasLtMatmulPreferenceInit(&preference))) return what;
  const std::size_t workspace = Context::kWorkspace;
  if (const char* what = problem_of(cublasLtMatmulPreferenceSetAttribute(
          &preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &workspace, sizeof workspace)))
    return what;
  // Partial sums in a fixed order, added by a step of their own.
  const std::uint32_t reductions = CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE;
  if (const char* what = problem_of(cublasLtMatmulPreferenceSetAttribute(
          &preference, CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK, &reductions, sizeof reductions)))
    return what;
  cublasLtMatmulHeuristicResult_t found{};
  int count = 0;
  if (const char* what = problem_of(cublasLtMatmulAlgoGetHeuristic(
          context.products, &form.operation, &form.first, &form.second, &form.result, &form.result,
          &preference, 1, &found, &count)))
    return what;
  if (count == 0) return problem("cuBLASLt knows no algorithm for a product of this shape");
  out = found.algo;
  return nullptr;
}

/// Up to eight steps per power of two, so that batches of about the same size share an algorithm.
std::int64_t rounded(std::int64_t extent) {
  std::int64_t step = 8;
  while (step * 16 <= extent) step *= 2;
  return (extent + step - 1) / step * step;
}

/// What an algorithm is chosen for. The number of rows of a batch, which is in no stride, is
/// rounded: it is m of a product forward, k of a weight's gradient.
using Key = std::tuple<int, bool, bool, bool, std::int64_t, std::int64_t, std::int64_t>;

}  // namespace

const char* multiply(Context& context, const AufbauProduct& p) {
  static std::mutex mutex;
  static std::map<std::pair<const Context*, Key>, cublasLtMatmulAlgo_t> algorithms;
  constexpr std::size_t kMost = 4096;

  const std::int64_t m = p.a_transposed ? p.m : rounded(p.m);
  const std::int64_t k = p.a_transposed && !p.b_transposed ? rounded(p.k) : p.k;
  const Key key{p.precision, p.a_transposed, p.b_transposed, p.bias != nullptr, m, p.n, k};

  std::optional<cublasLtMatmulAlgo_t> algorithm;
  {
    const std::lock_guard lock(mutex);
    const auto known = algorithms.find({&context, key});
    if (known != algorithms.end()) algorithm = known->second;
  }
  if (!algorithm) {
    Form about;
    if (const char* what = about.make(p, m, k)) return what;
    if (const char* what = propose(context, about, algorithm)) return what;
    const std::lock_guard lock(mutex);
    if (algorithms.size() == kMost) algorithms.clear();
    algorithms[{&context, key}] = *algorithm;
  }

  Form form;
  if (const char* what = form.make(p, p.m, p.k)) return what;
  const float one = 1, zero = 0;
  const auto run = [&] {
    return cublasLtMatmul(context.products, &form.operation, &one, p.b, &form.first, p.a,
                          &form.second, &zero, p.c, &form.result, p.c, &form.result, &*algorithm,
                          context.workspace, Context::kWorkspace, context.stream);
  };
  const cublasStatus_t status = run();
  const bool does_not_fit =
      status == CUBLAS_STATUS_INVALID_VALUE || status == CUBLAS_STATUS_NOT_SUPPORTED;
  if (!does_not_fit) return problem_of(status);
  // The algorithm for about this shape is not one for exactly this shape.
  if (const char* what = propose(context, form, algorithm)) return what;
  return problem_of(run());
}

}  // namespace aufbau::cuda
