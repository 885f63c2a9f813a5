#pragma once
// What the sources of this folder share of RDKit; included by .cpp files only.
#include <RDGeneral/RDConfig.h>  // first: without it the thread-aware classes vanish

#include <GraphMol/RDKitBase.h>

#include <functional>
#include <memory>
#include <shared_mutex>
#include <string>

#include "molecules/molecule.h"

namespace aufbau::molecules {

struct Molecule::State {
  std::unique_ptr<RDKit::RWMol> mol;
};

/// The parts of a molecule that no bond connects, with their rings. They are sanitised, because the
/// whole was; RDKit would do it again, and throw for the few molecules that it accepts once and not
/// twice (c1c[C@AL1]c1(B)(Cl)Br is one).
std::vector<boost::shared_ptr<RDKit::ROMol>> fragments_of(const RDKit::ROMol& mol);

/// Held while RDKit works. RDKit writes nothing to stderr as long as one lives, and no log is being
/// captured meanwhile. Do not nest in one thread.
class RdkitScope {
 public:
  RdkitScope();
  ~RdkitScope();
  RdkitScope(const RdkitScope&) = delete;
  RdkitScope& operator=(const RdkitScope&) = delete;

 private:
  std::shared_lock<std::shared_mutex> lock_;
};

/// Switches RDKit's logs off until the last one of these is gone, then back to what they were.
/// Cheap when another one lives; may be nested.
class QuietLogs {
 public:
  QuietLogs();
  ~QuietLogs();
  QuietLogs(const QuietLogs&) = delete;
  QuietLogs& operator=(const QuietLogs&) = delete;
};

/// The first sentence that `work` writes to RDKit's error log, which is one for the whole process:
/// waits until no RdkitScope lives and keeps new ones out.
std::string first_logged_error(const std::function<void()>& work);

}  // namespace aufbau::molecules
