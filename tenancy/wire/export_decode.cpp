#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "platform/base/text.hpp"
#include "platform/json/number.hpp"
#include "platform/json/pointer.hpp"
#include "tenancy/wire/export_fields.hpp"
#include "tenancy/wire/organization_fields.hpp"

namespace tenancy::wire {
namespace {

using platform::FieldErrors;
using platform::Json;
using platform::ObjectReader;

constexpr std::size_t kMaxSections = 200;
constexpr std::size_t kMaxSectionRows = 10'000'000;
constexpr std::array<const char*, 5> kOrgFields{"org", "orgId", "org_id", "tenantId", "tenant_id"};

platform::Unexpected<FieldErrors> RefuseExport(std::string pointer, std::string message) {
    return platform::Unexpected<FieldErrors>(FieldErrors{{std::move(pointer), std::move(message)}});
}

/// A row that says whose it is must say it is this organization's.
void CheckOwner(const Json& row, const OrgId& org, const std::string& pointer, FieldErrors& errors) {
    for (const char* field : kOrgFields) {
        const auto found = row.find(field);
        if (found != row.end() && (!found->is_string() || found->get_ref<const std::string&>() != org.Text())) {
            errors.push_back({platform::PointerStep(pointer, field),
                              "must name the exported organization, " + platform::QuoteForMessage(org.Text())});
        }
    }
}

ExportSection ReadSection(const Json& json, const OrgId& org, const std::string& pointer, FieldErrors& errors) {
    ObjectReader in(json, pointer, errors);
    ExportSection section;
    section.name = in.Text("name", {1, 100});
    const Json* rows = in.Array("rows", kMaxSectionRows);
    for (std::size_t i = 0; rows != nullptr && i < rows->size(); ++i) {
        const Json& row = (*rows)[i];
        const std::string at = platform::PointerStep(in.PointerTo("rows"), i);
        if (!row.is_object()) {
            errors.push_back({at, "must be an object"});
            continue;
        }
        CheckOwner(row, org, at, errors);
        section.rows.push_back(platform::CanonicalJson(row));
    }
    in.Finish();
    return section;
}

template <typename Rows, typename Key>
bool HasRepeats(const Rows& rows, Key key) {
    std::set<std::string> seen;
    return std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return !seen.insert(key(row)).second; });
}

void CheckOrganization(const Organization& org, FieldErrors& errors) {
    const auto by_user = [](const auto& row) { return row.user_id; };
    if (HasRepeats(org.members, by_user)) {
        errors.push_back({"/org/members", "must name everybody once"});
    }
    if (HasRepeats(org.invitations, by_user)) {
        errors.push_back({"/org/pendingInvitations", "must name everybody once"});
    }
    if (HasRepeats(org.shares, [](const Share& share) { return share.id; }) ||
        HasRepeats(org.shares, [](const Share& share) {
            return share.target.Text() + '\n' + share.resource_type + '\n' + share.resource_id;
        })) {
        errors.push_back({"/org/sharedResources", "must hold every share once"});
    }
    const auto owners = std::count_if(org.members.begin(), org.members.end(),
                                      [](const Member& member) { return member.role == OrgRole::kOwner; });
    const Member* owner = FindMember(org, org.owner_user_id);
    const bool nobody = org.id.IsDefault() && org.owner_user_id.empty() && owners == 0;
    if (!nobody && (owners != 1 || owner == nullptr || owner->role != OrgRole::kOwner)) {
        errors.push_back({"/org/ownerUserId", "must name the one member with the role owner"});
    }
}

std::vector<ExportSection> ReadSections(const Json& list, const OrgId& org, FieldErrors& errors) {
    std::vector<ExportSection> sections;
    for (std::size_t i = 0; i < list.size(); ++i) {
        sections.push_back(ReadSection(list[i], org, platform::PointerStep("/sections", i), errors));
    }
    if (HasRepeats(sections, [](const ExportSection& section) { return section.name; })) {
        errors.push_back({"/sections", "must hold every name once"});
    }
    return sections;
}

void CheckData(const Json& json, const std::vector<ExportSection>& sections, FieldErrors& errors) {
    ObjectReader in(json, "/data", errors);
    const DataDigest stated{in.Integer("rows", 0, platform::kLargestInteger), in.Text("sha256")};
    in.Finish();
    if (errors.empty() && !(stated == DigestOf(sections))) {
        errors.push_back({"/data", "does not fit the rows: the file is damaged or was changed"});
    }
}

/// Nothing more is said about a file that is not what it says it is.
std::optional<platform::FieldError> CheckSeal(const Json& json) {
    if (!json.is_object() || json.value("format", Json()) != kExportFormat) {
        return platform::FieldError{"/format",
                                    "must be '" + std::string(kExportFormat) + "': this is no tenant export"};
    }
    if (json.value("version", Json()) != kExportVersion) {
        return platform::FieldError{
            "/version", "must be " + std::to_string(kExportVersion) + ": the file was written by another version"};
    }
    Json body = json;
    body.erase("digest");
    if (json.value("digest", Json()) != ExportDigest(body)) {
        return platform::FieldError{"/digest", "does not fit the content: the file is damaged or was changed"};
    }
    return std::nullopt;
}

}  // namespace

platform::Expected<ExportDocument, FieldErrors> DecodeExport(std::string_view text) {
    const auto json = platform::ParseJson(text, kExportLimits);
    if (!json) {
        return platform::Unexpected<FieldErrors>(json.error());
    }
    if (const auto error = CheckSeal(*json)) {
        return RefuseExport(error->pointer, error->message);
    }
    FieldErrors errors;
    ObjectReader in(*json, "", errors);
    ExportDocument document;
    in.Any("format");
    in.Any("version");
    in.Any("digest");
    document.exported_at = in.Instant("exportedAt");
    if (const Json* org = in.Object("org")) {
        document.org = ReadTenant(*org, "/org", errors);
        CheckOrganization(document.org, errors);
    }
    if (const Json* sections = in.Array("sections", kMaxSections)) {
        document.sections = ReadSections(*sections, document.org.id, errors);
    }
    if (const Json* data = in.Object("data")) {
        CheckData(*data, document.sections, errors);
    }
    in.Finish();
    if (!errors.empty()) {
        return platform::Unexpected<FieldErrors>(std::move(errors));
    }
    return document;
}

}  // namespace tenancy::wire
