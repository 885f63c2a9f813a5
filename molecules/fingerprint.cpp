#include <RDGeneral/RDConfig.h>

#include <DataStructs/ExplicitBitVect.h>
#include <GraphMol/Fingerprints/MorganFingerprints.h>

#include "core/error.h"
#include "molecules/rdkit.h"

namespace aufbau::molecules {

std::vector<std::int32_t> morgan_bits(const Molecule& molecule, int radius, int bit_count) {
  if (radius < 0 || bit_count < 1)
    fail(ErrorKind::usage, "fingerprint", "radius must be >= 0 and bits >= 1, got ", radius,
         " and ", bit_count);
  const QuietLogs quiet;
  const RdkitScope scope;
  const std::unique_ptr<ExplicitBitVect> bits(RDKit::MorganFingerprints::getFingerprintAsBitVect(
      *molecule.state().mol, static_cast<unsigned>(radius), static_cast<unsigned>(bit_count)));
  IntVect on;
  bits->getOnBits(on);
  return {on.begin(), on.end()};
}

}  // namespace aufbau::molecules
