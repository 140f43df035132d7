// Request bodies, read as leniently as Pulse reads them: names match in any case (the last wins), unknown fields are
// ignored, null is absent, only the first JSON value counts, the content type does not matter. Over kMaxBodyBytes, no
// JSON, no object, or a field of another type: nothing (400 invalid_request).
// Pure; thread safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/members.hpp"
#include "tenancy/organizations.hpp"
#include "tenancy/shares.hpp"

namespace tenancy::wire {

constexpr std::size_t kMaxBodyBytes = 64 * 1024;

std::optional<CreateOrgRequest> DecodeCreateOrg(std::string_view body);
std::optional<RenameOrgRequest> DecodeRenameOrg(std::string_view body);
std::optional<SetMemberRequest> DecodeSetMember(std::string_view body);
std::optional<CreateShareRequest> DecodeCreateShare(std::string_view body);

struct SuspendRequest {
    std::string reason;
};
struct SoftDeleteRequest {
    std::optional<std::int64_t> retention_days;
};
/// {"hardDelete": false} or {"hardDelete": true, "force": true}.
struct DeleteTenantRequest {
    bool hard_delete = false;
    bool force = false;
    std::optional<std::int64_t> retention_days;
};
struct ProvisionRequest {
    std::string name;
    std::string contact_email;
    std::string admin_name;
    std::string admin_email;
    std::string admin_password;
    std::string plan;
    std::string id;  // optional: else made from the name
};
/// An empty body is an empty request for these three.
std::optional<SuspendRequest> DecodeSuspend(std::string_view body);
std::optional<SoftDeleteRequest> DecodeSoftDelete(std::string_view body);
std::optional<DeleteTenantRequest> DecodeDeleteTenant(std::string_view body);
std::optional<ProvisionRequest> DecodeProvision(std::string_view body);

/// The same reader for a service's own bodies.
///
///     const auto in = BodyReader::Read(body);
///     if (!in || !in->Text("name", request.name)) { 400 }
class BodyReader {
public:
    /// Nothing when the body is too large, is no JSON, or its first value is neither an object nor null.
    static std::optional<BodyReader> Read(std::string_view body);

    /// The field is there and is not null.
    bool Has(std::string_view name) const;
    /// Each leaves `value` alone when the field is absent or null; false when it has another type.
    bool Text(std::string_view name, std::string& value) const;
    bool Boolean(std::string_view name, bool& value) const;
    bool Integer(std::string_view name, std::optional<std::int64_t>& value) const;
    bool TextList(std::string_view name, std::vector<std::string>& value) const;

private:
    enum class Kind : std::uint8_t { kNull, kBoolean, kInteger, kText, kTextList, kOther };
    struct Field {
        std::string name;
        Kind kind = Kind::kNull;
        bool boolean = false;
        std::int64_t integer = 0;
        std::string text;
        std::vector<std::string> list;
    };
    friend class BodySink;

    const Field* Find(std::string_view name) const;
    /// Every field of that name, in whatever case, is of the kind or null.
    bool Fits(std::string_view name, Kind kind) const;

    std::vector<Field> fields_;  // of the top level, in order
};

}  // namespace tenancy::wire
