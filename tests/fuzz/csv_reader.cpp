// The CSV reader on any bytes. The first byte chooses small limits, so that they are met.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "molecules/records.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  aufbau::TableOptions options;
  if (data[0] & 1) options.max_line_bytes = 64;
  if (data[0] & 2) options.max_field_bytes = 16;
  const char* const name = data[0] & 4 ? "fuzz.tsv" : "fuzz.csv";
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    aufbau::molecules::RecordReader reader(aufbau::molecules::memory_source(bytes), name, options,
                                           /*keep_raw=*/true);
    std::int64_t line = 0;
    for (aufbau::molecules::Record record; reader.next(record);) {
      if (record.line <= line) std::abort();  // every record starts on a line of its own
      line = record.line;
      if (record.code.empty() && record.fields.size() != reader.columns().size()) std::abort();
      if (record.code.empty() != record.reason.empty()) std::abort();
    }
  } catch (const aufbau::Error&) {
  }
  return 0;
}
