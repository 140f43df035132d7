#include "controller/web/live.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include "controller/app/audit_trail.hpp"
#include "controller/app/console_sessions.hpp"
#include "controller/store/audit.hpp"
#include "controller/web/cookies.hpp"
#include "platform/ws/upgrade.hpp"

namespace web {
namespace {

constexpr int kMostChanges = 100;
constexpr int kLooksForSessions = 10;
constexpr std::chrono::milliseconds kGoodbye{2'000};

/// Ids and actions are plain text of ours; anything else a value may hold is left out.
std::string JsonText(std::string_view text) {
    std::string quoted = "\"";
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte >= 0x20 && byte != 0x7f && character != '"' && character != '\\') {
            quoted += character;
        }
    }
    return quoted + '"';
}

std::string MessageOf(const std::vector<store::AuditRow>& rows, std::int64_t head) {
    std::string text = "{\"seq\":" + std::to_string(head) + ",\"changes\":[";
    for (const store::AuditRow& row : rows) {
        text.append(text.back() == '[' ? "" : ",").append("{\"action\":").append(JsonText(row.action));
        if (row.release) {
            text.append(",\"release\":").append(JsonText(*row.release));
        }
        if (row.tenant) {
            text.append(",\"tenant\":").append(JsonText(*row.tenant));
        }
        text += '}';
    }
    return text + "]}";
}

platform::HttpResponse TextAnswer(int status, std::string text) {
    platform::HttpResponse response;
    response.status = status;
    response.headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}};
    response.body = std::move(text);
    return response;
}

platform::WsServerOptions ServerOptionsOf(const LiveOptions& options) {
    platform::WsServerOptions server;
    server.max_connections = options.max_connections;
    server.limits.max_message_bytes = 1024;
    server.on_error = options.on_error;
    return server;
}

}  // namespace

Live::Live(app::Services& services, LiveOptions options)
    : services_(services),
      options_(std::move(options)),
      server_(ServerOptionsOf(options_), {.on_open = {}, .on_message = {}, .on_closed = {}}) {}

Live::~Live() {
    Stop();
}

void Live::Start() {
    server_.Start();
    thread_ = std::thread([this] { Loop(); });
}

void Live::Stop() {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) {
            return;
        }
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) {
        thread_.join();
        server_.Drain(kGoodbye);
    }
}

void Live::Tell() {
    {
        const std::lock_guard lock(mutex_);
        told_ = true;
    }
    changed_.notify_all();
}

platform::HttpResponse Live::Open(const platform::HttpRequest& request, const store::ConsoleVisitor& visitor) {
    if (const auto refusal = platform::CheckUpgrade(request)) {
        platform::HttpResponse response = TextAnswer(refusal->status, refusal->detail + "\n");
        response.headers.insert(response.headers.end(), refusal->headers.begin(), refusal->headers.end());
        return response;
    }
    // Browsers send cookies with whatever page asks: only the console's own may.
    if (request.Header("origin").empty() || !IsOwnOrigin(request)) {
        return TextAnswer(403, "Only pages of this console may connect.\n");
    }
    const std::string& session = visitor.session.Text();
    const auto open = server_.Connections();
    const auto mine = std::ranges::count_if(open, [&](const platform::WsConnectionPtr& connection) {
        return *std::static_pointer_cast<std::string>(connection->Context()) == session;
    });
    if (static_cast<std::size_t>(mine) >= options_.max_per_session) {
        return TextAnswer(429, "This session has as many live pages as it may. Close one.\n");
    }
    auto answer = server_.Accept({.context = std::make_shared<std::string>(session), .headers = {}});
    Tell();
    return answer ? std::move(*answer) : TextAnswer(503, "There are as many live pages as this server takes.\n");
}

void Live::Loop() {
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, options_.look_every, [&] { return stopping_ || told_; });
            if (stopping_) {
                return;
            }
            told_ = false;
        }
        if (server_.Count() == 0) {
            seen_ = 0;
            continue;
        }
        try {
            Look();
        } catch (const std::exception& error) {
            if (options_.on_error) {
                options_.on_error(error.what());
            }
        }
    }
}

void Live::CloseEnded() {
    const auto session_of = [](const platform::WsConnection& connection) {
        return *std::static_pointer_cast<std::string>(connection.Context());
    };
    std::vector<std::string> sessions;
    for (const platform::WsConnectionPtr& connection : server_.Connections()) {
        sessions.push_back(session_of(*connection));
    }
    const auto ended = services_.database.Once([&](store::Tx& tx) { return store::FindEndedSessions(tx, sessions); });
    if (!ended.empty()) {
        server_.CloseNowIf(
            [&](const platform::WsConnection& connection) {
                return std::ranges::find(ended, session_of(connection)) != ended.end();
            },
            platform::ws_code::kPolicy, "the session is over");
    }
}

void Live::Look() {
    store::Page<store::AuditRow> rows;
    std::int64_t head = 0;
    services_.database.Read([&](store::Tx& tx) {
        head = store::LoadAuditHead(tx).seq;
        rows = {};
        if (seen_ != 0 && head > seen_) {
            store::AuditFilter filter;
            filter.first_seq = seen_ + 1;
            rows = store::ListAudit(tx, filter, {.limit = kMostChanges, .after = {}});
        }
    });
    if (++looks_ % kLooksForSessions == 0) {
        CloseEnded();
    }
    const bool news = seen_ != 0 && head > seen_;
    const bool first = seen_ == 0;
    seen_ = std::max<std::int64_t>(head, 1);
    if (!news && !first) {
        return;
    }
    const auto connections = server_.Connections();
    server_.Broadcast(connections, std::make_shared<const std::string>(MessageOf(rows.rows, head)));
}

}  // namespace web
