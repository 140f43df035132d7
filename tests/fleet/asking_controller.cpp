#include "tests/fleet/asking_controller.hpp"

#include "platform/base/clock.hpp"
#include "platform/ws/upgrade.hpp"
#include "tenancy/wire/control_document.hpp"

namespace fleet_test {
namespace {

namespace wire = tenancy::wire;

constexpr std::chrono::seconds kAskingPatience{60};

platform::WsServerOptions AskingOptions() {
    platform::WsServerOptions options;
    options.limits.max_message_bytes = std::size_t{512} * 1024;
    return options;
}

}  // namespace

AskingController::AskingController()
    : secret_("pce_" + platform::Base64UrlEncode(std::string(32, 'k'))),
      sockets_(AskingOptions(), {.on_open =
                                     [this](const auto& connection) {
                                         connection->Send(wire::EncodeWelcome({key_.PublicPem()}));
                                         const std::lock_guard lock(mutex_);
                                         connection_ = connection;
                                         changed_.notify_all();
                                     },
                                 .on_message = [this](const auto&, std::string_view text) { OnMessage(text); },
                                 .on_closed =
                                     [this](const auto& connection, const auto&) {
                                         const std::lock_guard lock(mutex_);
                                         if (connection_ == connection) {
                                             connection_ = nullptr;
                                         }
                                     }}),
      http_({}, [this](const platform::HttpRequest& request) { return Answer(request); }) {
    sockets_.Start();
    http_.Start();
}

AskingController::~AskingController() {
    http_.Drain(std::chrono::seconds(1));
    sockets_.Drain(std::chrono::seconds(1));
}

std::string AskingController::Url() const {
    return "ws://127.0.0.1:" + std::to_string(http_.Port());
}

std::string AskingController::Token() const {
    return secret_ + "." + platform::Sha256Hex(key_.PublicPem()) + "\n";
}

platform::HttpResponse AskingController::Answer(const platform::HttpRequest& request) {
    if (request.path != wire::kChannelPath || platform::CheckUpgrade(request)) {
        return {400, {}, {}};
    }
    return sockets_.Accept({}).value_or(platform::HttpResponse{503, {}, {}});
}

void AskingController::OnMessage(std::string_view text) {
    const auto report = wire::DecodeReport(text);
    auto evidence = wire::DecodeEvidence(text);
    const std::lock_guard lock(mutex_);
    if (report && report->answer) {
        answers_.push_back(*report->answer);
    }
    if (evidence) {
        evidence_.push_back(std::move(*evidence));
    }
    changed_.notify_all();
}

void AskingController::Send(const std::string& text) {
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, kAskingPatience, [this] { return connection_ != nullptr; })) {
        connection_->Send(text);
    }
}

bool AskingController::Order(const std::string& instance, std::int64_t generation, bool enabled, wire::ApplyMode mode) {
    wire::ControlDocument document;
    document.instance = instance;
    document.generation = generation;
    document.issued_at = platform::SystemNow();
    document.enabled = enabled;
    document.mode = mode;
    document.reason = "played by a test";
    document.operation = "op_played";
    const std::string text = wire::EncodeControlDocument(document);
    Send(wire::EncodeOrder({generation, text, key_.Sign(text)}));
    std::unique_lock lock(mutex_);
    const platform::Deadline deadline(kAskingPatience);
    for (;;) {
        for (const wire::OrderAnswer& answer : answers_) {
            if (answer.generation == generation) {
                return answer.outcome == "applied";
            }
        }
        if (changed_.wait_until(lock, deadline.End()) == std::cv_status::timeout) {
            return false;
        }
    }
}

std::optional<wire::Evidence> AskingController::Verify(wire::VerifyRequest request) {
    {
        const std::lock_guard lock(mutex_);
        request.request = "vr_" + std::to_string(++asked_);
    }
    Send(wire::EncodeVerify(request));
    std::unique_lock lock(mutex_);
    const platform::Deadline deadline(kAskingPatience);
    for (;;) {
        for (const wire::Evidence& evidence : evidence_) {
            if (evidence.request == request.request) {
                return evidence;
            }
        }
        if (changed_.wait_until(lock, deadline.End()) == std::cv_status::timeout) {
            return std::nullopt;
        }
    }
}

}  // namespace fleet_test
