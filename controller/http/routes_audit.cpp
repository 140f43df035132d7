// The audit log, timelines, archive bundles and the public key they verify with.

#include "controller/app/audit_export.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"
#include "controller/wire/record_json.hpp"
#include "platform/crypto/crypto.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

constexpr std::int64_t kLargestSeq = std::int64_t{1} << 53;

HttpResponse GetAudit(Exchange& exchange) {
    store::AuditFilter filter;
    filter.actor = exchange.QueryText("actor").value_or("");
    filter.action = exchange.QueryText("action").value_or("");
    filter.release = exchange.QueryText("release").value_or("");
    filter.tenant = exchange.QueryText("tenant").value_or("");
    filter.request_id = exchange.QueryText("request_id").value_or("");
    filter.since = exchange.QueryInstant("since");
    filter.until = exchange.QueryInstant("until");
    const auto outcome = exchange.QueryEnum<wire::AuditOutcome>("outcome");
    return exchange.List(
        [&](store::Tx& tx, const app::PageQuery& page) { return app::ListAudit(tx, filter, outcome, page); },
        wire::EncodeAuditRecord);
}

HttpResponse GetAuditVerify(Exchange& exchange) {
    return exchange.Read([&](store::Tx& tx) { return app::VerifyAudit(tx, exchange.Services().signing_key); },
                         wire::EncodeAuditVerification);
}

HttpResponse GetAuditExport(Exchange& exchange) {
    app::AuditExportRange range;
    range.from = exchange.QueryNumber("from", 1, kLargestSeq);
    range.to = exchange.QueryNumber("to", 1, kLargestSeq);
    range.release = exchange.QueryId<policy::ReleaseId>("release");
    return exchange.Read([&](store::Tx& tx) { return app::ExportAudit(tx, range, exchange.Services().signing_key); },
                         [](const std::string& lines) {
                             return Content{lines, "application/jsonl", "audit.jsonl"};
                         });
}

HttpResponse GetTimeline(Exchange& exchange) {
    const auto release = exchange.Id<policy::ReleaseId>("release", "release");
    return exchange.List(
        [&](store::Tx& tx, const app::PageQuery& page) { return app::ListTimeline(tx, release, page); },
        wire::EncodeTimelineItem);
}

HttpResponse GetArchive(Exchange& exchange) {
    const auto release = exchange.Id<policy::ReleaseId>("release", "release");
    return exchange.Read(
        [&](store::Tx& tx) {
            return app::BuildReleaseArchive(tx, exchange.Caller(), release, exchange.Services().signing_key);
        },
        [&](const std::string& tar) {
            return Content{tar, "application/x-tar", release.Text() + ".tar"};
        });
}

HttpResponse GetAuditKey(Exchange& exchange) {
    const platform::SigningKey& key = exchange.Services().signing_key;
    const auto file_of = [](const std::string& pems) {
        return Content{pems, "application/x-pem-file", "portcullis.pub"};
    };
    if (exchange.QueryFlag("all").value_or(false)) {
        return exchange.Read([&](store::Tx& tx) { return app::ListPublicKeys(tx, key); }, file_of);
    }
    return exchange.Respond(Answer{file_of(key.PublicPem()), std::nullopt, {}, {}});
}

constexpr QueryParameter kKeyQuery[] = {
    {"all", R"({"type":"boolean"})", "Earlier keys too, one after the other, today's first."}};

constexpr QueryParameter kAuditFilters[] = {
    {"actor", R"({"type":"string"})", "Only by this principal or component."},
    {"action", R"({"type":"string"})", "Only this action (release.promote), or a group that ends with a dot (memo.)."},
    {"release", R"({"$ref":"Id"})", "Only about this release."},
    {"tenant", R"({"$ref":"Id"})", "Only about this tenant."},
    {"request_id", R"({"type":"string"})", "Only of this request."},
    {"outcome", R"({"type":"string","enum":["done","refused"]})", "Only with this outcome."},
    {"since", R"({"$ref":"Instant"})", "Only at or after this instant."},
    {"until", R"({"$ref":"Instant"})", "Only before this instant."}};
constexpr QueryParameter kExportQuery[] = {{"from", R"({"type":"integer","minimum":1})", "First entry's number."},
                                           {"to", R"({"type":"integer","minimum":1})", "Last entry's number."},
                                           {"release", R"({"$ref":"Id"})", "Only the slice of this release."}};

constexpr Route kAuditRoutes[] = {
    {Method::kGet,
     "/v1/audit",
     Kind::kList,
     Permission::kReadAudit,
     "Audit",
     "List audit entries, newest first",
     {200, "Page:AuditEntry"},
     {},
     kAuditFilters,
     Access::kToken,
     GetAudit},
    {Method::kGet,
     "/v1/audit/verify",
     Kind::kRead,
     Permission::kReadAudit,
     "Audit",
     "Recompute the whole chain and check its signed checkpoints",
     {200, "AuditVerification"},
     {},
     {},
     Access::kToken,
     GetAuditVerify},
    {Method::kGet,
     "/v1/audit/export",
     Kind::kRead,
     Permission::kReadAudit,
     "Audit",
     "Export the chain with its signed checkpoints",
     {200, "", "application/jsonl"},
     {},
     kExportQuery,
     Access::kToken,
     GetAuditExport},
    {Method::kGet,
     "/v1/keys/audit",
     Kind::kRead,
     Permission::kRead,
     "Audit",
     "The public key that exports, bundles and verdicts verify with",
     {200, "", "application/x-pem-file"},
     {},
     kKeyQuery,
     Access::kToken,
     GetAuditKey},
    {Method::kGet,
     "/v1/releases/{release}/timeline",
     Kind::kList,
     Permission::kRead,
     "Records",
     "List everything that happened to a release",
     {200, "Page:TimelineItem"},
     {},
     {},
     Access::kToken,
     GetTimeline},
    {Method::kGet,
     "/v1/releases/{release}/archive",
     Kind::kRead,
     Permission::kRead,
     "Records",
     "The archive bundle of a release",
     {200, "", "application/x-tar"},
     {},
     {},
     Access::kToken,
     GetArchive},
};

}  // namespace

std::span<const Route> AuditRoutes() {
    return kAuditRoutes;
}

}  // namespace http
