// Decision memos.

#include "controller/app/memos.hpp"
#include "controller/http/areas.hpp"
#include "controller/http/exchange.hpp"
#include "controller/render/memo.hpp"
#include "controller/render/pdf.hpp"
#include "controller/wire/memo_json.hpp"

namespace http {
namespace {

using platform::HttpResponse;
using policy::Permission;

constexpr std::string_view kMemoMediaTypes = "application/json,text/markdown,text/html,text/plain,application/pdf";

policy::ReleaseId MemoRelease(const Exchange& exchange) {
    return exchange.Id<policy::ReleaseId>("release", "release");
}

std::string MemoFormatOf(const Exchange& exchange) {
    const std::string format = exchange.QueryText("format").value_or("json");
    for (const char* known : {"json", "md", "html", "txt", "pdf"}) {
        if (format == known) {
            return format;
        }
    }
    exchange.RejectQuery("format", "must be one of json, md, html, txt, pdf, not '" + format + "'");
}

policy::Channel MemoTarget(const Exchange& exchange) {
    const auto target = exchange.QueryEnum<policy::Channel>("for").value_or(policy::Channel::kStable);
    if (target != policy::Channel::kStable && target != policy::Channel::kCandidate) {
        exchange.RejectQuery("for", "must be candidate or stable: a memo decides about entering one of them");
    }
    return target;
}

Content RenderedMemo(const policy::MemoDocument& memo, const std::string& format) {
    const std::string name = memo.release.Text() + "-memo-" + std::to_string(memo.number);
    if (format == "md") {
        return {render::RenderMemo(memo, render::Format::kMarkdown), "text/markdown; charset=utf-8", name + ".md"};
    }
    if (format == "html") {
        return {render::RenderMemo(memo, render::Format::kHtml), "text/html; charset=utf-8"};
    }
    if (format == "txt") {
        return {render::RenderMemo(memo, render::Format::kText), "text/plain; charset=utf-8"};
    }
    return {wire::EncodeMemoWithSignatures(memo)};
}

/// The converter is a process of its own; it runs outside of any transaction.
HttpResponse RespondPdf(const Exchange& exchange, const policy::MemoDocument& memo) {
    const auto pdf = render::ConvertToPdf(render::RenderMemo(memo, render::Format::kHtml));
    if (!pdf) {
        throw Rejection({503, "unavailable.pdf_converter", pdf.error().message, {}, {}, {}});
    }
    const std::string name = memo.release.Text() + "-memo-" + std::to_string(memo.number) + ".pdf";
    return exchange.Respond(Answer{Content{*pdf, "application/pdf", name}, std::nullopt, {}, {}});
}

HttpResponse RespondMemo(const Exchange& exchange, const app::Outcome<policy::MemoDocument>& memo,
                         const std::string& format) {
    if (!memo) {
        return exchange.Refuse(memo.error());
    }
    if (format == "pdf") {
        return RespondPdf(exchange, *memo);
    }
    return exchange.Respond(Answer{RenderedMemo(*memo, format), std::nullopt, {}, {}});
}

HttpResponse GetDraft(Exchange& exchange) {
    const policy::ReleaseId release = MemoRelease(exchange);
    const policy::Channel target = MemoTarget(exchange);
    const std::string format = MemoFormatOf(exchange);
    app::Services& services = exchange.Services();
    const app::Measurements measurements =
        app::MeasureForPromotion(services.database, services.metrics, release, target);
    const auto memo =
        services.database.Read([&](store::Tx& tx) { return app::DraftMemo(tx, release, target, measurements); });
    return RespondMemo(exchange, memo, format);
}

HttpResponse PostMemo(Exchange& exchange) {
    const policy::ReleaseId release = MemoRelease(exchange);
    const wire::DecideMemo command = exchange.Decode(wire::DecodeDecideMemo);
    app::Services& services = exchange.Services();
    const app::Measurements measurements =
        app::MeasureForPromotion(services.database, services.metrics, release, command.target);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::DecideMemo(tx, exchange.Caller(), release, command, measurements); },
        wire::EncodeMemoSummary,
        [](const wire::MemoSummary& memo) {
            return "/v1/releases/" + memo.release + "/memos/" + std::to_string(memo.number);
        });
}

