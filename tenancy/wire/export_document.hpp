// A tenant in a file: its organization, members, invitations, shares and data, complete and checkable.
//
//   {"format":"portcullis-tenant-export","version":1,"exportedAt":"...","org":{...},
//    "sections":[{"name":"customers","rows":[{...}]}],
//    "data":{"rows":12,"sha256":"..."},"digest":"<sha-256 of the canonical text without this field>"}
//
// Rows are objects this library does not interpret, but a row that names an organization (`org`, `orgId`, `org_id`,
// `tenantId`, `tenant_id`) must name the exported one. The decoder is strict: another format or version, a wrong
// digest, unknown fields, repeated sections, broken invariants (no single owner) are refused whole.
// Pure; thread safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/expected.hpp"
#include "platform/base/field_error.hpp"
#include "tenancy/model.hpp"

namespace tenancy::wire {

constexpr std::string_view kExportFormat = "portcullis-tenant-export";
constexpr int kExportVersion = 1;
constexpr std::size_t kMaxExportBytes = 256 * 1024 * 1024;

/// Rows of one kind. Each row is the text of a JSON object.
struct ExportSection {
    std::string name;
    std::vector<std::string> rows;

    friend bool operator==(const ExportSection&, const ExportSection&) = default;
};

/// How much data there is and a fingerprint of it: equal for equal rows in whatever order they were read, so it proves
/// that nothing was lost or changed.
struct DataDigest {
    std::int64_t rows = 0;
    std::string sha256;

    friend bool operator==(const DataDigest&, const DataDigest&) = default;
};

struct ExportDocument {
    Time exported_at;
    Organization org;
    std::vector<ExportSection> sections;

    friend bool operator==(const ExportDocument&, const ExportDocument&) = default;
};

/// Over the canonical texts of the rows, sorted, section by section in the order of their names. Rows must be JSON
/// objects: anything else is a bug of the caller (platform::InvariantViolation).
DataDigest DigestOf(const std::vector<ExportSection>& sections);

/// With data and document digest. Rows as for DigestOf.
std::string EncodeExport(const ExportDocument& document);
/// Rows come back as canonical texts. One or more errors, for people, with pointers.
platform::Expected<ExportDocument, platform::FieldErrors> DecodeExport(std::string_view text);

}  // namespace tenancy::wire
