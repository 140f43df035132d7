// The evidence report of an operation.

#include "controller/app/fleet_watch.hpp"
#include "controller/app/operation_report.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"
#include "controller/http/media_type.hpp"
#include "controller/wire/operation_record.hpp"
#include "platform/crypto/crypto.hpp"

namespace http {
namespace {

using platform::HttpResponse;

constexpr std::string_view kReportMediaTypes = "application/json,text/markdown,text/html";

/// What ?format= says; without it what Accept prefers.
std::string ReportFormatOf(const Exchange& exchange) {
    const auto format = exchange.QueryText("format");
    if (!format) {
        const std::string_view type = PreferredType(exchange.Request().Header("accept"), kReportMediaTypes);
        return type == "text/html" ? "html" : type == "text/markdown" ? "md" : "json";
    }
    if (*format != "json" && *format != "md" && *format != "html") {
        exchange.RejectQuery("format", "must be one of json, md, html, not '" + *format + "'");
    }
    return *format;
}

HttpResponse GetReport(Exchange& exchange) {
    const auto id = exchange.Id<policy::RecordId>("operation", "operation");
    const std::string format = ReportFormatOf(exchange);
    const auto record = exchange.Services().database.Read(
        [&](store::Tx& tx) { return app::LoadOperationRecord(tx, exchange.Services().fleet.Patience(), id); });
    if (!record) {
        return exchange.Refuse(record.error());
    }
    Content content{wire::EncodeOperationRecord(*record)};
    if (format != "json") {
        const render::OperationReport report = app::ViewOperationReport(*record, platform::Sha256Hex(content.text));
        const std::string name = id.Text() + "-report";
        content = format == "html"
                      ? Content{RenderOperationReport(report, render::Format::kHtml), "text/html; charset=utf-8"}
                      : Content{RenderOperationReport(report, render::Format::kMarkdown),
                                "text/markdown; charset=utf-8", name + ".md"};
    }
    return exchange.Respond(Answer{std::move(content), std::nullopt, {}, {}});
}

constexpr QueryParameter kReportQuery[] = {
    {"format", R"({"type":"string","enum":["json","md","html"]})",
     "Form of the report; without it what Accept prefers. The hash in the others is the SHA-256 of the JSON."}};
constexpr Route kReportRoutes[] = {
    {.method = Method::kGet,
     .pattern = "/v1/operations/{operation}/report",
     .area = "Fleet",
     .summary = "Show the evidence of an operation as a report",
     .answer = {200, "OperationRecord", kReportMediaTypes},
     .query = kReportQuery,
     .handler = GetReport},
};

}  // namespace

std::span<const Route> ReportRoutes() {
    return kReportRoutes;
}

}  // namespace http
