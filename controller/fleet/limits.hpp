// How often somebody may knock: token buckets for the handshakes of the listener.
//
//   failures   of one address: spent by handshakes that were refused. An empty one refuses before anything is looked
//              up, so guessing and flooding cost no database. Whoever is let in spends nothing: a thousand instances
//              behind one address may come back at once
//   openings   of one instance: spent by each connection that is opened. Two processes with one credential take the
//              place of each other, the newest wins; after a few times each has to wait, and it is told which
//              instance that is
//
// Memory is bounded: buckets that are full again are forgotten, and above a number the fullest ones go, too. Thread
// safe. The time is a parameter.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "platform/base/clock.hpp"

namespace fleet {

struct Rate {
    double per_second = 1;  // 0: no limit
    double burst = 20;
};

struct HandshakeLimits {
    Rate failures{1, 30};
    Rate openings{0.2, 10};
    int threads = 2;
    std::size_t waiting = 1024;                  // connections that have not been let in yet
    std::chrono::milliseconds patience{10'000};  // with one of them, to begin and to end its handshake
};

/// What one connection may send.
struct MessageLimits {
    int count = 200;  // in each `window`
    std::chrono::milliseconds window{10'000};
    std::size_t largest = std::size_t{256} * 1024;  // whatever its kind may be
};

class Buckets {
public:
    explicit Buckets(Rate rate, std::size_t most_kept = 65'536) : rate_(rate), most_kept_(most_kept) {}

    /// Takes one; false when the bucket is empty.
    bool Take(std::string_view key, platform::SteadyTime now);
    /// Whether there is one, without taking it.
    bool HasOne(std::string_view key, platform::SteadyTime now);
    /// Until there is one again.
    std::int64_t RetrySeconds(std::string_view key, platform::SteadyTime now);
    std::size_t Kept() const;

private:
    struct Bucket {
        double level = 0;
        platform::SteadyTime at{};
    };

    double LevelAt(const Bucket& bucket, platform::SteadyTime now) const;
    double Level(const std::string& key, platform::SteadyTime now) const;
    void MakeRoom(platform::SteadyTime now);

    const Rate rate_;
    const std::size_t most_kept_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Bucket> buckets_;
};

/// Credentials that were good when they were shown last: who has one is let through to the database although strangers
/// at the same address (a reverse proxy's, say) were refused too often. Bounded; thread safe.
class Acquainted {
public:
    explicit Acquainted(std::size_t most_kept) : most_kept_(most_kept) {}

    void Add(const std::string& credential_hash);
    void Remove(const std::string& credential_hash);
    bool Knows(const std::string& credential_hash) const;

private:
    const std::size_t most_kept_;
    mutable std::mutex mutex_;
    std::unordered_set<std::string> hashes_;
};

}  // namespace fleet
