// Counts answered requests under the pattern of their route.
//
// Series are made at the first answer of their kind and then kept, so a count is a short shared lock and a few atomic
// operations. Thread safe.
#pragma once

#include <cstdint>
#include <shared_mutex>
#include <string_view>
#include <unordered_map>

#include "platform/base/time.hpp"
#include "platform/metrics/metrics.hpp"

namespace pulse::http {

class Meter {
public:
    explicit Meter(platform::Metrics& registry) : registry_(registry) {}

    /// `route` is a literal: a pattern of the table, or one of few words for what has none.
    void Count(std::string_view method, std::string_view route, int status, platform::Duration duration);

private:
    struct Series {
        platform::Counter requests;
        platform::Counter errors;  // counts nothing for a success
        platform::Histogram seconds;
    };
    struct Key {
        const char* route;
        char method;  // first two letters tell them apart: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS
        char second;
        short status;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const {
            return std::hash<const void*>{}(key.route) * 31 + static_cast<std::size_t>(key.status) * 65'599 +
                   static_cast<std::size_t>(key.method) * 257 + static_cast<std::size_t>(key.second);
        }
    };

    Series Make(std::string_view method, std::string_view route, int status);

    platform::Metrics& registry_;
    std::shared_mutex mutex_;
    std::unordered_map<Key, Series, KeyHash> series_;
};

/// `client_error`, `server_error`, and `feature_disabled` for 501; empty below 400.
std::string_view StatusClass(int status);

}  // namespace pulse::http
