#include "controller/fleet/rotation.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include "controller/store/audit.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/installation.hpp"
#include "controller/wire/audit_entry.hpp"

namespace fleet {
namespace {

using tenancy::wire::KeyAnswer;
using tenancy::wire::KeyOutcome;
using tenancy::wire::NewCredential;

constexpr std::chrono::seconds kLookForCompleted{5};
constexpr std::chrono::seconds kLookForOverdue{10};
constexpr std::chrono::seconds kAskAgain{30};
constexpr int kMostOverdueAtOnce = 50;  // a fleet that joined on one day need not change on one

void RecordInAudit(store::Tx& tx, std::string action, std::string summary, const wire::AuditDetails& details) {
    wire::AuditEntry entry;
    entry.actor = "portcullisd";
    entry.actor_kind = policy::PrincipalKind::kComponent;
    entry.action = std::move(action);
    entry.summary = std::move(summary);
    entry.details = details.Encode();
    store::AppendAudit(tx, std::move(entry));
}

std::vector<std::string> NamesOf(const std::vector<policy::InstanceId>& instances) {
    std::vector<std::string> names;
    for (const policy::InstanceId& instance : instances) {
        names.push_back(instance.Text());
    }
    return names;
}

policy::RecordId NewRotatedId(const store::Tx& tx) {
    const auto since_epoch = std::chrono::duration_cast<std::chrono::milliseconds>(store::Now(tx).time_since_epoch());
    return policy::RecordId::Trusted("crd_" + platform::MakeUlid(since_epoch.count()));
}

}  // namespace

void Rotation::Register(Dispatch& dispatch) {
    dispatch.Add("key", tenancy::wire::kMaxRotationBytes, [this](const Sender& from, std::string_view text) {
        const auto answer = tenancy::wire::DecodeKeyAnswer(text);
        if (!answer) {
            return std::optional(WhyNoMessage(answer.error()));
        }
        {
            const std::lock_guard lock(mutex_);
            heard_.keys[from.instance] = *answer;
        }
        Wake();
        return std::optional<std::string>();
    });
    dispatch.Add("new_credential", tenancy::wire::kMaxRotationBytes, [this](const Sender& from, std::string_view text) {
        const auto made = tenancy::wire::DecodeNewCredential(text);
        if (!made) {
            return std::optional(WhyNoMessage(made.error()));
        }
        {
            const std::lock_guard lock(mutex_);
            heard_.credentials[from.instance] = *made;
        }
        Wake();
        return std::optional<std::string>();
    });
}

void Rotation::OnConnected(const policy::InstanceId& instance) {
    {
        const std::lock_guard lock(mutex_);
        due_.insert(instance);
    }
    Wake();
}

void Rotation::OnGone(const policy::InstanceId& instance) {
    Context().keys.Forget(instance);
}

void Rotation::OnNews(store::FleetNews news) {
    if (news != store::FleetNews::kKeys && news != store::FleetNews::kAnything) {
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        all_due_ = true;
    }
    Wake();
}

void Rotation::OnTick() {
    Heard heard;
    std::set<policy::InstanceId> due;
    bool all = false;
    {
        const std::lock_guard lock(mutex_);
        heard = std::exchange(heard_, {});
        due = std::exchange(due_, {});
        all = std::exchange(all_due_, false);
    }
    // An instance may have been unable to: its disk was full.
    if (const auto now = platform::SteadyNow(); now - asked_again_ > kAskAgain) {
        all = true;
        asked_again_ = now;
    }
    try {
        RecordKeys(heard.keys);
        heard.keys.clear();
        RecordCredentials(heard.credentials);
        heard.credentials.clear();
        if (all) {
            SendOwed(Context().links.Instances());
        } else if (!due.empty()) {
            SendOwed({due.begin(), due.end()});
        }
        Complete();
        AskForOverdue();
    } catch (...) {
        PutBack(std::move(heard), std::move(due), all);
        throw;
    }
}

void Rotation::PutBack(Heard heard, std::set<policy::InstanceId> due, bool all) {
    const std::lock_guard lock(mutex_);
    heard_.keys.merge(heard.keys);  // what came since is newer and stays
    heard_.credentials.merge(heard.credentials);
    due_.merge(due);
    all_due_ = all_due_ || all;
}

void Rotation::RecordKeys(const std::map<policy::InstanceId, KeyAnswer>& answers) {
    if (answers.empty()) {
        return;
    }
    const PartContext& context = Context();
    context.database.Write([&](store::Tx& tx) {
        std::map<std::string, std::vector<std::string>> pinned;
        for (const auto& [instance, answer] : answers) {
            const bool known =
                !answer.pinned.empty() && store::LoadInstallationValue(tx, "signing_key/" + answer.pinned).has_value();
            if (known && store::RecordPinnedKey(tx, instance, answer.pinned)) {
                pinned[answer.pinned].push_back(instance.Text());
            }
            if (answer.outcome != KeyOutcome::kPinned) {
                wire::AuditDetails details;
                details.Text("instance", instance.Text())
                    .Text("outcome", std::string(platform::EnumText(answer.outcome)))
                    .Text("reason", answer.reason)
                    .Text("pinned", answer.pinned)
                    .Text("received_by", context.controller);
                RecordInAudit(tx, "key.handover_refused",
                              "the instance '" + instance.Text() + "' turned a hand-over of keys away: " +
                                  std::string(platform::EnumText(answer.outcome)),
                              details);
            }
        }
        for (const auto& [key, instances] : pinned) {
            wire::AuditDetails details;
            details.Text("key", key).Texts("instances", instances).Text("received_by", context.controller);
            RecordInAudit(tx, "key.pinned",
                          std::to_string(instances.size()) + (instances.size() == 1 ? " instance" : " instances") +
                              " pinned the key " + key,
                          details);
        }
    });
    const std::lock_guard lock(mutex_);
    for (const auto& [instance, answer] : answers) {
        if (!answer.pinned.empty()) {
            context.keys.Learn(instance, answer.pinned);
        }
        if (answer.outcome == KeyOutcome::kPinned) {
            due_.insert(instance);  // the next step, when there is one
        } else {
            Log("fleet.handover_refused", instance,
                std::string(platform::EnumText(answer.outcome)) + ": " + answer.reason);
        }
    }
    open_ = true;
    completed_looked_ = {};
    Wake();
}

void Rotation::RecordCredentials(const std::map<policy::InstanceId, NewCredential>& made) {
    const PartContext& context = Context();
    for (const auto& [instance, message] : made) {
        if (message.hash.empty()) {
            Log("fleet.credential_not_made", instance, message.problem);
            continue;
        }
        const auto request = policy::RecordId::Parse(message.request);
        const bool registered = request && context.database.Write([&](store::Tx& tx) {
            const policy::RecordId credential = NewRotatedId(tx);
            if (!store::RegisterSuccessor(tx, *request, instance, credential, message.hash)) {
                return false;
            }
            wire::AuditDetails details;
            details.Text("instance", instance.Text())
                .Text("rotation", message.request)
                .Text("received_by", context.controller);
            RecordInAudit(tx, "credential.register",
                          "the instance '" + instance.Text() + "' made itself another credential", details);
            return true;
        });
        const auto connection = context.links.Connection(instance);
        if (registered && connection) {
            connection->Send(tenancy::wire::EncodeCredentialRegistered({message.request, message.hash}));
        } else if (!registered) {
            Log("fleet.credential_not_taken", instance, "its rotation is over, or it was used before");
        }
    }
}

void Rotation::SendOwed(const std::vector<policy::InstanceId>& instances) {
    if (instances.empty()) {
        return;
    }
    const PartContext& context = Context();
    std::vector<store::KeyHandover> chain;
    std::vector<store::CredentialRotation> rotations;
    context.database.Read([&](store::Tx& tx) {
        chain = store::LoadKeyHandovers(tx);
        rotations = store::LoadOwedRotations(tx, instances);
        for (const store::PinnedKey& pinned : store::LoadPinnedKeys(tx, instances)) {
            context.keys.Learn(pinned.instance, pinned.key);
        }
    });
    SendHandovers(instances, chain);
    for (const store::CredentialRotation& rotation : rotations) {
        if (const auto connection = context.links.Connection(rotation.instance)) {
            connection->Send(tenancy::wire::EncodeRotateCredential({rotation.id.Text()}));
        }
    }
    open_ = open_ || std::ranges::any_of(chain, [](const auto& handover) { return !handover.completed_at; });
}

void Rotation::SendHandovers(const std::vector<policy::InstanceId>& instances,
                             const std::vector<store::KeyHandover>& chain) {
    if (chain.empty()) {
        return;
    }
    const PartContext& context = Context();
    for (const policy::InstanceId& instance : instances) {
        const std::string pinned = context.keys.PinnedBy(instance);
        const auto next = std::ranges::find_if(
            chain, [&](const store::KeyHandover& handover) { return pinned.empty() || handover.from_key == pinned; });
        if (next == chain.end()) {
            continue;
        }
        if (const auto connection = context.links.Connection(instance)) {
            const std::lock_guard one_after_another(context.keys.OneAfterAnother());
            connection->Send(tenancy::wire::EncodeNextKey({next->statement, next->signature}));
            // Messages arrive in their order: what is sent from now on finds the next key pinned. An instance that
            // could not pin it says so, and its orders are signed by the older key again.
            if (context.keys.Holds(next->to_key)) {
                context.keys.Learn(instance, next->to_key);
            }
        }
    }
}

void Rotation::Complete() {
    // Who is retired or revoked does not count any more, and says nothing: only looking tells.
    const auto now = platform::SteadyNow();
    if (!open_ || now - completed_looked_ < kLookForCompleted) {
        return;
    }
    const PartContext& context = Context();
    bool still_open = false;
    context.database.Write([&](store::Tx& tx) {
        for (const std::string& key : store::CompleteKeyHandovers(tx, context.controller)) {
            wire::AuditDetails details;
            details.Text("key", key).Text("seen_by", context.controller);
            RecordInAudit(tx, "key.retire", "every instance has the key " + key + " pinned; the one before is retired",
                          details);
        }
        const auto chain = store::LoadKeyHandovers(tx);
        still_open = std::ranges::any_of(chain, [](const auto& handover) { return !handover.completed_at; });
    });
    open_ = still_open;
    completed_looked_ = now;
}

void Rotation::AskForOverdue() {
    const PartContext& context = Context();
    const auto now = platform::SteadyNow();
    if (context.credential_lifetime == platform::Duration{} || now - overdue_looked_ < kLookForOverdue) {
        return;
    }
    context.database.Write([&](store::Tx& tx) {
        const auto asked = store::RequestOverdueRotations(tx, context.credential_lifetime, kMostOverdueAtOnce);
        if (!asked.empty()) {
            wire::AuditDetails details;
            details.Texts("instances", NamesOf(asked)).Text("asked_by", context.controller);
            RecordInAudit(tx, "credential.rotate", "asked for new credentials by the schedule", details);
        }
    });
    overdue_looked_ = now;
}

}  // namespace fleet
