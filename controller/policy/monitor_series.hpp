// What an instance's counters did lately (Pulse runbook, sections 4 and 5): readings of counters in, increases over a
// window out.
//
// A counter that fell, or a process that started anew, was reset: what it shows then is its increase since. Readings
// that do not cover enough of the window, or whose newest is too old, measure nothing: that is not zero. Memory is
// bounded by the window and by kMostReadings. A series is one thread's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "controller/policy/types.hpp"

namespace policy {

/// A histogram's buckets, cumulative, in order of their bounds; the last bound is infinity. Empty: not known.
struct LatencyBuckets {
    static constexpr std::size_t kMost = 24;
    std::size_t size = 0;
    std::array<double, kMost> bound{};  // seconds
    std::array<double, kMost> count{};
};

/// Counters as an instance shows them at a moment.
struct MonitorReading {
    Time at{};
    double started_at = 0;  // when its process began, seconds; 0: not said
    double requests = 0;
    double denied = 0;    // 403
    double disabled = 0;  // 501 on routes of organizations
    double failed = 0;    // 5xx but 501, which is what is switched off
    double spoofed = 0;   // named callers who asked for tenants of others
    LatencyBuckets latency;
};

enum class Coverage : std::uint8_t { kNever, kTooFew, kTooOld, kMeasured };

/// Increases over `covered`.
struct MonitorRates {
    Coverage coverage = Coverage::kNever;
    Duration covered{};
    double requests = 0;
    double denied = 0;
    double disabled = 0;
    double failed = 0;
    double spoofed = 0;
    std::optional<double> p95_seconds;  // of requests in the window; none: there were none, or no histogram

    double Seconds() const {
        return std::chrono::duration<double>(covered).count();
    }
};

struct SeriesOptions {
    Duration window = std::chrono::minutes(5);
    Duration least_covered = std::chrono::seconds(60);  // less says nothing
    Duration newest_within = std::chrono::seconds(45);  // a newest reading that is older says nothing of now
};

class MonitorSeries {
public:
    static constexpr std::size_t kMostReadings = 128;

    /// Readings come in order; one that is not newer than the last is left out.
    void Append(const MonitorReading& reading, Duration window);
    MonitorRates Over(const SeriesOptions& options, Time now) const;
    /// As the counters stood last, without resets: for increases between two moments.
    std::size_t Readings() const {
        return readings_.size();
    }

private:
    // Each holds increases since the first reading of the series.
    std::vector<MonitorReading> readings_;
    std::optional<MonitorReading> last_;  // as it was shown
};

/// The bound below which a share of what was counted lies, interpolated within its bucket; none without a count. What
/// lies beyond the last finite bound counts as that bound.
std::optional<double> Quantile(const LatencyBuckets& increase, double share);

}  // namespace policy

namespace platform {

template <>
struct EnumNames<policy::Coverage> {
    static constexpr std::array<EnumName<policy::Coverage>, 4> kNames{{{policy::Coverage::kNever, "never"},
                                                                       {policy::Coverage::kTooFew, "too_few"},
                                                                       {policy::Coverage::kTooOld, "too_old"},
                                                                       {policy::Coverage::kMeasured, "measured"}}};
};

}  // namespace platform
