#include "controller/daemon/direct_probes_file.hpp"

#include <sys/stat.h>

#include <exception>
#include <utility>

#include "controller/daemon/direct_probe_config.hpp"
#include "platform/log/log.hpp"

namespace controller::daemon {
namespace {

constexpr std::chrono::seconds kLookEvery{1};

/// What changes with the file: which one it is, how large, and when it was written to.
std::string StampOf(const std::string& path) {
    struct stat now {};
    if (::stat(path.c_str(), &now) != 0) {
        return "none";
    }
    const auto moment = [](const timespec& at) { return std::to_string(at.tv_sec) + "." + std::to_string(at.tv_nsec); };
    return std::to_string(now.st_dev) + " " + std::to_string(now.st_ino) + " " + std::to_string(now.st_size) + " " +
           moment(now.st_mtim) + " " + moment(now.st_ctim);
}

}  // namespace

DirectProbesFile::DirectProbesFile(std::string path, platform::Metrics& registry)
    : path_(std::move(path)), registry_(registry), stamp_(StampOf(path_)) {
    targets_ = ReadDirectProbes(path_);
    Count(targets_.size(), true);
}

DirectProbesFile::~DirectProbesFile() {
    Stop();
}

void DirectProbesFile::Watch(Use use) {
    use_ = std::move(use);
    thread_ = std::thread([this] { Loop(); });
}

void DirectProbesFile::Stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void DirectProbesFile::Count(std::size_t targets, bool is_good) {
    registry_.GaugeFor("portcullis_direct_probes_file_ok").Set(is_good ? 1 : 0);
    registry_.GaugeFor("portcullis_direct_probes").Set(static_cast<double>(targets));
}

void DirectProbesFile::Loop() {
    std::string before = stamp_;
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, kLookEvery, [this] { return stopping_; })) {
        lock.unlock();
        const std::string now = StampOf(path_);
        // Whoever writes it in place may not be through.
        if (now != stamp_ && now == before) {
            stamp_ = now;
            ReadAgain();
        }
        before = now;
        lock.lock();
    }
}

void DirectProbesFile::ReadAgain() {
    try {
        std::vector<fleet::DirectTarget> targets = ReadDirectProbes(path_);
        targets_ = targets;
        use_(std::move(targets));
        Count(targets_.size(), true);
        platform::Log(platform::Level::kInfo, "direct_probes.read",
                      {{"file", std::string_view(path_)}, {"instances", static_cast<std::int64_t>(targets_.size())}});
    } catch (const std::exception& error) {
        platform::Log(platform::Level::kError, "direct_probes.not_usable",
                      {{"error", std::string_view(error.what())},
                       {"hint", "what was read before stays in use; mend the file, and replace it in one step"}});
        Count(targets_.size(), false);
    }
}

}  // namespace controller::daemon
