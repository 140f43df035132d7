// What the acceptor, the workers and the connections of one server share.
//
// Thread safety: the members that change are atomic, or guarded by `mutex` where it says so.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "platform/httpd/request_parser.hpp"
#include "platform/httpd/server.hpp"

namespace platform {

enum class ServerStage {
    kServing,
    kDraining,  // no new connections; each one ends with the answer it is owed
    kStopping,  // everything is closed now
};

struct ServerCore {
    ServerCore(HttpServerOptions server_options, HttpHandler server_handler)
        : options(std::move(server_options)), handler(std::move(server_handler)) {
        limits.max_header_bytes = options.max_header_bytes;
        limits.max_headers = options.max_headers;
        limits.max_body_bytes = options.max_body_bytes;
        limits.odd_paths = options.odd_paths;
    }

    void Report(std::string_view text) noexcept {
        try {
            if (options.on_error) {
                options.on_error(text);
            }
        } catch (...) {  // a log that fails must not take a connection with it, still less the process
        }
    }
    bool Draining() const {
        return stage.load(std::memory_order_relaxed) != ServerStage::kServing;
    }
    bool IsFull() const {
        return open.load() + held->load() >= options.max_connections;
    }
    /// A place among `max_connections` for a connection that leaves; independent of this object's life.
    std::shared_ptr<void> HoldSlot() const {
        held->fetch_add(1);
        return {held.get(), [counter = held](void*) { counter->fetch_sub(1); }};
    }

    const HttpServerOptions options;
    const HttpHandler handler;
    RequestLimits limits;
    std::atomic<ServerStage> stage{ServerStage::kServing};
    std::atomic<std::size_t> open{0};  // connections, from accept to close or hand-over
    const std::shared_ptr<std::atomic<std::size_t>> held = std::make_shared<std::atomic<std::size_t>>(0);
    std::atomic<std::size_t> handed_over{0};
    std::atomic<std::size_t> cut_off{0};  // connections that Drain closed in the middle of a request or an answer
    std::mutex mutex;
    std::condition_variable changed;  // `open` fell to zero, or `stopped` rose
    int stopped = 0;                  // guarded by `mutex`: workers that have closed everything and will do no more
};

/// One of `max_connections`, given back when the connection's last owner lets go of it.
class ConnectionSlot {
public:
    explicit ConnectionSlot(ServerCore& core) : core_(&core) {
        core_->open.fetch_add(1);
    }
    ConnectionSlot(ConnectionSlot&& other) noexcept : core_(std::exchange(other.core_, nullptr)) {}
    ConnectionSlot& operator=(ConnectionSlot&&) = delete;
    ~ConnectionSlot() {
        if (core_ != nullptr && core_->open.fetch_sub(1) == 1) {
            const std::lock_guard lock(core_->mutex);
            core_->changed.notify_all();
        }
    }

private:
    ServerCore* core_;
};

}  // namespace platform
