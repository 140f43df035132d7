// Hears from PostgreSQL who changed the directory, and says whether anything could have been missed.
//
// A thread of its own with a connection of its own, outside of the pool. Connected and listening: the cache is trusted.
// The connection lost: the cache is not trusted until listening again; then it starts empty. Nothing heard for 5 s: the
// server is asked, and the cache is not trusted until it has answered. Retries with a growing pause. Also passes every
// change to `on_change`, on its thread, so that sockets and jobs can look again; after a loss, which may hide any
// change, with no id.
//
// Thread safety: construct and destroy on one thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tenancy/org_id.hpp"
#include "tenancy/store/directory_cache.hpp"

namespace tenancy::store {

struct ListenerOptions {
    std::string conninfo;  // the application's
    std::string application_name = "tenancy listener";
    /// For the log: why the connection was lost, or that it is back (empty).
    std::function<void(std::string_view problem)> on_state;
    std::function<void(const std::optional<OrgId>& org)> on_change;
};

class DirectoryListener {
public:
    DirectoryListener(DirectoryCache& cache, ListenerOptions options);
    /// The cache is not trusted afterwards.
    ~DirectoryListener();
    DirectoryListener(const DirectoryListener&) = delete;
    DirectoryListener& operator=(const DirectoryListener&) = delete;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tenancy::store
