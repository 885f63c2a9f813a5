#pragma once
#include <string_view>

namespace aufbau {

/// How a device reads the factors of matrix products; sums are float32 always. float32: exact, as
/// on the CPU; tf32: rounded to 10 bits behind the point, bf16: to 7. The CPU has float32 only.
enum class Precision { float32, tf32, bf16 };

/// By the name a user types. Error{usage} for another one.
Precision parse_precision(std::string_view name);

/// Of products that the calling thread asks for; tf32 unless a scope says otherwise.
Precision product_precision();

/// Sets product_precision() of the calling thread while it lives.
class PrecisionScope {
 public:
  explicit PrecisionScope(Precision precision);
  ~PrecisionScope();
  PrecisionScope(const PrecisionScope&) = delete;
  PrecisionScope& operator=(const PrecisionScope&) = delete;

 private:
  Precision before_;
};

}  // namespace aufbau
