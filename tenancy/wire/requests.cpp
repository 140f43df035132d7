#include "tenancy/wire/requests.hpp"

#include "platform/base/text.hpp"

namespace tenancy::wire {
namespace {

/// Where a body may be left out, nothing at all is `{}`.
std::string_view OrEmptyObject(std::string_view body) {
    return platform::Trim(body).empty() ? std::string_view("{}") : body;
}

}  // namespace

std::optional<CreateOrgRequest> DecodeCreateOrg(std::string_view body) {
    const auto in = BodyReader::Read(body);
    CreateOrgRequest request;
    if (!in || !in->Text("id", request.id) || !in->Text("displayName", request.display_name)) {
        return std::nullopt;
    }
    return request;
}

std::optional<RenameOrgRequest> DecodeRenameOrg(std::string_view body) {
    const auto in = BodyReader::Read(body);
    RenameOrgRequest request;
    if (!in || !in->Text("displayName", request.display_name)) {
        return std::nullopt;
    }
    return request;
}

std::optional<SetMemberRequest> DecodeSetMember(std::string_view body) {
    const auto in = BodyReader::Read(body);
    SetMemberRequest request;
    if (!in || !in->Text("userId", request.user_id) || !in->Text("role", request.role)) {
        return std::nullopt;
    }
    return request;
}

std::optional<CreateShareRequest> DecodeCreateShare(std::string_view body) {
    const auto in = BodyReader::Read(body);
    CreateShareRequest request;
    if (!in || !in->Text("targetOrgId", request.target_org) || !in->Text("resourceType", request.resource_type) ||
        !in->Text("resourceId", request.resource_id) || !in->Text("resourceName", request.resource_name) ||
        !in->Text("accessRole", request.access_role)) {
        return std::nullopt;
    }
    return request;
}

std::optional<SuspendRequest> DecodeSuspend(std::string_view body) {
    const auto in = BodyReader::Read(OrEmptyObject(body));
    SuspendRequest request;
    if (!in || !in->Text("reason", request.reason)) {
        return std::nullopt;
    }
    return request;
}

std::optional<SoftDeleteRequest> DecodeSoftDelete(std::string_view body) {
    const auto in = BodyReader::Read(OrEmptyObject(body));
    SoftDeleteRequest request;
    if (!in || !in->Integer("retention_days", request.retention_days)) {
        return std::nullopt;
    }
    return request;
}

std::optional<DeleteTenantRequest> DecodeDeleteTenant(std::string_view body) {
    const auto in = BodyReader::Read(OrEmptyObject(body));
    DeleteTenantRequest request;
    if (!in || !in->Boolean("hardDelete", request.hard_delete) || !in->Boolean("force", request.force) ||
        !in->Integer("retention_days", request.retention_days)) {
        return std::nullopt;
    }
    return request;
}

std::optional<ProvisionRequest> DecodeProvision(std::string_view body) {
    const auto in = BodyReader::Read(body);
    ProvisionRequest request;
    if (!in || !in->Text("name", request.name) || !in->Text("contactEmail", request.contact_email) ||
        !in->Text("adminName", request.admin_name) || !in->Text("adminEmail", request.admin_email) ||
        !in->Text("adminPassword", request.admin_password) || !in->Text("plan", request.plan) ||
        !in->Text("id", request.id)) {
        return std::nullopt;
    }
    return request;
}

}  // namespace tenancy::wire
