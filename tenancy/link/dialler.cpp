#include "tenancy/link/dialler.hpp"

#include <chrono>
#include <utility>

#include "platform/base/clock.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "tenancy/wire/channel.hpp"
#include "tenancy/wire/control_document.hpp"

namespace tenancy::link {
namespace {

using platform::WsClient;
using platform::WsError;
using std::chrono::milliseconds;

constexpr milliseconds kWelcomePatience{10'000};
constexpr milliseconds kHandshakePatience{5'000};
constexpr int kUnauthorized = 401;
constexpr int kConflict = 409;

std::string ChannelUrl(std::string_view controller) {
    std::string url(platform::Trim(controller));
    if (url.starts_with("http://") || url.starts_with("https://")) {
        url.replace(0, 4, "ws");
    }
    while (url.ends_with('/')) {
        url.pop_back();
    }
    return url.append(wire::kChannelPath);
}

/// Of a list with commas; at least one.
std::vector<std::string> ChannelUrls(const std::string& controllers) {
    std::vector<std::string> urls;
    for (const std::string_view controller : platform::Split(controllers, ',')) {
        if (!platform::Trim(controller).empty() || urls.empty()) {
            urls.push_back(ChannelUrl(controller));
        }
    }
    return urls;
}

bool IsRefusal(const WsError& error) {
    return error.kind == WsError::Kind::kRefused && (error.status == kUnauthorized || error.status == kConflict);
}

}  // namespace

Dialler::Dialler(const ChannelOptions& options, ControlLink& link, std::shared_ptr<Mailbox> mailbox)
    : options_(options),
      urls_(ChannelUrls(options.controller_url)),
      link_(link),
      credentials_(options.folder, options.enrolment_token_file),
      successor_(options.folder),
      sockets_(std::make_shared<platform::WsThread>(options.on_error)),
      mailbox_(std::move(mailbox)) {}

std::optional<WsClient> Dialler::Dial() {
    auto current = credentials_.Current();
    if (!current) {
        Tell(ChannelEvent::kRefused, current.error());
        return std::nullopt;
    }
    if (std::exchange(successor_registered_, false)) {
        if (auto client = DialWithSuccessor()) {
            return client;
        }
    }
    if (*current) {
        auto client = Open({{"Authorization", "Bearer " + **current}});
        if (client) {
            Tell(ChannelEvent::kConnected, link_.PinnedKeyId());
            return std::move(*client);
        }
        if (!IsRefusal(client.error())) {
            Tell(ChannelEvent::kDisconnected, client.error().message);
            return std::nullopt;
        }
        // It may have been replaced, and the instance been killed before it could say so to itself.
        if (auto replaced = DialWithSuccessor()) {
            return replaced;
        }
        Tell(ChannelEvent::kRefused, client.error().message);
    }
    return Enrol(current->has_value());
}

std::optional<WsClient> Dialler::DialWithSuccessor() {
    const auto kept = successor_.Kept();
    if (!kept || !*kept) {
        return std::nullopt;
    }
    auto client = Open({{"Authorization", "Bearer " + **kept}});
    if (!client) {
        if (IsRefusal(client.error())) {
            successor_.Drop();
        }
        return std::nullopt;
    }
    if (const auto adopted = successor_.Adopt(); !adopted) {
        options_.on_error(adopted.error());  // the old one is refused from now on, then this one is tried again
    }
    Tell(ChannelEvent::kConnected, link_.PinnedKeyId());
    return std::move(*client);
}

std::optional<WsClient> Dialler::Enrol(bool had_credential) {
    const auto token = credentials_.Token();
    if (!token) {
        Tell(ChannelEvent::kRefused, token.error());
        return std::nullopt;
    }
    if (!*token) {
        if (!had_credential) {
            Tell(ChannelEvent::kRefused,
                 "This instance was never let in. Make an enrolment for it (portcullis fleet enrol) and give the "
                 "file that holds its token as --enrolment-token-file.");
        }
        return std::nullopt;
    }
    const auto next = credentials_.Next();
    if (!next) {
        Tell(ChannelEvent::kRefused, next.error());
        return std::nullopt;
    }
    auto client = Open({{"Authorization", "Bearer " + (*token)->secret},
                        {std::string(wire::kNewCredentialHeader), platform::Sha256Hex(*next)}});
    if (!client) {
        if (IsRefusal(client.error())) {
            credentials_.DropNext();
            Tell(ChannelEvent::kRefused, client.error().message);
        } else {
            Tell(ChannelEvent::kDisconnected, client.error().message);
        }
        return std::nullopt;
    }
    if (const std::string problem = TakeWelcome(**token); !problem.empty()) {
        Tell(ChannelEvent::kRefused, problem);
        return std::nullopt;
    }
    successor_.Drop();  // of a credential that is gone
    Tell(ChannelEvent::kEnrolled, link_.PinnedKeyId());
    return std::move(*client);
}

platform::Expected<WsClient, WsError> Dialler::Open(platform::HeaderList headers) {
    const std::uint64_t id = mailbox_->Begin();
    platform::WsClientOptions client;
    client.url = urls_[turn_];
    client.headers = std::move(headers);
    client.ca_file = options_.ca_file;
    client.limits.max_message_bytes = 2 * wire::kMaxControlBytes;
    client.limits.handshake_timeout = kHandshakePatience;
    client.limits.ping_interval = options_.heartbeat;
    client.limits.silence_limit = 3 * options_.heartbeat;
    client.thread = sockets_;
    client.on_message = [box = mailbox_, id](std::string_view text) { box->Received(id, text); };
    client.on_closed = [box = mailbox_, id](const platform::WsClosed& closed) { box->Closed(id, closed.reason); };
    return WsClient::Connect(std::move(client));
}

std::string Dialler::TakeWelcome(const EnrolmentToken& token) {
    const auto text = mailbox_->AwaitMessage(platform::SteadyNow() + kWelcomePatience, false);
    if (!text) {
        return "The controller let this instance in and did not say its key.";
    }
    const auto message = wire::DecodeControllerMessage(*text);
    const auto* welcome = message ? std::get_if<wire::Welcome>(&*message) : nullptr;
    if (welcome == nullptr) {
        return "The controller let this instance in and sent something else than its key.";
    }
    if (platform::Sha256Hex(welcome->controller_key) != token.key_fingerprint) {
        return "The key that was offered is not the one the enrolment token names: this may be another controller. "
               "Check the address, or make a new enrolment.";
    }
    // The operator gave this token, so the move to its controller is meant.
    auto pinned = link_.PinKey(welcome->controller_key);
    if (!pinned) {
        pinned = link_.RepinKey(welcome->controller_key);
    }
    if (!pinned) {
        return pinned.error();
    }
    const auto adopted = credentials_.AdoptNext();
    return adopted ? std::string() : adopted.error();
}

wire::NewCredential Dialler::MakeSuccessor(const std::string& request) const {
    const auto made = successor_.Make();
    return {request, made ? platform::Sha256Hex(*made) : std::string(), made ? std::string() : made.error()};
}

bool Dialler::SuccessorRegistered(std::string_view hash) {
    const auto kept = successor_.Kept();
    const bool ours = kept && *kept && platform::Sha256Hex(**kept) == hash;
    successor_registered_ = successor_registered_ || ours;
    return ours;
}

}  // namespace tenancy::link
