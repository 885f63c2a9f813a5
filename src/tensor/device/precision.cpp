#include "tensor/device/precision.h"

#include <array>
#include <utility>

#include "core/text.h"

namespace aufbau {

namespace {

constexpr std::array<std::pair<std::string_view, Precision>, 3> kPrecisions = {
    {{"float32", Precision::float32}, {"tf32", Precision::tf32}, {"bf16", Precision::bf16}}};

thread_local Precision current = Precision::tf32;

}  // namespace

Precision parse_precision(std::string_view name) {
  std::vector<std::string> known;
  for (const auto& [text, precision] : kPrecisions) {
    if (text == name) return precision;
    known.emplace_back(text);
  }
  fail_unknown_name("device", "precision", name, known);
}

Precision product_precision() { return current; }

PrecisionScope::PrecisionScope(Precision precision) : before_(std::exchange(current, precision)) {}
PrecisionScope::~PrecisionScope() { current = before_; }

}  // namespace aufbau
