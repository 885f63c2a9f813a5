#pragma once

namespace aufbau::cli {

/// To be called once, before the first thread starts. From here on SIGINT, SIGTERM and SIGUSR1 ask
/// for a clean stop, which stop_requested() reports. A second SIGINT or SIGTERM ends the program at
/// once with 130 or 143.
void catch_signals();
bool stop_requested();

}  // namespace aufbau::cli