HttpResponse GetMemos(Exchange& exchange) {
    const policy::ReleaseId release = MemoRelease(exchange);
    return exchange.List([&](store::Tx& tx, const app::PageQuery& page) { return app::ListMemos(tx, release, page); },
                         wire::EncodeMemoSummary);
}

HttpResponse GetMemo(Exchange& exchange) {
    const policy::ReleaseId release = MemoRelease(exchange);
    const std::int64_t number = exchange.Number("number", "memo");
    const std::string format = MemoFormatOf(exchange);
    if (format == "json") {
        return exchange.Read([&](store::Tx& tx) { return app::ShowMemo(tx, release, number); },
                             wire::EncodeMemoSummary);
    }
    const auto memo =
        exchange.Services().database.Read([&](store::Tx& tx) { return app::LoadMemoDocument(tx, release, number); });
    return RespondMemo(exchange, memo, format);
}

HttpResponse PostSignature(Exchange& exchange) {
    const policy::ReleaseId release = MemoRelease(exchange);
    const std::int64_t number = exchange.Number("number", "memo");
    const wire::SignMemo command = exchange.Decode(wire::DecodeSignMemo);
    return exchange.Mutate(
        [&](store::Tx& tx) { return app::SignMemo(tx, exchange.Caller(), release, number, command); },
        wire::EncodeMemoSummary);
}

constexpr QueryParameter kDraftQuery[] = {
    {"for", R"({"type":"string","enum":["candidate","stable"]})",
     "The channel the memo is about; stable unless given."},
    {"format", R"({"type":"string","enum":["json","md","html","txt","pdf"]})", "Form of the memo."}};
constexpr QueryParameter kMemoQuery[] = {
    {"format", R"({"type":"string","enum":["json","md","html","txt","pdf"]})", "Form of the memo."}};
constexpr Route kMemosRoutes[] = {
    {Method::kGet,
     "/v1/releases/{release}/memos/draft",
     Kind::kRead,
     Permission::kRead,
     "Memos",
     "Show the memo that the facts give now",
     {200, "MemoDocument", kMemoMediaTypes},
     {},
     kDraftQuery,
     Access::kToken,
     GetDraft},
    {Method::kPost,
     "/v1/releases/{release}/memos",
     Kind::kCreate,
     Permission::kDecideMemo,
     "Memos",
     "Decide GO or NO-GO",
     {201, "Memo"},
     {BodyKind::kJson, "DecideMemo"},
     {},
     Access::kToken,
     PostMemo},
    {Method::kGet,
     "/v1/releases/{release}/memos",
     Kind::kList,
     Permission::kRead,
     "Memos",
     "List memos",
     {200, "Page:Memo"},
     {},
     {},
     Access::kToken,
     GetMemos},
    {Method::kGet,
     "/v1/releases/{release}/memos/{number}",
     Kind::kRead,
     Permission::kRead,
     "Memos",
     "Show a memo",
     {200, "Memo", kMemoMediaTypes},
     {},
     kMemoQuery,
     Access::kToken,
     GetMemo},
    {Method::kPost,
     "/v1/releases/{release}/memos/{number}/signatures",
     Kind::kCreate,
     Permission::kSignMemo,
     "Memos",
     "Sign a memo over its content hash",
     {201, "Memo"},
     {BodyKind::kJson, "SignMemo"},
     {},
     Access::kToken,
     PostSignature},
};

}  // namespace

std::span<const Route> MemoRoutes() {
    return kMemosRoutes;
}

}  // namespace http
