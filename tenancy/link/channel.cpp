#include "tenancy/link/channel.hpp"

#include <atomic>
#include <optional>
#include <thread>
#include <utility>

#include "platform/base/clock.hpp"
#include "platform/ws/client.hpp"
#include "tenancy/link/dialler.hpp"
#include "tenancy/link/mailbox.hpp"
#include "tenancy/link/pauses.hpp"
#include "tenancy/wire/channel.hpp"

namespace tenancy::link {
namespace {

using platform::WsClient;

std::int64_t Sum(const Rejections& rejected) {
    return static_cast<std::int64_t>(rejected.stale + rejected.forged + rejected.malformed + rejected.misdirected +
                                     rejected.not_stored);
}

}  // namespace

struct ControlChannel::Impl {
    Impl(ChannelOptions given, ControlLink& control_link, TenantSwitch& tenant_switch)
        : options(std::move(given)),
          link(control_link),
          switch_(tenant_switch),
          mailbox(std::make_shared<Mailbox>()),
          dialler(options, link, mailbox),
          pauses(options.first_pause, options.longest_pause, dialler.Controllers(), options.draw_pause) {
        observation = switch_.Observe([box = mailbox](bool) { box->ReportSoon(); });
        thread = std::thread([this] { Run(); });
    }

    void Stop() {
        observation.Reset();
        mailbox->Stop();
        thread.join();
    }

    void Run() {
        while (!mailbox->Stopping()) {
            if (auto client = dialler.Dial()) {
                connected.store(true);
                const std::string why = Serve(*client);
                connected.store(false);
                Tell(ChannelEvent::kDisconnected, why);
            }
            dialler.NextController();
            mailbox->Sleep(pauses.Next());
        }
    }

    /// Until the connection ends; why it did.
    std::string Serve(WsClient& client) {
        const platform::SteadyTime opened = platform::SteadyNow();
        platform::SteadyTime beat = opened;
        for (;;) {
            if (mailbox->Stopping()) {
                client.Close(platform::ws_code::kGoingAway, "the instance ends");
                return "the instance ends";
            }
            if (platform::SteadyNow() - opened >= options.proved_after) {
                pauses.Proved();
            }
            if (auto why = mailbox->Ended()) {
                return *std::move(why);
            }
            Mailbox::Due due = mailbox->TakeDue();
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
            if (const auto text = mailbox->AwaitMessage(beat, true)) {
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
            return Reject(AcceptOutcome::kMalformed,
                          "the controller sent what this instance cannot read" +
                              (why.empty() ? std::string() : ": " + why.front().pointer + " " + why.front().message));
        }
        if (const auto* order = std::get_if<wire::Order>(&*message)) {
            return TakeOrder(client, *order);
        }
        if (const auto* request = std::get_if<wire::VerifyRequest>(&*message); request && options.on_verify) {
            options.on_verify(*request,
                              [box = mailbox, connection = mailbox->Connection()](const wire::Evidence& evidence) {
                                  box->Send(connection, wire::EncodeEvidence(evidence));
                              });
        }
        if (std::get_if<wire::Welcome>(&*message) != nullptr) {
            // Read where it belongs: behind the exchange of an enrolment token.
            Reject(AcceptOutcome::kForged, "a key was offered out of turn, and is not pinned");
        }
        if (const auto* next = std::get_if<wire::NextKey>(&*message)) {
            TakeNextKey(client, *next);
        }
        if (const auto* rotate = std::get_if<wire::RotateCredential>(&*message)) {
            client.Send(wire::EncodeNewCredential(dialler.MakeSuccessor(rotate->request)));
        }
        if (const auto* registered = std::get_if<wire::CredentialRegistered>(&*message);
            registered && dialler.SuccessorRegistered(registered->hash)) {
            client.Close(platform::ws_code::kNormal, "comes back with its new credential");
        }
    }

    /// What is no order and no hand-over: it is counted, and the count is reported.
    void Reject(AcceptOutcome outcome, const std::string& reason) {
        link.Reject(outcome);
        Tell(ChannelEvent::kOrderRefused, reason);
        mailbox->ReportSoon();
    }

    void TakeNextKey(WsClient& client, const wire::NextKey& next) {
        const wire::KeyAnswer answer = link.TakeNextKey(next.statement, next.signature);
        client.Send(wire::EncodeKeyAnswer(answer));
        if (answer.outcome != wire::KeyOutcome::kPinned) {
            Tell(ChannelEvent::kHandoverRefused,
                 std::string(platform::EnumText(answer.outcome)) + ", " + answer.reason);
            mailbox->ReportSoon();
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
            mailbox->ReportIsBeingSent();
            SendReport(client, wire::OrderAnswer{order.generation, outcome, result.reason});
        }
        if (taken) {
            pauses.Proved();
        }
        if (taken && options.on_accepted) {
            options.on_accepted(result);
        }
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
    ControlLink& link;
    TenantSwitch& switch_;
    const std::shared_ptr<Mailbox> mailbox;
    Dialler dialler;  // the channel's thread's, as is the next
    Pauses pauses;
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
    impl_->mailbox->Answer(std::move(answer));
}

void ControlChannel::ReportSoon() {
    impl_->mailbox->ReportSoon();
}

void ControlChannel::Publish(wire::Inventory inventory) {
    impl_->mailbox->Publish(std::move(inventory));
}

}  // namespace tenancy::link
