#include <RDGeneral/RDConfig.h>

#include <RDGeneral/RDLog.h>

#include <array>
#include <mutex>
#include <sstream>

#include "core/text.h"
#include "molecules/rdkit.h"

namespace aufbau::molecules {

namespace {

// All threads that work with RDKit hold `inside` together; whoever captures the log holds it alone.
// The way in leads through `entrance`, so that a capture does not wait for ever for a gap.
struct Gate {
  std::mutex entrance;
  std::shared_mutex inside;
};

Gate& gate() {
  static Gate instance;
  return instance;
}

std::array<RDLogger*, 4> logs() { return {&rdDebugLog, &rdInfoLog, &rdWarningLog, &rdErrorLog}; }

struct Quiet {
  std::mutex mutex;
  int users = 0;
  std::array<bool, 4> enabled_before{};
};

Quiet& quiet() {
  static Quiet state;
  return state;
}

// Directs the error log into `stream` while it lives. Nobody else may be inside RDKit then.
class Redirection {
 public:
  explicit Redirection(std::ostream& stream) : log_(rdErrorLog) {
    if (!log_) rdErrorLog = log_ = std::make_shared<boost::logging::rdLogger>(nullptr);
    destination_ = std::exchange(log_->dp_dest, &stream);
    tee_ = std::exchange(log_->teestream, nullptr);
    enabled_ = std::exchange(log_->df_enabled, true);
  }
  ~Redirection() {
    log_->dp_dest = destination_;
    log_->teestream = tee_;
    log_->df_enabled = enabled_;
  }
  Redirection(const Redirection&) = delete;
  Redirection& operator=(const Redirection&) = delete;

 private:
  RDLogger log_;
  std::ostream* destination_;
  boost::logging::RDTeeStream* tee_;
  bool enabled_;
};

// "[12:34:56] SMILES Parse Error: ..." without the clock.
std::string without_time(std::string_view line) {
  const std::size_t end = line.find("] ");
  if (!line.empty() && line[0] == '[' && end != line.npos && end <= 10) line.remove_prefix(end + 2);
  return std::string(trim(line));
}

}  // namespace

QuietLogs::QuietLogs() {
  Quiet& state = quiet();
  const std::lock_guard lock(state.mutex);
  if (state.users++ > 0) return;
  for (std::size_t i = 0; i < logs().size(); ++i)
    if (RDLogger& log = *logs()[i]; log)
      state.enabled_before[i] = std::exchange(log->df_enabled, false);
}

QuietLogs::~QuietLogs() {
  Quiet& state = quiet();
  const std::lock_guard lock(state.mutex);
  if (--state.users > 0) return;
  for (std::size_t i = 0; i < logs().size(); ++i)
    if (RDLogger& log = *logs()[i]; log) log->df_enabled = state.enabled_before[i];
}

RdkitScope::RdkitScope() {
  const std::lock_guard entrance(gate().entrance);
  lock_ = std::shared_lock(gate().inside);
}
RdkitScope::~RdkitScope() = default;

std::string first_logged_error(const std::function<void()>& work) {
  std::unique_lock entrance(gate().entrance);
  const std::unique_lock alone(gate().inside);
  entrance.unlock();
  std::ostringstream text;
  {
    const Redirection redirection(text);
    work();
  }
  for (const std::string& line : split(text.str(), '\n'))
    if (std::string sentence = without_time(line); !sentence.empty()) return sentence;
  return {};
}

}  // namespace aufbau::molecules
