// The SDF splitter on any bytes, and RDKit's mol block reader on what it cuts.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "molecules/molecule.h"
#include "molecules/records.h"

namespace molecules = aufbau::molecules;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  aufbau::TableOptions options;
  options.max_line_bytes = 4096;
  try {
    molecules::RecordReader reader(molecules::memory_source(bytes), "fuzz.sdf", options, true);
    static const aufbau::graphs::FeatureSchema schema = molecules::schema_by_name("hu2");
    for (molecules::Record record; reader.next(record);) {
      if (record.fields.size() != reader.columns().size()) std::abort();
      if (!record.code.empty()) continue;
      const molecules::ParseResult result = molecules::parse_mol_block(record.text);
      molecules::Decisions decisions;
      if (const auto* molecule = std::get_if<molecules::Molecule>(&result))
        molecules::featurise(*molecule, schema, decisions);
    }
  } catch (const aufbau::Error&) {
  }
  return 0;
}
