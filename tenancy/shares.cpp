#include "tenancy/shares.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "platform/base/text.hpp"
#include "tenancy/roles.hpp"

namespace tenancy {
namespace {

constexpr std::size_t kMaxResourceTextLength = 512;

constexpr std::array<std::string_view, 56> kShareableTypes{"agent",
                                                           "node",
                                                           "docker-host",
                                                           "k8s-cluster",
                                                           "k8s-node",
                                                           "truenas",
                                                           "vm",
                                                           "system-container",
                                                           "app-container",
                                                           "oci-container",
                                                           "pod",
                                                           "jail",
                                                           "docker-service",
                                                           "docker-image",
                                                           "docker-volume",
                                                           "docker-network",
                                                           "docker-task",
                                                           "docker-swarm-node",
                                                           "docker-secret",
                                                           "docker-config",
                                                           "k8s-deployment",
                                                           "k8s-replicaset",
                                                           "k8s-service",
                                                           "k8s-namespace",
                                                           "k8s-statefulset",
                                                           "k8s-daemonset",
                                                           "k8s-job",
                                                           "k8s-cronjob",
                                                           "k8s-ingress",
                                                           "k8s-endpoint-slice",
                                                           "k8s-network-policy",
                                                           "k8s-persistent-volume",
                                                           "k8s-persistent-volume-claim",
                                                           "k8s-storage-class",
                                                           "k8s-configmap",
                                                           "k8s-secret",
                                                           "k8s-serviceaccount",
                                                           "k8s-role",
                                                           "k8s-cluster-role",
                                                           "k8s-role-binding",
                                                           "k8s-cluster-role-binding",
                                                           "k8s-resource-quota",
                                                           "k8s-limit-range",
                                                           "k8s-pod-disruption-budget",
                                                           "k8s-horizontal-pod-autoscaler",
                                                           "k8s-event",
                                                           "storage",
                                                           "datastore",
                                                           "pool",
                                                           "dataset",
                                                           "pbs",
                                                           "pmg",
                                                           "physical_disk",
                                                           "network-share",
                                                           "ceph",
                                                           "view"};

platform::Unexpected<Refusal> RefuseShare(Refusal refusal) {
    return platform::Unexpected<Refusal>(std::move(refusal));
}

Refusal ShareRefusal(int status, std::string_view code, std::string message) {
    return {status, code, std::move(message), BodyShape::kPlatform, {}};
}

Refusal InvalidTargetOrg(std::string message) {
    return ShareRefusal(400, "invalid_target_org", std::move(message));
}

Refusal InvalidResource(std::string message) {
    return ShareRefusal(400, "invalid_resource", std::move(message));
}

bool IsResourceText(std::string_view text) {
    return text.size() <= kMaxResourceTextLength && platform::IsValidUtf8(text) &&
           std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// A request whose every field has been judged.
struct JudgedShare {
    OrgId target;
    std::string resource_type;
    std::string resource_id;
    std::string resource_name;
    OrgRole access_role = OrgRole::kViewer;
};

Decided<JudgedShare> JudgeShare(const Organization* source, const Caller& caller, const CreateShareRequest* body) {
    if (std::optional<Refusal> refusal = DecideManage(source, caller)) {
        return RefuseShare(std::move(*refusal));
    }
    if (body == nullptr) {
        return RefuseShare(InvalidRequest());
    }
    std::optional<OrgId> target = OrgId::Parse(platform::Trim(body->target_org));
    if (!target) {
        return RefuseShare(InvalidTargetOrg("targetOrgId must be the id of an organization."));
    }
    if (*target == source->id) {
        return RefuseShare(InvalidTargetOrg("An organization cannot share with itself."));
    }
    JudgedShare share;
    share.target = std::move(*target);
    share.resource_type = platform::ToLowerAscii(platform::Trim(body->resource_type));
    share.resource_id = platform::Trim(body->resource_id);
    share.resource_name = platform::Trim(body->resource_name);
    if (share.resource_type.empty() || share.resource_id.empty() || !IsResourceText(share.resource_id) ||
        !IsResourceText(share.resource_name)) {
        return RefuseShare(
            InvalidResource("resourceType and resourceId are needed, each one line of at most 512 bytes."));
    }
    if (!IsShareableType(share.resource_type)) {
        return RefuseShare(InvalidResource("Resources of the type " + platform::QuoteForMessage(share.resource_type) +
                                           " cannot be shared."));
    }
    const std::optional<OrgRole> role = ParseRequestedRole(body->access_role);
    if (!role || *role == OrgRole::kOwner) {
        return RefuseShare(ShareRefusal(400, "invalid_access_role", "accessRole must be viewer, editor or admin."));
    }
    share.access_role = *role;
    return share;
}

const Share* FindSame(const Organization& source, const JudgedShare& share) noexcept {
    for (const Share& old : source.shares) {
        if (old.target == share.target && old.resource_type == share.resource_type &&
            old.resource_id == share.resource_id) {
            return &old;
        }
    }
    return nullptr;
}

Refusal ShareNotFound() {
    return ShareRefusal(404, "share_not_found", "There is no such share.");
}

std::optional<Refusal> DecideIncoming(const Organization* target, const Caller& caller, std::string_view share_id,
                                      const IncomingShare* offered) {
    if (platform::Trim(share_id).empty()) {
        return ShareRefusal(400, "invalid_share", "The id of a share is needed.");
    }
    if (std::optional<Refusal> refusal = DecideManage(target, caller)) {
        return refusal;
    }
    // What the caller of this function looked up is looked at again: a share meant for others is none.
    if (offered == nullptr || offered->share.id != platform::Trim(share_id) || offered->share.target != target->id ||
        !IsOfferedTo(offered->share, target->created_at)) {
        return ShareNotFound();
    }
    return std::nullopt;
}

}  // namespace

std::span<const std::string_view> ShareableTypes() noexcept {
    return kShareableTypes;
}

bool IsShareableType(std::string_view resource_type) noexcept {
    return std::find(kShareableTypes.begin(), kShareableTypes.end(), resource_type) != kShareableTypes.end();
}

std::string MakeShareId(std::int64_t unix_nanoseconds) {
    constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
    auto rest = static_cast<std::uint64_t>(unix_nanoseconds);
    std::string digits;
    do {
        digits += kDigits[rest % 36];
        rest /= 36;
    } while (rest != 0);
    std::reverse(digits.begin(), digits.end());
    return "shr-" + digits;
}

Decided<OrgId> DecideShareTarget(const Organization* source, const Caller& caller, const CreateShareRequest* body) {
    Decided<JudgedShare> judged = JudgeShare(source, caller, body);
    if (!judged) {
        return RefuseShare(std::move(judged.error()));
    }
    return std::move(judged->target);
}

Decided<ShareDecision> DecideCreateShare(const Organization* source, const Caller& caller,
                                         const CreateShareRequest* body, bool target_exists, Time now,
                                         std::string new_id, std::optional<Time> target_since) {
    Decided<JudgedShare> judged = JudgeShare(source, caller, body);
    if (!judged) {
        return RefuseShare(std::move(judged.error()));
    }
    if (!target_exists) {
        return RefuseShare(NotFound());
    }
    ShareDecision decision;
    const Share* old = FindSame(*source, *judged);
    decision.created = old == nullptr;
    Share& share = decision.share;
    if (old != nullptr) {
        share = *old;
    } else {
        share.id = std::move(new_id);
        share.target = judged->target;
        share.resource_type = judged->resource_type;
        share.resource_id = judged->resource_id;
        share.created_at = now;
    }
    share.resource_name = judged->resource_name;
    const bool stays_accepted = old != nullptr && old->status == ShareStatus::kAccepted &&
                                old->access_role == judged->access_role && IsOfferedTo(*old, target_since);
    if (!stays_accepted) {
        share.access_role = judged->access_role;
        share.status = ShareStatus::kPending;
        share.created_by = caller.user_id;
        share.accepted_at.reset();
        share.accepted_by.clear();
        share.created_at = now;
    }
    if (old == nullptr || !(*old == share)) {
        decision.change.put_shares.push_back(share);
    }
    return decision;
}

Decided<OrgChange> DecideDeleteShare(const Organization* source, const Caller& caller, std::string_view share_id) {
    const std::string_view id = platform::Trim(share_id);
    if (id.empty()) {
        return RefuseShare(ShareRefusal(400, "invalid_share", "The id of a share is needed."));
    }
    if (std::optional<Refusal> refusal = DecideManage(source, caller)) {
        return RefuseShare(std::move(*refusal));
    }
    if (FindShare(*source, id) == nullptr) {
        return RefuseShare(ShareNotFound());
    }
    OrgChange change;
    change.drop_shares.emplace_back(id);
    return change;
}

std::vector<Share> OutgoingShares(const Organization& source) {
    std::vector<Share> shares;
    std::copy_if(source.shares.begin(), source.shares.end(), std::back_inserter(shares),
                 [](const Share& share) { return IsShareableType(share.resource_type); });
    return shares;
}

bool IsOfferedTo(const Share& share, std::optional<Time> target_since) noexcept {
    return !target_since || share.created_at >= *target_since;
}

std::optional<Refusal> DecideListIncoming(const Organization* target, const Caller& caller) {
    return DecideView(target, caller);
}

std::vector<IncomingShare> VisibleIncoming(std::vector<IncomingShare> offered, const Organization& target,
                                           const Caller& caller) {
    const std::optional<OrgRole> role = RoleOf(target, caller.ActsFor());
    const auto hidden = [&](const IncomingShare& incoming) {
        const Share& share = incoming.share;
        if (!role || share.target != target.id || !IsShareableType(share.resource_type) ||
            !IsOfferedTo(share, target.created_at)) {
            return true;
        }
        return share.status == ShareStatus::kPending ? !MayManage(*role) : *role < share.access_role;
    };
    offered.erase(std::remove_if(offered.begin(), offered.end(), hidden), offered.end());
    return offered;
}

Decided<IncomingDecision> DecideAcceptShare(const Organization* target, const Caller& caller, std::string_view share_id,
                                            const IncomingShare* offered, Time now) {
    if (std::optional<Refusal> refusal = DecideIncoming(target, caller, share_id, offered)) {
        return RefuseShare(std::move(*refusal));
    }
    IncomingDecision decision{offered->source, offered->share, {}};
    decision.share.status = ShareStatus::kAccepted;
    decision.share.accepted_at = now;
    decision.share.accepted_by = caller.user_id;
    decision.change.put_shares.push_back(decision.share);
    return decision;
}

Decided<IncomingDecision> DecideDeclineShare(const Organization* target, const Caller& caller,
                                             std::string_view share_id, const IncomingShare* offered) {
    if (std::optional<Refusal> refusal = DecideIncoming(target, caller, share_id, offered)) {
        return RefuseShare(std::move(*refusal));
    }
    IncomingDecision decision{offered->source, offered->share, {}};
    decision.change.drop_shares.push_back(offered->share.id);
    return decision;
}

}  // namespace tenancy
