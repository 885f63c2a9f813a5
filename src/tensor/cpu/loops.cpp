// Compiled once per instruction set (AUFBAU_LEVEL names it). Nothing here may use inline functions
// of other headers: the linker keeps one copy of those, and it could be the one that needs the
// newest machine.
#include "tensor/cpu/loops.h"

namespace aufbau::cpu {

namespace {

using Index = std::int64_t;
using Id = std::int32_t;

#if defined(__AVX512F__)
constexpr int kVectorBytes = 64;
#elif defined(__AVX2__)
constexpr int kVectorBytes = 32;
#else
constexpr int kVectorBytes = 16;
#endif

/// A register full of values, loaded from and stored to any address.
template <class T>
struct PackOf {
  typedef T Type __attribute__((vector_size(kVectorBytes), aligned(alignof(T)), may_alias));
  static constexpr Index kCount = kVectorBytes / static_cast<int>(sizeof(T));
};
template <class T>
using Pack = typename PackOf<T>::Type;
template <class T>
const Pack<T>& pack(const T* at) {
  return *reinterpret_cast<const Pack<T>*>(at);
}
template <class T>
Pack<T>& pack(T* at) {
  return *reinterpret_cast<Pack<T>*>(at);
}

// --- elementwise

template <class T>
void add(const T* a, const T* b, T* out, Index n) {
#pragma omp simd
  for (Index i = 0; i < n; ++i) out[i] = a[i] + b[i];
}

template <class T>
void multiply(const T* a, const T* b, T* out, Index n) {
#pragma omp simd
  for (Index i = 0; i < n; ++i) out[i] = a[i] * b[i];
}

template <class T>
void scale(const T* x, T factor, T* out, Index n) {
#pragma omp simd
  for (Index i = 0; i < n; ++i) out[i] = x[i] * factor;
}

template <class T>
void add_scaled(const T* x, T factor, T* out, Index n) {
#pragma omp simd
  for (Index i = 0; i < n; ++i) out[i] += factor * x[i];
}

// A NaN passes through, so that it is seen where it ends up.
template <class T>
T positive(T value) {
  return value <= 0 ? T{0} : value;
}

template <class T>
void relu(const T* x, T* out, Index n) {
#pragma omp simd
  for (Index i = 0; i < n; ++i) out[i] = positive(x[i]);
}

template <class T>
void relu_backward(const T* gradient, const T* output, T* out, Index n) {
#pragma omp simd
  for (Index i = 0; i < n; ++i) out[i] = output[i] > 0 ? gradient[i] : T{0};
}

float exponential(float x) { return __builtin_expf(x); }
double exponential(double x) { return __builtin_exp(x); }

// The exponential may overflow to infinity: 1 / infinity is the right answer.
template <class T>
void sigmoid(const T* x, T* out, Index n) {
  for (Index i = 0; i < n; ++i) out[i] = 1 / (1 + exponential(-x[i]));
}

template <class T>
void sigmoid_backward(const T* gradient, const T* output, T* out, Index n) {
#pragma omp simd
  for (Index i = 0; i < n; ++i) out[i] = gradient[i] * output[i] * (1 - output[i]);
}

template <class T>
void leaky_relu(const T* x, T slope, T* out, Index n) {
#pragma omp simd
  for (Index i = 0; i < n; ++i) out[i] = x[i] > 0 ? x[i] : slope * x[i];
}

template <class T>
void leaky_relu_backward(const T* gradient, const T* output, T slope, T* out, Index n) {
#pragma omp simd
  for (Index i = 0; i < n; ++i) out[i] = output[i] > 0 ? gradient[i] : slope * gradient[i];
}

template <class T>
struct BitsOf;
template <>
struct BitsOf<float> {
  typedef std::uint32_t Type __attribute__((may_alias));
  static constexpr std::uint32_t kInfinity = 0x7f800000u;
};
template <>
struct BitsOf<double> {
  typedef std::uint64_t Type __attribute__((may_alias));
  static constexpr std::uint64_t kInfinity = 0x7ff0000000000000u;
};

template <class T>
bool all_finite(const T* x, Index n) {
  const auto* bits = reinterpret_cast<const typename BitsOf<T>::Type*>(x);
  constexpr auto kInfinity = BitsOf<T>::kInfinity;
  Index bad = 0;
#pragma omp simd reduction(+ : bad)
  for (Index i = 0; i < n; ++i) bad += (bits[i] & kInfinity) == kInfinity;
  return bad == 0;
}

// --- dense

template <class T>
void bias_relu(T* out, const T* bias, bool use_relu, Index rows, Index D) {
  for (Index r = 0; r < rows; ++r, out += D) {
    if (bias) add(out, bias, out, D);
    if (use_relu) relu(out, out, D);
  }
}

/// Calls body(first row, Count<how many>) for groups of `Rows` rows, then for the rest one by one:
/// column sums are loaded and stored once per group.
template <Index n>
struct Count {
  static constexpr Index value = n;
};
template <Index Rows, class Body>
inline __attribute__((always_inline)) void for_groups(Index rows, const Body& body) {
  Index r = 0;
  for (; r + Rows <= rows; r += Rows) body(r, Count<Rows>{});
  for (; r < rows; ++r) body(r, Count<1>{});
}

/// sum += column sums. With an output, gradients are masked on the way. The rows of a group are
/// added up first: a long sum of terms that nearly cancel, as those of a bias before a BatchNorm,
/// keeps more of its digits.
template <bool kMasks, class T>
inline __attribute__((always_inline)) void add_column_sums(T* gradient, const T* output, T* sum,
                                                           Index rows, Index D) {
  for_groups<8>(rows, [=](Index r, auto count) {
    T* g = gradient + r * D;
    const T* out = kMasks ? output + r * D : nullptr;
#pragma omp simd
    for (Index d = 0; d < D; ++d) {
      T s = 0;
      for (Index k = 0; k < count.value; ++k) {
        if constexpr (kMasks) g[k * D + d] = out[k * D + d] > 0 ? g[k * D + d] : T{0};
        s += g[k * D + d];
      }
      sum[d] += s;
    }
  });
}

template <class T>
void mask_and_sum(T* gradient, const T* output, T* sum, Index rows, Index D) {
  if (output && sum)
    add_column_sums<true>(gradient, output, sum, rows, D);
  else if (sum)
    add_column_sums<false>(gradient, output, sum, rows, D);
  else if (output)
    relu_backward(gradient, output, gradient, rows * D);
}

template <class T>
double dot(const T* a, const T* b, Index n) {
  double sum = 0;
#pragma omp simd reduction(+ : sum)
  for (Index i = 0; i < n; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

template <class T>
void multiply_add(const T* a, Index a_row, Index a_step, const T* b, T* c, Index m, Index depth,
                  Index width) {
  // Tiles of b stay in the first-level cache while all rows pass over them.
  constexpr Index kDepth = 16, kWidth = 128;
  for (Index j0 = 0; j0 < width; j0 += kWidth) {
    const Index columns = width - j0 < kWidth ? width - j0 : kWidth;
    for (Index k0 = 0; k0 < depth; k0 += kDepth) {
      const Index k1 = depth - k0 < kDepth ? depth : k0 + kDepth;
      for (Index i = 0; i < m; ++i) {
        T* row = c + i * width + j0;
        for (Index k = k0; k < k1; ++k) {
          const T factor = a[i * a_row + k * a_step];
          const T* from = b + k * width + j0;
#pragma omp simd
          for (Index j = 0; j < columns; ++j) row[j] += factor * from[j];
        }
      }
    }
  }
}

// --- tables and segments

/// out[d] = sum over terms of term(i, d), for all columns, with the sums kept in registers. The
/// last registers may overlap the ones before: the same columns are then computed twice, with the
/// same result.
template <class T, class Term>
inline __attribute__((always_inline)) void sum_terms(Index begin, Index end, Index D, T* out,
                                                     const Term& term) {
  constexpr Index W = PackOf<T>::kCount;
  Index d = 0;
  for (; d + 4 * W <= D; d += 4 * W) {
    Pack<T> s0{}, s1{}, s2{}, s3{};
    for (Index i = begin; i < end; ++i) {
      s0 += term(i, d);
      s1 += term(i, d + W);
      s2 += term(i, d + 2 * W);
      s3 += term(i, d + 3 * W);
    }
    pack(out + d) = s0;
    pack(out + d + W) = s1;
    pack(out + d + 2 * W) = s2;
    pack(out + d + 3 * W) = s3;
  }
  while (d < D) {
    const Index at = d + W <= D ? d : D - W;
    Pack<T> s{};
    for (Index i = begin; i < end; ++i) s += term(i, at);
    pack(out + at) = s;
    d = at + W;
  }
}

template <class T>
void sum_rows(const T* x, const Id* offset, const Id* index, Index begin, Index end, Index D,
              T* out) {
  for (Index r = begin; r < end; ++r) {
    T* row = out + r * D;
    if (D >= PackOf<T>::kCount) {
      sum_terms(offset[r], offset[r + 1], D, row,
                [&](Index e, Index d) { return pack(x + index[e] * D + d); });
      continue;
    }
    for (Index d = 0; d < D; ++d) {
      T sum = 0;
      for (Index e = offset[r]; e < offset[r + 1]; ++e) sum += x[index[e] * D + d];
      row[d] = sum;
    }
  }
}

template <class T>
void aggregate(const T* x, const T* table, const Id* offset, const Id* source, const Id* code,
               Index begin, Index end, Index D, T* out) {
  for (Index r = begin; r < end; ++r) {
    T* row = out + r * D;
    if (D >= PackOf<T>::kCount) {
      sum_terms(offset[r], offset[r + 1], D, row, [&](Index e, Index d) {
        return pack(x + source[e] * D + d) + pack(table + code[e] * D + d);
      });
      continue;
    }
    for (Index d = 0; d < D; ++d) {
      T sum = 0;
      for (Index e = offset[r]; e < offset[r + 1]; ++e)
        sum += x[source[e] * D + d] + table[code[e] * D + d];
      row[d] = sum;
    }
  }
}

template <class T>
void weighted_aggregate(const T* x, const T* table, const T* weight, const Id* offset,
                        const Id* source, const Id* code, Index begin, Index end, Index H, Index D,
                        T factor, T* out) {
  // One sum over pairs of entry and head: pair i is head i % H of entry i / H.
  const auto from = [=](Index i) { return x + (source[i / H] * H + i % H) * D; };
  const auto edge = [=](Index i) { return table + (code[i / H] * H + i % H) * D; };
  for (Index r = begin; r < end; ++r) {
    T* row = out + r * D;
    const Index first = offset[r] * H, last = offset[r + 1] * H;
    if (D >= PackOf<T>::kCount) {
      if (table)
        sum_terms(first, last, D, row, [&](Index i, Index d) {
          return factor * weight[i] * (pack(from(i) + d) + pack(edge(i) + d));
        });
      else
        sum_terms(first, last, D, row,
                  [&](Index i, Index d) { return factor * weight[i] * pack(from(i) + d); });
      continue;
    }
    for (Index d = 0; d < D; ++d) {
      T sum = 0;
      for (Index i = first; i < last; ++i)
        sum += factor * weight[i] * (from(i)[d] + (table ? edge(i)[d] : T{0}));
      row[d] = sum;
    }
  }
}

template <class T>
void weighted_readers(const T* gradient, const T* weight, const Id* reverse_offset,
                      const Id* reverse_row, const Id* reverse_entry, Index begin, Index end,
                      Index H, Index D, T factor, T* out) {
  for (Index s = begin; s < end; ++s) {
    const Index first = reverse_offset[s], last = reverse_offset[s + 1];
    for (Index h = 0; h < H; ++h) {
      T* row = out + (s * H + h) * D;
      const auto share = [=](Index i) { return factor * weight[reverse_entry[i] * H + h]; };
      if (D >= PackOf<T>::kCount) {
        sum_terms(first, last, D, row, [&](Index i, Index d) {
          return share(i) * pack(gradient + reverse_row[i] * D + d);
        });
        continue;
      }
      for (Index d = 0; d < D; ++d) {
        T sum = 0;
        for (Index i = first; i < last; ++i) sum += share(i) * gradient[reverse_row[i] * D + d];
        row[d] = sum;
      }
    }
  }
}

template <class T>
void embedding_sum(const Id* codes, const T* const* tables, Index table_count, Index begin,
                   Index end, Index D, T* out) {
  for (Index r = begin; r < end; ++r) {
    T* row = out + r * D;
    const Id* code = codes + r * table_count;
    if (D >= PackOf<T>::kCount) {
      sum_terms(0, table_count, D, row,
                [&](Index c, Index d) { return pack(tables[c] + code[c] * D + d); });
      continue;
    }
    for (Index d = 0; d < D; ++d) {
      T sum = 0;
      for (Index c = 0; c < table_count; ++c) sum += tables[c][code[c] * D + d];
      row[d] = sum;
    }
  }
}

template <class T>
void code_sums(const T* gradient, const Id* offset, const Id* code, Index begin, Index end, Index D,
               T* table) {
  for (Index r = begin; r < end; ++r)
    for (Index e = offset[r]; e < offset[r + 1]; ++e)
      add(table + code[e] * D, gradient + r * D, table + code[e] * D, D);
}

template <class T>
void max_rows(const T* x, const Id* offset, const Id* source, Index begin, Index end, Index D,
              T* out, Id* winner) {
  for (Index r = begin; r < end; ++r) {
    T* best = out + r * D;
    Id* entry = winner + r * D;
    for (Index d = 0; d < D; ++d) best[d] = 0, entry[d] = -1;
    for (Id e = offset[r]; e < offset[r + 1]; ++e) {
      const T* from = x + source[e] * D;
      const bool first = e == offset[r];
#pragma omp simd
      for (Index d = 0; d < D; ++d) {
        // A NaN wins, so that it is seen where it ends up.
        const bool wins = first || from[d] > best[d] || from[d] != from[d];
        best[d] = wins ? from[d] : best[d];
        entry[d] = wins ? e : entry[d];
      }
    }
  }
}

// --- normalisation

template <class T>
void moments(const T* x, const T* m, Index rows, Index D, double* sum, double* squares) {
  for_groups<4>(rows, [=](Index r, auto count) {
    const T* row = x + r * D;
    double weight[count.value];
    for (Index k = 0; k < count.value; ++k) weight[k] = m ? static_cast<double>(m[r + k]) : 1;
#pragma omp simd
    for (Index d = 0; d < D; ++d) {
      double s = 0, q = 0;
      for (Index k = 0; k < count.value; ++k) {
        const double apart = static_cast<double>(row[k * D + d]) - static_cast<double>(x[d]);
        s += weight[k] * apart, q += weight[k] * apart * apart;
      }
      sum[d] += s, squares[d] += q;
    }
  });
}

template <class T>
void normalize(const T* x, const T* mean, const T* slope, const T* bias, bool use_relu, Index rows,
               Index D, T* out) {
  for (Index r = 0; r < rows; ++r, x += D, out += D) {
    if (use_relu) {
#pragma omp simd
      for (Index d = 0; d < D; ++d) out[d] = positive((x[d] - mean[d]) * slope[d] + bias[d]);
    } else {
#pragma omp simd
      for (Index d = 0; d < D; ++d) out[d] = (x[d] - mean[d]) * slope[d] + bias[d];
    }
  }
}

template <bool kRelu, class T>
inline __attribute__((always_inline)) void add_normalize_sums(const T* gradient, const T* x,
                                                              const T* mean, const T* slope,
                                                              const T* bias, Index rows, Index D,
                                                              double* sum, double* product) {
  for_groups<4>(rows, [=](Index r, auto count) {
    const T *row = x + r * D, *of_row = gradient + r * D;
#pragma omp simd
    for (Index d = 0; d < D; ++d) {
      double s = 0, p = 0;
      for (Index k = 0; k < count.value; ++k) {
        const T centred = row[k * D + d] - mean[d];
        const bool passes = !kRelu || centred * slope[d] + bias[d] > 0;
        const T g = passes ? of_row[k * D + d] : T{0};
        s += g, p += static_cast<double>(g) * static_cast<double>(centred);
      }
      sum[d] += s, product[d] += p;
    }
  });
}

template <class T>
void normalize_sums(const T* gradient, const T* x, const T* mean, const T* slope, const T* bias,
                    bool use_relu, Index rows, Index D, double* sum, double* product) {
  if (use_relu)
    add_normalize_sums<true>(gradient, x, mean, slope, bias, rows, D, sum, product);
  else
    add_normalize_sums<false>(gradient, x, mean, slope, bias, rows, D, sum, product);
}

template <class T>
void normalize_backward(const T* gradient, const T* x, const T* m, const T* mean, const T* slope,
                        const T* bias, bool use_relu, const T* constant, const T* linear,
                        Index rows, Index D, T* out) {
  for (Index r = 0; r < rows; ++r, x += D, gradient += D, out += D) {
    const T weight = m ? m[r] : T{1};
#pragma omp simd
    for (Index d = 0; d < D; ++d) {
      const T centred = x[d] - mean[d];
      const bool passes = !use_relu || centred * slope[d] + bias[d] > 0;
      const T g = passes ? gradient[d] : T{0};
      out[d] = g * slope[d] - weight * (constant[d] + centred * linear[d]);
    }
  }
}

// --- noise

template <class T>
void dropout(const T* x, const std::uint32_t* counter, const std::uint32_t* key,
             std::uint32_t limit, T factor, Index first, Index n, T* out) {
  constexpr int kLanes = 16;  // counters of Philox4x32-10 (core/random.cpp) at once
  for (Index start = 0; start < n; start += 4 * kLanes) {
    std::uint32_t draws[4 * kLanes];
#pragma omp simd
    for (int lane = 0; lane < kLanes; ++lane) {
      std::uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2];
      std::uint32_t c3 = static_cast<std::uint32_t>(first + start / 4) + lane;
      std::uint32_t k0 = key[0], k1 = key[1];
      for (int round = 0; round < 10; ++round) {
        const std::uint64_t a = std::uint64_t{0xD2511F53u} * c0;
        const std::uint64_t b = std::uint64_t{0xCD9E8D57u} * c2;
        c0 = static_cast<std::uint32_t>(b >> 32) ^ c1 ^ k0;
        c2 = static_cast<std::uint32_t>(a >> 32) ^ c3 ^ k1;
        c1 = static_cast<std::uint32_t>(b);
        c3 = static_cast<std::uint32_t>(a);
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
      }
      draws[4 * lane] = c0, draws[4 * lane + 1] = c1;
      draws[4 * lane + 2] = c2, draws[4 * lane + 3] = c3;
    }
    const Index count = n - start < 4 * kLanes ? n - start : 4 * kLanes;
#pragma omp simd
    for (Index i = 0; i < count; ++i)
      out[start + i] = draws[i] <= limit ? T{0} : x[start + i] * factor;
  }
}

// --- optimizer

float root(float x) { return __builtin_sqrtf(x); }
double root(double x) { return __builtin_sqrt(x); }

template <class T>
void adam(const formulas::Adam<T>& c, const T* gradient, T* m, T* v, T* p, Index n) {
#pragma omp simd
  for (Index i = 0; i < n; ++i) {
    const T g = gradient[i] * c.clip + c.decay * p[i];
    m[i] = c.beta1 * m[i] + c.rest1 * g;
    v[i] = c.beta2 * v[i] + c.rest2 * (g * g);
    p[i] -= c.rate * (m[i] / (root(v[i]) / c.root + c.eps));
  }
}

// --- measuring

template <class T>
double multiply_add_chain(Index steps, T* result) {
  // Ten independent chains hide the latency of two units of four to five cycles each.
  constexpr int kChains = 10;
  Pack<T> sums[kChains];
  for (int c = 0; c < kChains; ++c) sums[c] = Pack<T>{} + static_cast<T>(c);
  const Pack<T> factor = Pack<T>{} + *result + static_cast<T>(0.5);
  for (Index step = 0; step < steps; ++step) {
#pragma GCC unroll 10
    for (int c = 0; c < kChains; ++c) sums[c] = sums[c] * factor + factor;
  }
  for (int c = 1; c < kChains; ++c) sums[0] += sums[c];
  *result = sums[0][0] * static_cast<T>(1e-30);
  return 2.0 * kChains * PackOf<T>::kCount * static_cast<double>(steps);
}

template <class T>
constexpr Loops<T> make_loops() {
  return {add<T>,
          multiply<T>,
          scale<T>,
          add_scaled<T>,
          relu<T>,
          leaky_relu<T>,
          leaky_relu_backward<T>,
          relu_backward<T>,
          sigmoid<T>,
          sigmoid_backward<T>,
          all_finite<T>,
          bias_relu<T>,
          mask_and_sum<T>,
          dot<T>,
          multiply_add<T>,
          embedding_sum<T>,
          sum_rows<T>,
          aggregate<T>,
          weighted_aggregate<T>,
          weighted_readers<T>,
          code_sums<T>,
          max_rows<T>,
          moments<T>,
          normalize<T>,
          normalize_sums<T>,
          normalize_backward<T>,
          dropout<T>,
          adam<T>,
          multiply_add_chain<T>};
}

}  // namespace

namespace AUFBAU_LEVEL {
extern const Loops<float> float_loops;
extern const Loops<double> double_loops;
const Loops<float> float_loops = make_loops<float>();
const Loops<double> double_loops = make_loops<double>();
}  // namespace AUFBAU_LEVEL

}  // namespace aufbau::cpu
