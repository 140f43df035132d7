// A controller that is played, with one instance: lets everybody in who shows the token or the credential it was
// exchanged for, sends what the test says, and keeps what it hears.
//
// Thread safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "platform/crypto/crypto.hpp"
#include "platform/ws/server.hpp"
#include "tenancy/wire/channel.hpp"

namespace fleet_test {

class PlayedController {
public:
    explicit PlayedController(std::uint16_t port = 0);
    ~PlayedController();
    PlayedController(const PlayedController&) = delete;
    PlayedController& operator=(const PlayedController&) = delete;

    std::string Url() const;
    std::uint16_t Port() const;
    /// What goes into the file of the enrolment token.
    std::string Token() const;
    /// Waits for the instance.
    void Send(const std::string& text);
    void Order(const std::string& document, const platform::SigningKey& by, std::int64_t named);
    /// The next report with an answer, or any.
    std::optional<tenancy::wire::Report> Report(bool with_answer);
    /// The next message that is no report.
    std::string Other();
    /// Waits for the instance.
    void Cut();
    /// From now on everybody who connects is cut off as soon as something is heard.
    void CutEverybody(bool cut);
    int Handshakes();
    void LoseCredentials();

    platform::SigningKey key = platform::SigningKey::Generate();
    platform::SigningKey offered = key;  // in the welcome

private:
    platform::HttpResponse Answer(const platform::HttpRequest& request);
    void OnOpen(const platform::WsConnectionPtr& connection);
    void OnMessage(const platform::WsConnectionPtr& connection, std::string_view text);

    const std::string secret_;
    std::mutex mutex_;
    std::condition_variable changed_;
    platform::WsConnectionPtr connection_;
    std::deque<tenancy::wire::Report> reports_;
    std::deque<std::string> others_;
    std::string credential_hash_;
    int handshakes_ = 0;
    bool cuts_ = false;
    platform::WsServer sockets_;
    platform::HttpServer http_;
};

}  // namespace fleet_test
