#include "controller/daemon/exposure_keeper.hpp"

#include <algorithm>
#include <exception>
#include <string_view>

#include "controller/app/reconcile_exposure.hpp"
#include "controller/store/exposure.hpp"
#include "platform/log/log.hpp"

namespace controller::daemon {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::microseconds kAnyway = std::chrono::seconds(5);
constexpr std::chrono::microseconds kAfterFailure = std::chrono::milliseconds(500);
constexpr std::chrono::microseconds kSoonest = std::chrono::milliseconds(10);
/// Comparing costs more the more there is to compare; it may take a tenth of the time.
constexpr int kRestFactor = 9;

void LogLeftOut(const std::vector<std::string>& left_out) {
    static platform::LogLimiter limiter(std::chrono::minutes(1));
    for (const std::string& one : left_out) {
        platform::LogLimited(limiter, platform::Level::kWarning, "exposure.document_full",
                             {{"flag", one}, {"hint", "withdraw releases whose flags nobody needs any more"}});
    }
}

}  // namespace

ExposureKeeper::ExposureKeeper(store::Database& database, platform::Duration drift_patience)
    : database_(database), drift_patience_(drift_patience), thread_([this] { Run(); }) {}

ExposureKeeper::~ExposureKeeper() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void ExposureKeeper::News(store::FleetNews news) {
    if (news != store::FleetNews::kExposure && news != store::FleetNews::kAnything) {
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        news_ = true;
    }
    changed_.notify_all();
}

void ExposureKeeper::Run() {
    platform::LogLimiter limiter(std::chrono::seconds(30));
    std::chrono::microseconds pause{0};
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        changed_.wait_for(lock, pause, [this] { return stopping_ || news_; });
        if (stopping_) {
            return;
        }
        news_ = false;
        lock.unlock();
        bool failed = false;
        try {
            pause = Round();
        } catch (const std::exception& error) {
            platform::LogLimited(limiter, platform::Level::kWarning, "exposure.round_failed",
                                 {{"error", std::string_view(error.what())}});
            failed = true;
        }
        lock.lock();
        if (failed) {
            changed_.wait_for(lock, kAfterFailure, [this] { return stopping_; });
            pause = kSoonest;
        }
    }
}

std::chrono::microseconds ExposureKeeper::Round() {
    if (!patience_known_) {
        database_.Write([&](store::Tx& tx) { store::SetDriftPatience(tx, drift_patience_); });
        patience_known_ = true;
    }
    if (!database_.Once([](store::Tx& tx) { return store::HasInstances(tx); })) {
        return kAnyway;
    }
    const app::ExposureRound round = app::RunExposureRound(database_);
    LogLeftOut(round.left_out);
    std::chrono::microseconds pause = round.busy ? kAfterFailure : kAnyway;
    if (round.changes_in) {
        pause = std::clamp(*round.changes_in, kSoonest, pause);
    }
    const auto begin = steady_clock::now();
    if (begin < drifts_after_) {
        return std::min(pause, std::chrono::duration_cast<std::chrono::microseconds>(drifts_after_ - begin) + kSoonest);
    }
    app::NoteExposureDrifts(database_);
    drifts_after_ = steady_clock::now() + kRestFactor * (steady_clock::now() - begin);
    return pause;
}

}  // namespace controller::daemon
