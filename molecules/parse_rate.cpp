#include "molecules/parse_rate.h"

#include <RDGeneral/RDConfig.h>

#include <GraphMol/SmilesParse/SmilesParse.h>

#include <chrono>
#include <exception>

#include "core/parallel.h"
#include "molecules/rdkit.h"

namespace aufbau::molecules {

double rdkit_parse_rate(const std::vector<std::string>& smiles) {
  constexpr std::int64_t kBlock = 64;
  const QuietLogs quiet;
  const RdkitScope scope;
  const auto start = std::chrono::steady_clock::now();
  parallel_blocks(static_cast<std::int64_t>(smiles.size()), kBlock,
                  [&](std::int64_t begin, std::int64_t end) {
                    for (std::int64_t i = begin; i < end; ++i) {
                      try {
                        const std::unique_ptr<RDKit::RWMol> mol(
                            RDKit::SmilesToMol(smiles[static_cast<std::size_t>(i)]));
                      } catch (const std::exception&) {  // refused: the work was done all the same
                      }
                    }
                  });
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return static_cast<double>(smiles.size()) / seconds.count();
}

}  // namespace aufbau::molecules
