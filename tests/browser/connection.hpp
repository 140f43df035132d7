// The DevTools protocol itself: commands with their answers, and events handed to the session they belong to.
//
// Events arrive only while something is awaited. One thread. Errors: std::runtime_error.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/json/json.hpp"
#include "platform/ws/client.hpp"

namespace browser_test {

using platform::Json;

/// The browser's answer to a command was an error.
class CommandFailed : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class Connection {
public:
    explicit Connection(const std::string& url);

    using Listener = std::function<void(const std::string& method, const Json& parameters)>;
    void Listen(const std::string& session, Listener listener);
    void Forget(const std::string& session);

    /// Sends and awaits the answer, handling events meanwhile. `session` empty: the browser itself.
    Json Call(const std::string& session, const std::string& method, Json parameters = Json::object());
    using Answered = std::function<void(const Json& result, const std::optional<std::string>& error)>;
    /// Sends; `answered` is called while something else is awaited.
    void Send(const std::string& session, const std::string& method, Json parameters, Answered answered = {});
    /// Handles what arrives within the time.
    void Pump(std::chrono::milliseconds patience);

private:
    void Handle(const std::string& text);

    platform::WsClient client_;
    int last_id_ = 0;
    std::map<int, Answered> waiting_;
    std::map<std::string, Listener> listeners_;
};

}  // namespace browser_test
