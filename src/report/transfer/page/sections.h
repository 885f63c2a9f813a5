#pragma once
// The parts of the page, in their order on it. Each is HTML; a part without content is empty.
#include <cstddef>
#include <string>

#include "aufbau.h"
#include "report/transfer/page/heat_map.h"

namespace aufbau::report {

/// First of all: an answer in three lines for each target.
std::string answer_section(const TransferReport& report);

/// Parts of what is said of one target.
std::string fits_part(const TransferReport& report, const TransferTarget& target,
                      const HeatScale& heat);
std::string tests_part(const TransferReport& report, const TransferTarget& target);
std::string scores_part(const TransferReport& report, const TransferTarget& target);
std::string coverage_part(const TransferTarget& target);
std::string molecules_part(const TransferTarget& target);
std::string probe_part(const TransferTarget& target);
std::string motifs_part(const TransferTarget& target);

/// Last: what was done, what it says and does not say, and with which data and settings.
std::string method_section();
std::string settings_section(const TransferReport& report);

/// Ids of elements, never made of text of the user.
std::string target_id(std::size_t target);
std::string part_id(std::size_t basis, std::size_t part);

/// "topo: clusters of all graphs by their topology"; a name that is not known stands alone.
std::string basis_title(const std::string& name);
std::string level_text(const TransferReport& report);  ///< "95 % interval"

}  // namespace aufbau::report
