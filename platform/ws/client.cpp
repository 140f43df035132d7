#include "platform/ws/client.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "platform/base/clock.hpp"
#include "platform/base/text.hpp"
#include "platform/httpd/field_syntax.hpp"
#include "platform/ws/client_session.hpp"
#include "platform/ws/io_loop.hpp"

namespace platform {

namespace {

using std::chrono::milliseconds;

// What the loop's thread tells those who wait.
struct Inbox {
    std::mutex mutex;
    std::condition_variable changed;
    bool opened = false;
    std::optional<WsError> failed;
    std::optional<WsClosed> closed;
    std::deque<std::string> messages;
};

WsError BadOptions(std::string message) {
    return {.kind = WsError::Kind::kBadOptions, .message = std::move(message)};
}

bool IsPort(std::string_view text) {
    const auto number = ParseContentLength(text);
    return text.size() <= 5 && number && *number > 0 && *number <= 65535;
}

bool IsPlainAscii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; });
}

/// The scheme ("ws" or "wss") and where to.
Expected<std::pair<std::string, Dial>, WsError> ReadAddress(std::string_view url) {
    const auto bad = [&](std::string_view why) {
        return Unexpected<WsError>(BadOptions("The address " + QuoteForMessage(url.substr(0, url.find('?'))) +
                                              " cannot be used: " + std::string(why) +
                                              ". It must be ws://host:port/path or wss://host:port/path."));
    };
    const std::size_t colon = url.find("://");
    const std::string scheme = ToLowerAscii(url.substr(0, colon));
    if (colon == url.npos || (scheme != "ws" && scheme != "wss")) {
        return bad("it does not begin with ws:// or wss://");
    }
    if (!IsPlainAscii(url) || url.find('#') != url.npos) {
        return bad("it holds spaces, a '#' or characters that must be percent-encoded");
    }
    std::string_view rest = url.substr(colon + 3);
    const std::size_t path = std::min(rest.find_first_of("/?"), rest.size());
    std::string_view authority = rest.substr(0, path);
    rest.remove_prefix(path);
    if (authority.find('@') != authority.npos) {
        return bad("names and passwords do not belong there; send a header");
    }
    Dial dial;
    dial.host_header = authority;
    const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
    if (bracket == authority.npos) {
        return bad("the bracket is not closed");
    }
    const std::size_t port = authority.find(':', bracket);
    dial.host = bracket > 0 ? authority.substr(1, bracket - 1) : authority.substr(0, port);
    dial.port = port == authority.npos ? (scheme == "ws" ? "80" : "443") : authority.substr(port + 1);
    if (dial.host.empty() || !IsPort(dial.port)) {
        return bad("host or port is missing or wrong");
    }
    dial.target = (rest.starts_with('/') ? "" : "/") + std::string(rest);
    dial.display_name = scheme + "://" + dial.host_header + dial.target.substr(0, dial.target.find('?'));
    return std::pair(scheme, std::move(dial));
}

bool IsHandshakeHeader(std::string_view lower_case_name) {
    return lower_case_name == "host" || lower_case_name == "connection" || lower_case_name == "upgrade" ||
           lower_case_name.starts_with("sec-websocket-") || lower_case_name == "content-length" ||
           lower_case_name == "transfer-encoding";
}

}  // namespace

struct WsThread::Impl {
    std::shared_ptr<IoLoop> loop;
};

WsThread::WsThread(std::function<void(std::string_view)> on_error) : impl_(std::make_unique<Impl>()) {
    impl_->loop = std::make_shared<IoLoop>(std::move(on_error));
}

WsThread::~WsThread() {
    impl_->loop->Stop();
}

struct WsClient::Impl {
    ~Impl() {
        if (session) {
            session->CloseNow(ws_code::kGoingAway, "");
        }
    }

    std::shared_ptr<WsThread> thread;  // ends behind the session's last use
    std::shared_ptr<Inbox> inbox;
    std::shared_ptr<Session> session;
    std::string name;
};

namespace {

std::shared_ptr<SessionGroup> MakeClientGroup(const WsClientOptions& options, const std::shared_ptr<Inbox>& inbox,
                                              const std::shared_ptr<DialFailure>& failure) {
    WsHandlers handlers;
    handlers.on_open = [inbox](const WsConnectionPtr&) {
        const std::lock_guard lock(inbox->mutex);
        inbox->opened = true;
        inbox->changed.notify_all();
    };
    if (options.on_message) {
        handlers.on_message = [deliver = options.on_message](const WsConnectionPtr&, std::string_view message) {
            deliver(message);
        };
    } else {
        handlers.on_message = [inbox, most = options.max_unread_messages](const WsConnectionPtr& connection,
                                                                          std::string_view message) {
            {
                const std::lock_guard lock(inbox->mutex);
                if (inbox->messages.size() < most) {
                    inbox->messages.emplace_back(message);
                    inbox->changed.notify_all();
                    return;
                }
            }
            connection->CloseNow(ws_code::kPolicy, "too many messages that nobody has read");
        };
    }
    handlers.on_closed = [inbox, tell = options.on_closed](const WsConnectionPtr&, const WsClosed& closed) {
        {
            const std::lock_guard lock(inbox->mutex);
            inbox->closed = closed;
            inbox->changed.notify_all();
        }
        if (tell) {
            tell(closed);
        }
    };
    auto group = std::make_shared<SessionGroup>(options.limits, std::move(handlers));
    group->on_never_opened = [inbox, failure] {
        const std::lock_guard lock(inbox->mutex);
        inbox->failed = failure->error.value_or(WsError{.message = "The connection was broken off."});
        inbox->changed.notify_all();
    };
    return group;
}

}  // namespace

