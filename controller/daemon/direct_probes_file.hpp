// Reads the file of direct probes (direct_probe_config.hpp) again when it changes, while the controller runs.
//
// It is looked at every second: when it was changed (or replaced) and has stood for a second as it is, it is read. A
// file that cannot be used leaves everything as it is: it is logged, and the gauge portcullis_direct_probes_file_ok
// is 0 until a good one takes its place. A file that is gone is such a file. One thread of its own.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "controller/fleet/direct_probe.hpp"
#include "platform/metrics/metrics.hpp"

namespace controller::daemon {

class DirectProbesFile {
public:
    using Use = std::function<void(std::vector<fleet::DirectTarget> targets)>;

    /// Reads it: throws std::runtime_error with all that is wrong with it. `registry` outlives this.
    DirectProbesFile(std::string path, platform::Metrics& registry);
    ~DirectProbesFile();
    DirectProbesFile(const DirectProbesFile&) = delete;
    DirectProbesFile& operator=(const DirectProbesFile&) = delete;

    /// As it was read at first.
    std::vector<fleet::DirectTarget> Targets() const {
        return targets_;
    }
    /// From now on `use` is called with what it says anew, on a thread of this.
    void Watch(Use use);
    void Stop();

private:
    void Loop();
    void ReadAgain();
    void Count(std::size_t targets, bool is_good);

    const std::string path_;
    platform::Metrics& registry_;
    std::vector<fleet::DirectTarget> targets_;
    std::string stamp_;  // of the file as it was read last, or tried
    Use use_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace controller::daemon
