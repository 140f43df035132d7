#include "controller/app/keys.hpp"

#include <utility>

#include "controller/app/audit_trail.hpp"
#include "controller/app/instances.hpp"
#include "controller/app/refusals.hpp"
#include "controller/store/installation.hpp"
#include "controller/store/keys.hpp"

namespace app {
namespace {

wire::SigningKeys ViewSigningKeys(const std::vector<store::KeyHandover>& chain, const std::string& key_in_use) {
    wire::SigningKeys view;
    view.key = chain.empty() ? key_in_use : chain.back().to_key;
    for (const store::KeyHandover& row : chain) {
        view.handovers.push_back({row.id.Text(), row.from_key, row.to_key, row.reason, row.created_at, row.created_by,
                                  row.completed_at, row.behind});
    }
    if (chain.empty()) {
        view.summary = "The key " + view.key + " signs orders; it was never replaced.";
    } else if (chain.back().completed_at) {
        view.summary = "The key " + view.key + " signs orders.";
    } else {
        view.summary = std::to_string(chain.back().behind) +
                       (chain.back().behind == 1 ? " instance has" : " instances have") + " not pinned the key " +
                       view.key + " yet.";
    }
    return view;
}

}  // namespace

Outcome<wire::SigningKeys> ShowSigningKeys(store::Tx& tx, const std::string& key_in_use) {
    return ViewSigningKeys(store::LoadKeyHandovers(tx), key_in_use);
}

Outcome<wire::SigningKeys> HandOverKey(store::Tx& tx, const Call& call, const std::string& key_in_use,
                                       const platform::Expected<NextKeyOffer, std::string>& offer,
                                       const std::string& reason) {
    const AuditSubject subject{.action = "key.hand_over"};
    const auto refuse = [&](const std::string& detail) {
        return Refused(RecordRefusal(tx, call, subject, Conflict(detail)));
    };
    const auto chain = store::LoadKeyHandovers(tx);
    if (!chain.empty() && !chain.back().completed_at) {
        return refuse("The key " + chain.back().to_key + " is being handed over to; " +
                      std::to_string(chain.back().behind) + " of the instances have not pinned it yet.");
    }
    if (!offer) {
        return refuse(offer.error());
    }
    if (!chain.empty() && chain.back().to_key != offer->from_key) {
        return refuse("The newest key is " + chain.back().to_key + " and this controller signs with " +
                      offer->from_key + ": start it again, with the newest key.");
    }
    for (const store::KeyHandover& before : chain) {
        if (before.from_key == offer->to_key) {
            return refuse("The key " + offer->to_key +
                          " was in use before, and none comes back: make a new one with "
                          "portcullisd next-key.");
        }
    }
    store::SetInstallationValue(tx, "signing_key/" + offer->to_key, offer->to_pem);
    store::InsertKeyHandover(tx, {NewRecordId(tx, "kho"), offer->from_key, offer->to_key, offer->statement,
                                  offer->signature, reason, call.actor.id});
    wire::AuditDetails details;
    details.Text("from", offer->from_key).Text("to", offer->to_key).Text("reason", reason);
    wire::SigningKeys view = ViewSigningKeys(store::LoadKeyHandovers(tx), key_in_use);
    RecordDone(tx, call, subject, "handed the signing of orders over to the key " + offer->to_key, details);
    return view;
}

Outcome<wire::Instance> RotateCredential(store::Tx& tx, const Call& call, const fleet::Patience& patience,
                                         const policy::InstanceId& id, const std::string& reason) {
    const AuditSubject subject{.action = "credential.rotate"};
    if (!store::LoadInstance(tx, id, store::Lock::kForUpdate)) {
        return Refused(NotFound("instance", id.Text()));
    }
    const auto rotation = store::RequestRotation(tx, NewRecordId(tx, "rot"), id, reason, call.actor.id.Text());
    if (!rotation) {
        return Refused(
            RecordRefusal(tx, call, subject, Conflict("The instance '" + id.Text() + "' has no credential.")));
    }
    auto view = ShowInstance(tx, patience, id);
    wire::AuditDetails details;
    details.Text("instance", id.Text()).Text("rotation", rotation->id.Text()).Text("reason", reason);
    RecordDone(tx, call, subject, "asked the instance '" + id.Text() + "' for a new credential", details);
    return view;
}

}  // namespace app