WsClient::WsClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WsClient::~WsClient() = default;
WsClient::WsClient(WsClient&&) noexcept = default;
WsClient& WsClient::operator=(WsClient&&) noexcept = default;

Expected<WsClient, WsError> WsClient::Connect(WsClientOptions options) {
    auto address = ReadAddress(options.url);
    if (!address) {
        return Unexpected<WsError>(std::move(address.error()));
    }
    auto& [scheme, dial] = *address;
    for (const auto& [name, value] : options.headers) {
        if (!IsToken(name) || CheckHeaderValue(value) != ValueFault::kNone || IsHandshakeHeader(ToLowerAscii(name))) {
            return Unexpected<WsError>(BadOptions("The header " + QuoteForMessage(name) +
                                                  " cannot be sent: it is malformed or belongs to the handshake."));
        }
    }
    dial.headers = std::move(options.headers);
    dial.ca_file = options.ca_file;

    auto impl = std::make_unique<Impl>();
    impl->thread = options.thread ? options.thread : std::make_shared<WsThread>();
    impl->inbox = std::make_shared<Inbox>();
    impl->name = dial.display_name;
    const auto failure = std::make_shared<DialFailure>();
    const Stopwatch watch;
    const std::shared_ptr<IoLoop>& loop = impl->thread->impl_->loop;
    const auto group = MakeClientGroup(options, impl->inbox, failure);
    try {
        const auto make = scheme == "ws" ? MakePlainClientSession : MakeTlsClientSession;
        impl->session = make(loop, group, std::move(dial), failure);
    } catch (const std::exception& error) {
        return Unexpected<WsError>(BadOptions(error.what()));
    }
    loop->Post([session = impl->session] { session->Begin(); });

    Inbox& inbox = *impl->inbox;
    {
        std::unique_lock lock(inbox.mutex);
        inbox.changed.wait_for(lock, options.limits.handshake_timeout,
                               [&] { return inbox.opened || inbox.failed.has_value(); });
        // Behind the time the loop cuts the attempt off, which then fails; that is not the reason to tell.
        if (inbox.failed && watch.Elapsed() < options.limits.handshake_timeout) {
            return Unexpected<WsError>(*inbox.failed);
        }
        if (inbox.opened) {
            lock.unlock();
            return WsClient(std::move(impl));
        }
    }
    return Unexpected<WsError>(WsError{.kind = WsError::Kind::kTimedOut,
                                       .message = impl->name + " did not open a WebSocket within " +
                                                  std::to_string(options.limits.handshake_timeout.count()) + " ms."});
}

WsSend WsClient::Send(std::string text) {
    return impl_->session->WsConnection::Send(std::move(text));
}

WsSend WsClient::Send(WsMessage message) {
    return impl_->session->Send(std::move(message));
}

Expected<std::string, WsError> WsClient::Receive(milliseconds patience) {
    Inbox& inbox = *impl_->inbox;
    std::unique_lock lock(inbox.mutex);
    inbox.changed.wait_for(lock, patience, [&] { return !inbox.messages.empty() || inbox.closed.has_value(); });
    if (!inbox.messages.empty()) {
        std::string message = std::move(inbox.messages.front());
        inbox.messages.pop_front();
        return message;
    }
    if (inbox.closed) {
        return Unexpected<WsError>(WsError{.kind = WsError::Kind::kClosed,
                                           .message = "The WebSocket to " + impl_->name + " is closed: " +
                                                      std::to_string(inbox.closed->code) + " " + inbox.closed->reason});
    }
    return Unexpected<WsError>(
        WsError{.kind = WsError::Kind::kTimedOut,
                .message = impl_->name + " sent nothing within " + std::to_string(patience.count()) + " ms."});
}

void WsClient::Close(std::uint16_t code, std::string_view reason) {
    impl_->session->Close(code, reason);
}

void WsClient::CloseNow(std::uint16_t code, std::string_view reason) {
    impl_->session->CloseNow(code, reason);
}

std::optional<WsClosed> WsClient::Closed() const {
    const std::lock_guard lock(impl_->inbox->mutex);
    return impl_->inbox->closed;
}

std::optional<WsClosed> WsClient::AwaitClosed(milliseconds patience) const {
    Inbox& inbox = *impl_->inbox;
    std::unique_lock lock(inbox.mutex);
    inbox.changed.wait_for(lock, patience, [&] { return inbox.closed.has_value(); });
    return inbox.closed;
}

}  // namespace platform
