#include "tenancy/link/channel.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "platform/base/clock.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/ws/client.hpp"
#include "tenancy/link/credential.hpp"
#include "tenancy/link/rotation.hpp"
#include "tenancy/wire/channel.hpp"

namespace tenancy::link {
namespace {

using platform::WsClient;
using platform::WsError;
using std::chrono::milliseconds;

constexpr std::size_t kMostUnread = 64;
constexpr milliseconds kWelcomePatience{10'000};
constexpr std::size_t kMostAnswers = 16;
constexpr int kUnauthorized = 401;
constexpr int kConflict = 409;

/// What the socket's thread hands to the channel's.
struct Mailbox {
    std::mutex mutex;
    std::condition_variable changed;
    std::uint64_t connection = 0;  // words of an earlier one come too late
    std::deque<std::string> messages;
    std::optional<std::string> closed;                  // why
    std::vector<std::string> outgoing;                  // of this connection
    std::map<std::int64_t, wire::OrderAnswer> answers;  // by generation
    std::optional<wire::Inventory> inventory;
    bool inventory_due = false;
    bool report_due = false;
    bool stopping = false;

    bool AnythingToSend() const {
        return report_due || inventory_due || !outgoing.empty() || !answers.empty();
    }
};

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

std::int64_t Sum(const Rejections& rejected) {
    return static_cast<std::int64_t>(rejected.stale + rejected.forged + rejected.malformed + rejected.misdirected +
                                     rejected.not_stored);
}

}  // namespace

struct ControlChannel::Impl {
    Impl(ChannelOptions given, ControlLink& control_link, TenantSwitch& tenant_switch)
        : options(std::move(given)),
          urls(ChannelUrls(options.controller_url)),
          link(control_link),
          switch_(tenant_switch),
          credentials(options.folder, options.enrolment_token_file),
          successor(options.folder),
          sockets(std::make_shared<platform::WsThread>(options.on_error)),
          mailbox(std::make_shared<Mailbox>()) {
        observation = switch_.Observe([box = mailbox](bool) {
            const std::lock_guard lock(box->mutex);
            box->report_due = true;
            box->changed.notify_all();
        });
        thread = std::thread([this] { Run(); });
    }

    void Stop() {
        observation.Reset();
        {
            const std::lock_guard lock(mailbox->mutex);
            mailbox->stopping = true;
        }
        mailbox->changed.notify_all();
        thread.join();
    }

    bool Stopping() const {
        const std::lock_guard lock(mailbox->mutex);
        return mailbox->stopping;
    }

    void Run() {
        int failures = 0;
        while (!Stopping()) {
            auto client = Dial();
            if (client) {
                failures = 0;
                connected.store(true);
                const std::string why = Serve(*client);
                connected.store(false);
                Tell(ChannelEvent::kDisconnected, why);
            }
            // The next controller serves it as well; the bound grows when all were tried.
            turn = (turn + 1) % urls.size();
            Pause(failures++ / static_cast<int>(urls.size()));
        }
    }

    /// Full jitter: evenly between now and a bound that doubles.
    void Pause(int failures) {
        constexpr int kMostDoublings = 16;
        const auto bound =
            std::min(options.longest_pause, options.first_pause * (1 << std::min(failures, kMostDoublings)));
        std::uint64_t chance = 0;
        for (const char byte : platform::RandomBytes(sizeof chance)) {
            chance = chance << 8U | static_cast<unsigned char>(byte);
        }
        const milliseconds pause(chance % static_cast<std::uint64_t>(bound.count() + 1));
        std::unique_lock lock(mailbox->mutex);
        mailbox->changed.wait_for(lock, pause, [this] { return mailbox->stopping; });
    }

    // --- Getting in -----------------------------------------------------------------------------------------------

