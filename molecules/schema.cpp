#include <algorithm>

#include "core/text.h"
#include "molecules/molecule.h"

namespace aufbau::molecules {

namespace {

graphs::FeatureSchema hu2() {
  graphs::FeatureSchema schema;
  schema.name = "hu2";
  schema.node = {{"element", 120, {{"unknown", 118}, {"mask", 119}}},
                 {"chirality", 3, {{"mask", 0}}}};
  schema.edge = {{"type", 6, {{"self-loop", 4}, {"mask", 5}}},
                 {"direction", 3, {{"self-loop", 0}, {"mask", 0}}}};
  return schema;
}

}  // namespace

const std::vector<SchemaEntry> kSchemas = {
    {"hu2", "element and chirality of atoms, type and direction of bonds (Hu et al. 2020)", hu2},
};

graphs::FeatureSchema schema_by_name(const std::string& name) {
  std::vector<std::string> known;
  for (const SchemaEntry& entry : kSchemas) {
    if (entry.name == name) return entry.make();
    known.push_back(entry.name);
  }
  fail_unknown_name("schema", "feature schema", name, known);
}

}  // namespace aufbau::molecules
