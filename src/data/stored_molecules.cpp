#include "data/stored_molecules.h"

#include <limits>
#include <variant>

#include "core/error.h"
#include "core/parallel.h"

namespace aufbau::data {

void for_each_molecule(
    const Dataset& dataset, std::span<const std::int64_t> rows,
    const std::function<void(std::int64_t i, const molecules::Molecule& molecule)>& take) {
  const std::vector<std::string>& smiles = dataset.molecules().smiles;
  if (smiles.empty() && dataset.size() > 0)
    fail(ErrorKind::mismatch, dataset.path(), "holds no molecules");
  constexpr std::int64_t kPerBlock = 64;
  constexpr molecules::Limits kNoLimits{std::numeric_limits<std::int64_t>::max(),
                                        std::numeric_limits<std::int32_t>::max()};
  parallel_blocks(static_cast<std::int64_t>(rows.size()), kPerBlock,
                  [&](std::int64_t begin, std::int64_t end) {
                    for (std::int64_t i = begin; i < end; ++i) {
                      const std::int64_t row = rows[static_cast<std::size_t>(i)];
                      const auto parsed =
                          molecules::parse_smiles(smiles[static_cast<std::size_t>(row)], kNoLimits);
                      if (const auto* molecule = std::get_if<molecules::Molecule>(&parsed))
                        take(i, *molecule);
                    }
                  });
}

}  // namespace aufbau::data