    std::optional<WsClient> Dial() {
        auto current = credentials.Current();
        if (!current) {
            Tell(ChannelEvent::kRefused, current.error());
            return std::nullopt;
        }
        if (std::exchange(successor_registered, false)) {
            if (auto client = DialWithSuccessor()) {
                return client;
            }
        }
        if (*current) {
            auto client = Open({{"Authorization", "Bearer " + **current}});
            if (client) {
                Tell(ChannelEvent::kConnected, link.PinnedKeyId());
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

    std::optional<WsClient> DialWithSuccessor() {
        const auto kept = successor.Kept();
        if (!kept || !*kept) {
            return std::nullopt;
        }
        auto client = Open({{"Authorization", "Bearer " + **kept}});
        if (!client) {
            if (IsRefusal(client.error())) {
                successor.Drop();
            }
            return std::nullopt;
        }
        if (const auto adopted = successor.Adopt(); !adopted) {
            options.on_error(adopted.error());  // the old one is refused from now on, then this one is tried again
        }
        Tell(ChannelEvent::kConnected, link.PinnedKeyId());
        return std::move(*client);
    }

    std::optional<WsClient> Enrol(bool had_credential) {
        const auto token = credentials.Token();
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
        const auto next = credentials.Next();
        if (!next) {
            Tell(ChannelEvent::kRefused, next.error());
            return std::nullopt;
        }
        auto client = Open({{"Authorization", "Bearer " + (*token)->secret},
                            {std::string(wire::kNewCredentialHeader), platform::Sha256Hex(*next)}});
        if (!client) {
            if (IsRefusal(client.error())) {
                credentials.DropNext();
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
        successor.Drop();  // of a credential that is gone
        Tell(ChannelEvent::kEnrolled, link.PinnedKeyId());
        return std::move(*client);
    }

    platform::Expected<WsClient, WsError> Open(platform::HeaderList headers) {
        std::uint64_t id = 0;
        {
            const std::lock_guard lock(mailbox->mutex);
            id = ++mailbox->connection;
            mailbox->messages.clear();
            mailbox->closed.reset();
            mailbox->outgoing.clear();
            mailbox->inventory_due = mailbox->inventory.has_value();
        }
        platform::WsClientOptions client;
        client.url = urls[turn];
        client.headers = std::move(headers);
        client.ca_file = options.ca_file;
        client.limits.max_message_bytes = 2 * wire::kMaxControlBytes;
        client.limits.handshake_timeout = milliseconds(5'000);
        client.limits.ping_interval = options.heartbeat;
        client.limits.silence_limit = 3 * options.heartbeat;
        client.thread = sockets;
        client.on_message = [box = mailbox, id](std::string_view text) {
            const std::lock_guard lock(box->mutex);
            if (box->connection != id) {
                return;
            }
            if (box->messages.size() == kMostUnread) {
                box->messages.pop_front();  // of orders the newest counts
            }
            box->messages.emplace_back(text);
            box->changed.notify_all();
        };
        client.on_closed = [box = mailbox, id](const platform::WsClosed& closed) {
            const std::lock_guard lock(box->mutex);
            if (box->connection != id) {
                return;
            }
            box->closed = closed.reason.empty() ? "the connection ended" : closed.reason;
            box->changed.notify_all();
        };
        return WsClient::Connect(std::move(client));
    }

    /// The controller's first message to a new instance: its key, which must be the token's. Empty: all is well.
    std::string TakeWelcome(const EnrolmentToken& token) {
        const auto text = AwaitMessage(platform::SteadyNow() + kWelcomePatience, false);
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
        auto pinned = link.PinKey(welcome->controller_key);
        if (!pinned) {
            pinned = link.RepinKey(welcome->controller_key);
        }
        if (!pinned) {
            return pinned.error();
        }
        const auto adopted = credentials.AdoptNext();
        return adopted ? std::string() : adopted.error();
    }

    /// The next message; nothing at the deadline, when the connection ended, when it is time to end, and when there is
    /// something to send and `for_sending`.
    std::optional<std::string> AwaitMessage(platform::SteadyTime until, bool for_sending) {
        std::unique_lock lock(mailbox->mutex);
        mailbox->changed.wait_until(lock, until, [&] {
            return !mailbox->messages.empty() || mailbox->closed || mailbox->stopping ||
                   (for_sending && mailbox->AnythingToSend());
        });
        if (mailbox->messages.empty()) {
            return std::nullopt;
        }
        std::string text = std::move(mailbox->messages.front());
        mailbox->messages.pop_front();
        return text;
    }

    // --- Connected ------------------------------------------------------------------------------------------------

    /// What is due on this connection.
    struct Due {
        std::vector<wire::OrderAnswer> answers;
        std::vector<std::string> messages;
        bool report = false;
    };

    Due TakeDue() {
        const std::lock_guard lock(mailbox->mutex);
        Due due;
        due.report = std::exchange(mailbox->report_due, false);
        for (auto& [generation, answer] : std::exchange(mailbox->answers, {})) {
            due.answers.push_back(std::move(answer));
        }
        if (std::exchange(mailbox->inventory_due, false)) {
            mailbox->inventory->sent_at = platform::SystemNow();
            due.messages.push_back(wire::EncodeInventory(*mailbox->inventory));
        }
        for (std::string& message : std::exchange(mailbox->outgoing, {})) {
            due.messages.push_back(std::move(message));
        }
        return due;
    }

    /// Until the connection ends; why it did.
    std::string Serve(WsClient& client) {
        platform::SteadyTime beat = platform::SteadyNow();
        for (;;) {
            {
                const std::lock_guard lock(mailbox->mutex);
                if (mailbox->stopping) {
                    client.Close(platform::ws_code::kGoingAway, "the instance ends");
                    return "the instance ends";
                }
                if (mailbox->closed && mailbox->messages.empty()) {
                    return *mailbox->closed;
                }
            }
            Due due = TakeDue();
            for (wire::OrderAnswer& answer : due.answers) {
                SendReport(client, std::move(answer));
                due.report = false;  // the answer says how it stands
            }
            if (due.report || platform::SteadyNow() >= beat) {
                SendReport(client, std::nullopt);
                beat = platform::SteadyNow() + options.heartbeat;
            }
            for (std::string& message : due.messages) {
                client.Send(std::move(message));
            }
            if (const auto text = AwaitMessage(beat, true)) {
                Take(client, *text);
            }
        }
    }

    void SendReport(WsClient& client, std::optional<wire::OrderAnswer> answer) {
        wire::Report report = HowItStands();
        report.answer = std::move(answer);
        client.Send(wire::EncodeReport(report));
    }

    void Take(WsClient& client, const std::string& text) {
        const auto message = wire::DecodeControllerMessage(text);
        if (!message) {
            const auto& why = message.error();
            return Tell(ChannelEvent::kOrderRefused,
                        "the controller sent what this instance cannot read" +
                            (why.empty() ? std::string() : ": " + why.front().pointer + " " + why.front().message));
        }
        if (const auto* order = std::get_if<wire::Order>(&*message)) {
            return TakeOrder(client, *order);
        }
        if (const auto* request = std::get_if<wire::VerifyRequest>(&*message); request && options.on_verify) {
            options.on_verify(*request, ReplyOf(CurrentConnection()));
        }
        if (const auto* next = std::get_if<wire::NextKey>(&*message)) {
            client.Send(wire::EncodeKeyAnswer(link.TakeNextKey(next->statement, next->signature)));
        }
        if (const auto* rotate = std::get_if<wire::RotateCredential>(&*message)) {
            const auto made = successor.Make();
            client.Send(wire::EncodeNewCredential({rotate->request, made ? platform::Sha256Hex(*made) : std::string(),
                                                   made ? std::string() : made.error()}));
        }
        if (const auto* registered = std::get_if<wire::CredentialRegistered>(&*message)) {
            const auto kept = successor.Kept();
            if (kept && *kept && platform::Sha256Hex(**kept) == registered->hash) {
                successor_registered = true;
                client.Close(platform::ws_code::kNormal, "comes back with its new credential");
            }
        }
    }

    void TakeOrder(WsClient& client, const wire::Order& order) {
        const AcceptResult result = link.Accept(order.document, order.signature);
        const bool taken = result.outcome == AcceptOutcome::kApplied || result.outcome == AcceptOutcome::kPending;
        const std::string outcome(platform::EnumText(result.outcome));
        Tell(taken ? ChannelEvent::kOrderTaken : ChannelEvent::kOrderRefused,
             "generation " + std::to_string(order.generation) + ": " + outcome +
                 (result.reason.empty() ? "" : ", " + result.reason));
        // A pending order is answered by what comes of it: by Answer, or by the process that has started again.
        if (result.outcome != AcceptOutcome::kPending) {
            {
                const std::lock_guard lock(mailbox->mutex);
                mailbox->report_due = false;  // the answer says how the switch stands
            }
            SendReport(client, wire::OrderAnswer{order.generation, outcome, result.reason});
        }
        if (taken && options.on_accepted) {
            options.on_accepted(result);
        }
    }

    std::uint64_t CurrentConnection() const {
        const std::lock_guard lock(mailbox->mutex);
        return mailbox->connection;
    }

    std::function<void(const wire::Evidence&)> ReplyOf(std::uint64_t connection) const {
        return [box = mailbox, connection](const wire::Evidence& evidence) {
            const std::lock_guard lock(box->mutex);
            if (box->connection == connection) {
                box->outgoing.push_back(wire::EncodeEvidence(evidence));
                box->changed.notify_all();
            }
        };
    }

    wire::Report HowItStands() const {
        wire::Report report;
        report.enabled = switch_.Enabled();
        report.generation = link.Generation();
        report.rejected = Sum(link.Rejected());
        report.problem = link.Problem();
        options.describe(report);
        report.sent_at = platform::SystemNow();
        return report;
    }

    void Tell(ChannelEvent event, std::string_view detail) const {
        options.on_event(event, detail);
    }

    const ChannelOptions options;
    const std::vector<std::string> urls;
    std::size_t turn = 0;  // the channel's thread's
    ControlLink& link;
    TenantSwitch& switch_;
    const Credentials credentials;
    const SuccessorCredential successor;
    bool successor_registered = false;  // the channel's thread
    const std::shared_ptr<platform::WsThread> sockets;
    const std::shared_ptr<Mailbox> mailbox;
    std::atomic<bool> connected{false};
    TenantSwitch::Observation observation;
    std::thread thread;
};

ControlChannel::ControlChannel(ChannelOptions options, ControlLink& link, TenantSwitch& tenant_switch)
    : impl_(std::make_unique<Impl>(std::move(options), link, tenant_switch)) {}

ControlChannel::~ControlChannel() {
    impl_->Stop();
}

bool ControlChannel::Connected() const {
    return impl_->connected.load();
}

void ControlChannel::Answer(wire::OrderAnswer answer) {
    Mailbox& box = *impl_->mailbox;
    const std::lock_guard lock(box.mutex);
    const std::int64_t generation = answer.generation;
    box.answers.insert_or_assign(generation, std::move(answer));
    if (box.answers.size() > kMostAnswers) {
        box.answers.erase(box.answers.begin());
    }
    box.changed.notify_all();
}

void ControlChannel::ReportSoon() {
    Mailbox& box = *impl_->mailbox;
    const std::lock_guard lock(box.mutex);
    box.report_due = true;
    box.changed.notify_all();
}

void ControlChannel::Publish(wire::Inventory inventory) {
    Mailbox& box = *impl_->mailbox;
    const std::lock_guard lock(box.mutex);
    if (!box.inventory || !SameInventory(*box.inventory, inventory)) {
        box.inventory = std::move(inventory);
        box.inventory_due = true;
        box.changed.notify_all();
    }
}

}  // namespace tenancy::link
