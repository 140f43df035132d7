#include "tenancy/wire/export_document.hpp"

#include <algorithm>
#include <utility>

#include "platform/base/invariant.hpp"
#include "platform/crypto/crypto.hpp"
#include "tenancy/wire/export_fields.hpp"
#include "tenancy/wire/organization_fields.hpp"

namespace tenancy::wire {
namespace {

using platform::Json;

Json RowJson(const std::string& row) {
    auto json = platform::ParseJson(row, kRowLimits);
    PORTCULLIS_INVARIANT(json && json->is_object(), "a row of a tenant's data is a JSON object");
    return std::move(*json);
}

Json SectionJson(const ExportSection& section) {
    Json rows = Json::array();
    for (const std::string& row : section.rows) {
        rows.push_back(RowJson(row));
    }
    return {{"name", section.name}, {"rows", std::move(rows)}};
}

}  // namespace

DataDigest DigestOf(const std::vector<ExportSection>& sections) {
    std::vector<const ExportSection*> by_name;
    for (const ExportSection& section : sections) {
        by_name.push_back(&section);
    }
    std::sort(by_name.begin(), by_name.end(),
              [](const ExportSection* a, const ExportSection* b) { return a->name < b->name; });
    DataDigest digest;
    platform::Sha256Stream hash;
    for (const ExportSection* section : by_name) {
        if (section->rows.empty()) {
            continue;  // a kind of data without rows is the same as none
        }
        std::vector<std::string> rows;
        rows.reserve(section->rows.size());
        for (const std::string& row : section->rows) {
            rows.push_back(platform::CanonicalJson(RowJson(row)));
        }
        std::sort(rows.begin(), rows.end());
        // Line feeds end the parts; canonical JSON holds none, and the name is quoted as JSON to be sure of it.
        hash.Update(TextOf(Json(section->name)) + "\n");
        for (const std::string& row : rows) {
            hash.Update(row + "\n");
        }
        digest.rows += static_cast<std::int64_t>(rows.size());
    }
    digest.sha256 = hash.FinishHex();
    return digest;
}

Json ExportBody(const ExportDocument& document) {
    Json sections = Json::array();
    for (const ExportSection& section : document.sections) {
        sections.push_back(SectionJson(section));
    }
    const DataDigest data = DigestOf(document.sections);
    return {{"format", kExportFormat},
            {"version", kExportVersion},
            {"exportedAt", platform::FormatTime(document.exported_at)},
            {"org", TenantJson(document.org)},
            {"sections", std::move(sections)},
            {"data", {{"rows", data.rows}, {"sha256", data.sha256}}}};
}

std::string ExportDigest(const Json& body) {
    return platform::Sha256Hex(platform::CanonicalJson(body));
}

std::string EncodeExport(const ExportDocument& document) {
    Json body = ExportBody(document);
    std::string digest = ExportDigest(body);
    body["digest"] = std::move(digest);
    return platform::CanonicalJson(body);
}

}  // namespace tenancy::wire
