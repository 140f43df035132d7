#include "tenancy/wire/organization_fields.hpp"

#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "platform/json/pointer.hpp"
#include "tenancy/lifecycle.hpp"

namespace tenancy::wire {
namespace {

using platform::FieldErrors;
using platform::Json;
using platform::ObjectReader;

/// What clients write for "no time".
constexpr std::string_view kNoTime = "0001-01-01T00:00:00Z";
constexpr std::size_t kMaxRows = 100'000;
constexpr platform::TextRule kAnyText{0, 2000};

void PutUnlessEmpty(Json& json, const char* name, const std::string& text) {
    if (!text.empty()) {
        json[name] = text;
    }
}

void PutIfSet(Json& json, const char* name, const std::optional<Time>& time) {
    if (time) {
        json[name] = InstantJson(time);
    }
}

template <typename Row, typename Encode>
void PutRows(Json& json, const char* name, const std::vector<Row>& rows, Encode encode) {
    if (rows.empty()) {
        return;
    }
    Json list = Json::array();
    for (const Row& row : rows) {
        list.push_back(encode(row));
    }
    json[name] = std::move(list);
}

std::string ReadText(ObjectReader& in, const char* name) {
    return in.OptionalText(name, kAnyText).value_or("");
}

/// A time that may be the year 1, which no ordinary reader of times accepts.
std::optional<Time> ReadTimeOrNone(ObjectReader& in, const char* name) {
    const std::string text = in.Text(name);
    if (text.empty() || text == kNoTime) {
        return std::nullopt;
    }
    const std::optional<Time> time = platform::ParseTime(text);
    if (!time) {
        in.Error(name, "must be a time such as 2025-01-29T09:00:00Z, not " + platform::QuoteForMessage(text));
    }
    return time;
}

Member ReadMember(const Json& json, const std::string& pointer, FieldErrors& errors) {
    ObjectReader in(json, pointer, errors);
    Member member;
    member.user_id = in.Text("userId");
    member.email = ReadText(in, "email");
    member.role = in.Enum<OrgRole>("role");
    member.added_at = in.Instant("addedAt");
    member.added_by = ReadText(in, "addedBy");
    in.Finish();
    return member;
}

OrgRole ReadLesserRole(ObjectReader& in, const char* name) {
    const auto role = in.Enum<OrgRole>(name);
    if (role == OrgRole::kOwner) {
        in.Error(name, "must be one of viewer, editor, admin, not 'owner'");
    }
    return role;
}

Invitation ReadInvitation(const Json& json, const std::string& pointer, FieldErrors& errors) {
    ObjectReader in(json, pointer, errors);
    Invitation invitation;
    invitation.user_id = in.Text("userId");
    invitation.role = ReadLesserRole(in, "role");
    invitation.invited_at = in.Instant("invitedAt");
    invitation.invited_by = in.Text("invitedBy", kAnyText);
    in.Finish();
    return invitation;
}

OrgId ReadOrgId(ObjectReader& in, const char* name) {
    const std::string text = in.Text(name);
    std::optional<OrgId> id = OrgId::Parse(text);
    if (!id && !text.empty()) {
        in.Error(name, "must be 1 to 64 of A-Z a-z 0-9 . _ -, not " + platform::QuoteForMessage(text));
    }
    return id.value_or(OrgId());
}

Share ReadShare(const Json& json, const std::string& pointer, FieldErrors& errors) {
    ObjectReader in(json, pointer, errors);
    Share share;
    share.id = in.Text("id");
    share.target = ReadOrgId(in, "targetOrgId");
    share.resource_type = in.Text("resourceType");
    share.resource_id = in.Text("resourceId");
    share.resource_name = ReadText(in, "resourceName");
    share.access_role = ReadLesserRole(in, "accessRole");
    share.status = in.Enum<ShareStatus>("status");
    share.created_at = in.Instant("createdAt");
    share.created_by = in.Text("createdBy", kAnyText);
    share.accepted_at = ReadTimeOrNone(in, "acceptedAt");
    share.accepted_by = ReadText(in, "acceptedBy");
    in.Finish();
    return share;
}

template <typename Row, typename Read>
std::vector<Row> ReadRows(ObjectReader& in, const char* name, FieldErrors& errors, Read read) {
    std::vector<Row> rows;
    const Json* list = in.OptionalArray(name, kMaxRows);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        rows.push_back(read((*list)[i], platform::PointerStep(in.PointerTo(name), i), errors));
    }
    return rows;
}

OrgLifecycle ReadLifecycle(ObjectReader& in) {
    OrgLifecycle lifecycle;
    lifecycle.status = in.OptionalEnum<OrgStatus>("status").value_or(OrgStatus::kActive);
    lifecycle.suspended_at = in.OptionalInstant("suspendedAt");
    lifecycle.suspend_reason = ReadText(in, "suspendReason");
    lifecycle.deletion_requested_at = in.OptionalInstant("deletionRequestedAt");
    if (const auto days = in.OptionalInteger("retentionDays", 0, kMaxRetentionDays)) {
        lifecycle.retention_days = static_cast<int>(*days);
    }
    lifecycle.canceled_at = in.OptionalInstant("canceledAt");
    return lifecycle;
}

}  // namespace

