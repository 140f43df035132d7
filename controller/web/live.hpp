// Tells open pages what changed: one WebSocket for each, one reader of the audit log for all.
//
// A message is {"seq":n,"changes":[{"action":"release.promote","release":"...","tenant":"..."}]}; it says what changed,
// never what it changed to: the page asks again for what it shows, with the rights of its own session. While nobody is
// connected the database is not asked. Sockets of a session that is over are
// closed within some looks.
//
// Thread safe; Start and Stop belong to one owner thread. Stop the HTTP server first.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "controller/app/services.hpp"
#include "controller/store/console_sessions.hpp"
#include "platform/ws/server.hpp"

namespace web {

struct LiveOptions {
    std::size_t max_connections = 512;
    std::size_t max_per_session = 8;
    std::chrono::milliseconds look_every{1'000};
    std::function<void(std::string_view)> on_error;  // internal text, for the log
};

class Live {
public:
    Live(app::Services& services, LiveOptions options);
    ~Live();
    Live(const Live&) = delete;
    Live& operator=(const Live&) = delete;

    void Start();
    void Stop();
    /// Look at once: something has changed.
    void Tell();
    /// The answer to a request of this visitor to open one.
    platform::HttpResponse Open(const platform::HttpRequest& request, const store::ConsoleVisitor& visitor);

private:
    void Loop();
    void Look();
    void CloseEnded();

    app::Services& services_;
    const LiveOptions options_;
    platform::WsServer server_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool told_ = false;
    bool stopping_ = false;
    std::int64_t seen_ = 0;  // of the audit log; the loop's own
    int looks_ = 0;          // the loop's own
    std::thread thread_;
};

}  // namespace web
