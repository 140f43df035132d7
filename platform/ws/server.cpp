#include "platform/ws/server.hpp"

#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

#include "platform/base/clock.hpp"
#include "platform/httpd/field_syntax.hpp"
#include "platform/ws/io_loop.hpp"
#include "platform/ws/server_session.hpp"

namespace platform {

namespace {

constexpr int kMaxLoops = 64;
constexpr std::size_t kDescriptorsForOthers = 1536;  // what an HTTP server, a database and files need beside

// How many connections are accepted and not yet gone. Outlives the server: a place may lie in an answer not yet sent.
struct Places {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t taken = 0;  // guarded by `mutex`
};

std::shared_ptr<void> TakePlace(const std::shared_ptr<Places>& places, std::size_t limit) {
    {
        const std::lock_guard lock(places->mutex);
        if (places->taken >= limit) {
            return nullptr;
        }
        ++places->taken;
    }
    return {places.get(), [places](void*) {
                const std::lock_guard lock(places->mutex);
                --places->taken;
                places->changed.notify_all();
            }};
}

// Whoever talks before the upgrade is answered has not read the answer, so it speaks something else (RFC 6455, 4.1).
void RefuseEarlyBytes(int fd) {
    static constexpr std::string_view kAnswer =
        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 52\r\n\r\n"
        "Wait for the answer before the first WebSocket frame";
    ::send(fd, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    ::shutdown(fd, SHUT_WR);
}

}  // namespace

struct WsServer::Impl {
    Impl(WsServerOptions server_options, WsHandlers handlers)
        : options(std::move(server_options)),
          group(std::make_shared<SessionGroup>(options.limits, std::move(handlers))) {}

    const WsServerOptions options;
    const std::shared_ptr<SessionGroup> group;
    const std::shared_ptr<Places> places = std::make_shared<Places>();
    std::shared_ptr<const std::vector<std::shared_ptr<IoLoop>>> loops;
    std::shared_ptr<std::atomic<std::size_t>> next_loop = std::make_shared<std::atomic<std::size_t>>(0);
    std::atomic<std::uint64_t> turned_away{0};
};

WsServer::WsServer(WsServerOptions options, WsHandlers handlers)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(handlers))) {}

WsServer::~WsServer() {
    Drain(std::chrono::milliseconds(0));
}

void WsServer::Start() {
    const WsServerOptions& options = impl_->options;
    if (options.threads < 1 || options.threads > kMaxLoops) {
        throw std::runtime_error("the WebSocket server cannot run " + std::to_string(options.threads) +
                                 " threads; give 1 to " + std::to_string(kMaxLoops));
    }
    if (impl_->loops || impl_->group->turned_off) {
        throw std::logic_error("a WsServer can be started once");
    }
    rlimit limit{};
    const rlim_t wanted = options.max_connections + kDescriptorsForOthers;
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < wanted) {
        limit.rlim_cur = std::min(wanted, limit.rlim_max);
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    std::vector<std::shared_ptr<IoLoop>> loops;
    for (int n = 0; n < options.threads; ++n) {
        loops.push_back(std::make_shared<IoLoop>(options.on_error));
    }
    impl_->loops = std::make_shared<const std::vector<std::shared_ptr<IoLoop>>>(std::move(loops));
}

std::optional<HttpResponse> WsServer::Accept(WsAccept accept) {
    std::shared_ptr<void> place;
    if (impl_->loops && !impl_->group->turned_off) {
        place = TakePlace(impl_->places, impl_->options.max_connections);
    }
    if (!place) {
        impl_->turned_away.fetch_add(1);
        return std::nullopt;
    }
    for (const auto& [name, value] : accept.headers) {
        if (!IsToken(name) || CheckHeaderValue(value) != ValueFault::kNone) {
            throw std::invalid_argument("a header for the answer to an upgrade cannot be sent: " + name);
        }
    }
    HttpResponse response;
    response.status = 101;
    // The function may run behind the end of this object: it holds what it needs.
    response.take_over = [group = impl_->group, loops = impl_->loops, next = impl_->next_loop,
                          accept = std::move(accept), place = std::move(place)](UpgradedConnection connection) {
        connection.slot.reset();  // the limit here is the one that counts from now on
        if (!connection.input.empty()) {
            group->failed_upgrades.fetch_add(1);
            return RefuseEarlyBytes(connection.socket.Get());
        }
        const std::shared_ptr<IoLoop>& loop = (*loops)[next->fetch_add(1) % loops->size()];
        const auto session =
            MakeServerSession(loop, group, std::move(connection), accept.context, accept.headers, place);
        loop->Post([session] { session->Begin(); });
    };
    return response;
}

std::size_t WsServer::Broadcast(std::span<const WsConnectionPtr> to, const WsMessage& message) {
    // One task a loop instead of one a connection.
    std::vector<std::pair<IoLoop*, std::vector<std::shared_ptr<Session>>>> woken;
    std::size_t queued = 0;
    for (const WsConnectionPtr& connection : to) {
        auto session = std::static_pointer_cast<Session>(connection);
        bool wake = false;
        queued += session->Enqueue(message, wake) == WsSend::kQueued ? 1 : 0;
        if (!wake) {
            continue;
        }
        IoLoop* const loop = session->Loop().get();
        auto entry = std::ranges::find(woken, loop, [](const auto& pair) { return pair.first; });
        if (entry == woken.end()) {
            entry = woken.insert(entry, {loop, {}});
        }
        entry->second.push_back(std::move(session));
    }
    for (auto& [loop, sessions] : woken) {
        loop->Post([sessions = std::move(sessions)] {
            for (const auto& session : sessions) {
                session->OnWake();
            }
        });
    }
    return queued;
}

std::size_t WsServer::CloseNowIf(const std::function<bool(const WsConnection&)>& condition, std::uint16_t code,
                                 std::string_view reason) {
    std::size_t closed = 0;
    for (const WsConnectionPtr& connection : Connections()) {
        if (condition(*connection)) {
            connection->CloseNow(code, reason);
            ++closed;
        }
    }
    return closed;
}

std::vector<WsConnectionPtr> WsServer::Connections() const {
    const std::lock_guard lock(impl_->group->mutex);
    std::vector<WsConnectionPtr> all;
    all.reserve(impl_->group->sessions.size());
    for (const auto& [id, session] : impl_->group->sessions) {
        all.push_back(session);
    }
    return all;
}

std::size_t WsServer::Count() const {
    const std::lock_guard lock(impl_->places->mutex);
    return impl_->places->taken;
}

WsCounters WsServer::Counters() const {
    const SessionGroup& group = *impl_->group;
    return {.opened = group.opened,
            .closed = group.closed,
            .turned_away = impl_->turned_away,
            .failed_upgrades = group.failed_upgrades,
            .too_slow = group.too_slow,
            .silent = group.silent,
            .broken_rules = group.broken_rules,
            .messages_received = group.messages_received,
            .messages_sent = group.messages_sent};
}

bool WsServer::Drain(std::chrono::milliseconds deadline) {
    impl_->group->turned_off = true;
    if (!impl_->loops) {
        return true;
    }
    const SteadyTime give_up = SteadyNow() + deadline;
    for (const WsConnectionPtr& connection : Connections()) {
        connection->Close(ws_code::kGoingAway, "the server is stopping");
    }
    bool all_gone = false;
    {
        std::unique_lock lock(impl_->places->mutex);
        all_gone = impl_->places->changed.wait_until(lock, give_up, [&] { return impl_->places->taken == 0; });
    }
    for (const auto& loop : *impl_->loops) {
        loop->Stop();
    }
    return all_gone;
}

}  // namespace platform
