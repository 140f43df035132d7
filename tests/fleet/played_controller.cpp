#include "tests/fleet/played_controller.hpp"

#include "platform/base/clock.hpp"
#include "platform/ws/upgrade.hpp"

#include <gtest/gtest.h>

namespace fleet_test {
namespace {

constexpr std::chrono::seconds kPlayedPatience{60};

}  // namespace

namespace wire = tenancy::wire;

PlayedController::PlayedController(std::uint16_t port)
    : secret_("pce_" + platform::Base64UrlEncode(std::string(32, 'k'))),
      sockets_({},
               {.on_open = [this](const auto& connection) { OnOpen(connection); },
                .on_message = [this](const auto& connection, std::string_view text) { OnMessage(connection, text); },
                .on_closed = {}}),
      http_({.port = port}, [this](const platform::HttpRequest& request) { return Answer(request); }) {
    sockets_.Start();
    http_.Start();
}

PlayedController::~PlayedController() {
    http_.Drain(std::chrono::seconds(1));
    sockets_.Drain(std::chrono::seconds(1));
}

std::string PlayedController::Url() const {
    return "ws://127.0.0.1:" + std::to_string(http_.Port());
}

std::uint16_t PlayedController::Port() const {
    return http_.Port();
}

std::string PlayedController::Token() const {
    return secret_ + "." + platform::Sha256Hex(key.PublicPem());
}

void PlayedController::Send(const std::string& text) {
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, kPlayedPatience, [this] { return connection_ != nullptr; })) {
        connection_->Send(text);
    }
}

void PlayedController::Order(const std::string& document, const platform::SigningKey& by, std::int64_t named) {
    Send(wire::EncodeOrder({named, document, by.Sign(document)}));
}

std::optional<wire::Report> PlayedController::Report(bool with_answer) {
    std::unique_lock lock(mutex_);
    const platform::Deadline deadline(kPlayedPatience);
    for (;;) {
        while (!reports_.empty()) {
            const wire::Report report = reports_.front();
            reports_.pop_front();
            if (!with_answer || report.answer) {
                return report;
            }
        }
        if (changed_.wait_until(lock, deadline.End()) == std::cv_status::timeout) {
            return std::nullopt;
        }
    }
}

std::string PlayedController::Other() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kPlayedPatience, [this] { return !others_.empty(); })) {
        return {};
    }
    std::string text = others_.front();
    others_.pop_front();
    return text;
}

void PlayedController::Cut() {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, kPlayedPatience, [this] { return connection_ != nullptr; }));
    connection_->CloseNow(platform::ws_code::kGoingAway, "played");
    connection_ = nullptr;
}

void PlayedController::CutEverybody(bool cut) {
    const std::lock_guard lock(mutex_);
    cuts_ = cut;
}

int PlayedController::Handshakes() {
    const std::lock_guard lock(mutex_);
    return handshakes_;
}

void PlayedController::LoseCredentials() {
    const std::lock_guard lock(mutex_);
    credential_hash_ = "lost";
}

platform::HttpResponse PlayedController::Answer(const platform::HttpRequest& request) {
    const std::lock_guard lock(mutex_);
    ++handshakes_;
    if (request.path != wire::kChannelPath || platform::CheckUpgrade(request)) {
        return {400, {}, {}};
    }
    const std::string secret(request.Header("authorization").substr(7));
    const bool enrols = secret == secret_;
    const std::string hash(request.Header("portcullis-new-credential"));
    if (enrols && (credential_hash_.empty() || credential_hash_ == hash || credential_hash_ == "lost")) {
        credential_hash_ = hash;
    } else if (platform::Sha256Hex(secret) != credential_hash_) {
        return {401, {}, "no"};
    }
    return sockets_.Accept({.context = std::make_shared<bool>(enrols)}).value_or(platform::HttpResponse{503, {}, {}});
}

void PlayedController::OnOpen(const platform::WsConnectionPtr& connection) {
    if (*std::static_pointer_cast<bool>(connection->Context())) {
        connection->Send(wire::EncodeWelcome({offered.PublicPem()}));
    }
    const std::lock_guard lock(mutex_);
    connection_ = connection;
    changed_.notify_all();
}

void PlayedController::OnMessage(const platform::WsConnectionPtr& connection, std::string_view text) {
    const auto report = wire::DecodeReport(text);
    const std::lock_guard lock(mutex_);
    if (report) {
        reports_.push_back(*report);
    } else {
        others_.emplace_back(text);
    }
    if (cuts_) {
        connection->CloseNow(platform::ws_code::kPolicy, "that is no report");
        connection_ = nullptr;
    }
    changed_.notify_all();
}

}  // namespace fleet_test
