// A controller that is played: lets one instance in, sends it orders and requests to verify, keeps what it answers.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "platform/crypto/crypto.hpp"
#include "platform/ws/server.hpp"
#include "tenancy/wire/channel.hpp"

namespace fleet_test {

class AskingController {
public:
    AskingController();
    ~AskingController();
    AskingController(const AskingController&) = delete;
    AskingController& operator=(const AskingController&) = delete;

    std::string Url() const;
    /// What goes into the file of the enrolment token.
    std::string Token() const;
    /// Waits for the instance's answer to it; false when it did not take it.
    bool Order(const std::string& instance, std::int64_t generation, bool enabled,
               tenancy::wire::ApplyMode mode = tenancy::wire::ApplyMode::kHot);
    /// Sends it under a name of its own and waits for the evidence.
    std::optional<tenancy::wire::Evidence> Verify(tenancy::wire::VerifyRequest request);

private:
    platform::HttpResponse Answer(const platform::HttpRequest& request);
    void OnMessage(std::string_view text);
    void Send(const std::string& text);

    const platform::SigningKey key_ = platform::SigningKey::Generate();
    const std::string secret_;
    std::mutex mutex_;
    std::condition_variable changed_;
    platform::WsConnectionPtr connection_;
    std::deque<tenancy::wire::OrderAnswer> answers_;
    std::deque<tenancy::wire::Evidence> evidence_;
    int asked_ = 0;
    platform::WsServer sockets_;
    platform::HttpServer http_;
};

}  // namespace fleet_test