Json InstantJson(const std::optional<Time>& time) {
    return time ? platform::FormatTime(*time) : std::string(kNoTime);
}

Json MemberJson(const Member& member) {
    Json json = {{"userId", member.user_id},
                 {"role", platform::EnumText(member.role)},
                 {"addedAt", InstantJson(member.added_at)}};
    PutUnlessEmpty(json, "email", member.email);
    PutUnlessEmpty(json, "addedBy", member.added_by);
    return json;
}

Json InvitationJson(const Invitation& invitation) {
    return {{"userId", invitation.user_id},
            {"role", platform::EnumText(invitation.role)},
            {"invitedAt", InstantJson(invitation.invited_at)},
            {"invitedBy", invitation.invited_by}};
}

Json ShareJson(const Share& share) {
    Json json = {{"id", share.id},
                 {"targetOrgId", share.target.Text()},
                 {"resourceType", share.resource_type},
                 {"resourceId", share.resource_id},
                 {"accessRole", platform::EnumText(share.access_role)},
                 {"status", platform::EnumText(share.status)},
                 {"createdAt", InstantJson(share.created_at)},
                 {"createdBy", share.created_by},
                 {"acceptedAt", InstantJson(share.accepted_at)}};
    PutUnlessEmpty(json, "resourceName", share.resource_name);
    PutUnlessEmpty(json, "acceptedBy", share.accepted_by);
    return json;
}

Json OrganizationJson(const Organization& org) {
    Json json = {{"id", org.id.Text()}, {"displayName", org.display_name}, {"createdAt", InstantJson(org.created_at)}};
    const OrgLifecycle& life = org.lifecycle;
    // An organization that was never suspended has no status at all; one that says nothing is active.
    if (life.status != OrgStatus::kActive) {
        json["status"] = platform::EnumText(life.status);
    }
    PutUnlessEmpty(json, "ownerUserId", org.owner_user_id);
    PutUnlessEmpty(json, "ownerEmail", org.owner_email);
    PutRows(json, "members", org.members, MemberJson);
    PutRows(json, "pendingInvitations", org.invitations, InvitationJson);
    PutRows(json, "sharedResources", org.shares, ShareJson);
    PutIfSet(json, "suspendedAt", life.suspended_at);
    PutUnlessEmpty(json, "suspendReason", life.suspend_reason);
    PutIfSet(json, "deletionRequestedAt", life.deletion_requested_at);
    if (life.retention_days.value_or(0) != 0) {
        json["retentionDays"] = *life.retention_days;
    }
    PutUnlessEmpty(json, "encryptionKeyId", org.encryption_key_id);
    return json;
}

Json TenantJson(const Organization& org) {
    Json json = OrganizationJson(org);
    json["name"] = org.display_name;
    // Operators look at the status first: it is always there for them.
    json["status"] = platform::EnumText(org.lifecycle.status);
    json["plan"] = platform::EnumText(org.plan);
    PutUnlessEmpty(json, "contactEmail", org.contact_email);
    PutIfSet(json, "canceledAt", org.lifecycle.canceled_at);
    return json;
}

Organization ReadTenant(const Json& json, const std::string& pointer, FieldErrors& errors) {
    ObjectReader in(json, pointer, errors);
    Organization org;
    org.id = ReadOrgId(in, "id");
    org.display_name = in.Text("displayName");
    if (const auto name = in.OptionalText("name"); name && *name != org.display_name) {
        in.Error("name", "must be the same as displayName");
    }
    org.created_at = ReadTimeOrNone(in, "createdAt");
    org.lifecycle = ReadLifecycle(in);
    org.owner_user_id = ReadText(in, "ownerUserId");
    org.owner_email = ReadText(in, "ownerEmail");
    org.members = ReadRows<Member>(in, "members", errors, ReadMember);
    org.invitations = ReadRows<Invitation>(in, "pendingInvitations", errors, ReadInvitation);
    org.shares = ReadRows<Share>(in, "sharedResources", errors, ReadShare);
    org.encryption_key_id = ReadText(in, "encryptionKeyId");
    org.plan = in.OptionalEnum<Plan>("plan").value_or(Plan::kFree);
    org.contact_email = ReadText(in, "contactEmail");
    in.Finish();
    return org;
}

std::string TextOf(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace tenancy::wire
