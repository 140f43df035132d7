#include "tests/browser/connection.hpp"

#include <stdexcept>

#include "platform/base/clock.hpp"

namespace browser_test {
namespace {

constexpr std::chrono::seconds kAnswerPatience{60};
constexpr std::size_t kLargestMessage = std::size_t{256} * 1024 * 1024;
constexpr std::chrono::hours kNoLimit{1};

platform::WsClient ConnectDevTools(const std::string& url) {
    platform::WsClientOptions options;
    options.url = url;
    options.limits.max_message_bytes = kLargestMessage;
    options.limits.ping_interval = kNoLimit;
    options.limits.silence_limit = kNoLimit;
    options.max_unread_messages = 1'000'000;
    auto client = platform::WsClient::Connect(std::move(options));
    if (!client) {
        throw std::runtime_error("the browser cannot be spoken to: " + client.error().message);
    }
    return std::move(*client);
}

}  // namespace

Connection::Connection(const std::string& url) : client_(ConnectDevTools(url)) {}

void Connection::Listen(const std::string& session, Listener listener) {
    listeners_[session] = std::move(listener);
}

void Connection::Forget(const std::string& session) {
    listeners_.erase(session);
}

void Connection::Send(const std::string& session, const std::string& method, Json parameters, Answered answered) {
    const int id = ++last_id_;
    Json message{{"id", id}, {"method", method}, {"params", std::move(parameters)}};
    if (!session.empty()) {
        message["sessionId"] = session;
    }
    waiting_[id] = std::move(answered);
    if (client_.Send(message.dump(-1, ' ', false, Json::error_handler_t::replace)) != platform::WsSend::kQueued) {
        throw std::runtime_error("the browser has gone: " + method + " cannot be sent");
    }
}

Json Connection::Call(const std::string& session, const std::string& method, Json parameters) {
    std::optional<Json> result;
    std::optional<std::string> failed;
    Send(session, method, std::move(parameters), [&](const Json& value, const std::optional<std::string>& error) {
        result = value;
        failed = error;
    });
    const int id = last_id_;
    const platform::Deadline deadline(kAnswerPatience);
    while (!result) {
        if (deadline.Passed()) {
            waiting_.erase(id);
            throw std::runtime_error("the browser did not answer " + method);
        }
        Pump(std::chrono::milliseconds(100));
    }
    if (failed) {
        throw CommandFailed(method + ": " + *failed);
    }
    return std::move(*result);
}

void Connection::Pump(std::chrono::milliseconds patience) {
    auto message = client_.Receive(patience);
    while (message) {
        Handle(*message);
        message = client_.Receive(std::chrono::milliseconds(0));
    }
    if (message.error().kind == platform::WsError::Kind::kClosed) {
        throw std::runtime_error("the browser has gone: " + message.error().message);
    }
}

void Connection::Handle(const std::string& text) {
    const Json message = Json::parse(text);
    if (message.contains("id")) {
        const auto found = waiting_.find(message["id"].get<int>());
        if (found == waiting_.end()) {
            return;
        }
        const Answered answered = std::move(found->second);
        waiting_.erase(found);
        if (answered) {
            answered(message.value("result", Json::object()),
                     message.contains("error") ? std::optional(message["error"].value("message", "an error"))
                                               : std::nullopt);
        }
        return;
    }
    const auto listener = listeners_.find(message.value("sessionId", ""));
    if (listener != listeners_.end()) {
        const Listener call = listener->second;  // it may forget itself
        call(message.value("method", ""), message.value("params", Json::object()));
    }
}

}  // namespace browser_test
