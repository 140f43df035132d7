// Decision memos: what the facts give, the decision, the signatures over its content, the document on paper.
#include <algorithm>
#include <array>

#include "controller/app/memos.hpp"
#include "controller/app/refusals.hpp"
#include "controller/app/releases.hpp"
#include "controller/policy/memo.hpp"
#include "controller/render/format.hpp"
#include "controller/render/memo.hpp"
#include "controller/render/pdf.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/pages/release_frame.hpp"
#include "controller/web/pages/release_records.hpp"
#include "controller/web/parts.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace web {
namespace {

using policy::Permission;

constexpr int kRiskRows = 3;

std::string MemoPath(const policy::ReleaseId& release, std::int64_t number, std::string_view rest = {}) {
    return ReleasePath(release, "/memos/" + std::to_string(number) + std::string(rest));
}

/// A decision is about entering candidate or stable.
policy::Channel TargetOf(std::string_view text) {
    const auto target = platform::ParseEnum<policy::Channel>(text);
    return target == policy::Channel::kCandidate ? policy::Channel::kCandidate : policy::Channel::kStable;
}

Reply ShowMemos(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    struct Loaded {
        wire::Release release;
        app::Page<wire::MemoSummary> memos;
    };
    const auto loaded = visit.Read([&](store::Tx& tx) {
        return Loaded{Visit::ValueOf(app::ShowRelease(tx, id)),
                      Visit::ValueOf(app::ListMemos(tx, id, visit.PageOf(50)))};
    });
    Slots page = BeginReleasePage(visit, loaded.release, {.file = "memos", .tab = "memos", .title = "Memos"});
    for (const wire::MemoSummary& memo : loaded.memos.rows) {
        Slots row = page.Add("MEMO");
        row.Set("NUMBER", memo.number);
        row.Set("TARGET", platform::EnumText(memo.target));
        row.Set("BY", memo.decided_by);
        PutTime(row, "AT", memo.decided_at);
        PutBadge(row, "DECISION", platform::EnumText(memo.decision),
                 memo.decision == policy::Decision::kGo ? Tone::kGood : Tone::kBad);
        PutBadge(row, "SIGNED", memo.is_signed ? "signed" : "not signed by both",
                 memo.is_signed ? Tone::kGood : Tone::kWaiting);
        row.ShowIf(!memo.newest, "OLDER");
    }
    page.ShowIf(loaded.memos.rows.empty(), "NONE");
    page.ShowIf(loaded.release.status == policy::ReleaseStatus::kActive, "ACTIVE");
    PutPaging(page, "PAGING",
              loaded.memos.next ? std::optional(visit.HereWith("after", *loaded.memos.next)) : std::nullopt,
              visit.Query("after").empty() ? std::nullopt : std::optional(visit.HereWith("after", "")));
    return visit.Show();
}

void PutDecideForm(Visit& visit, Slots page) {
    visit.Offer(page, "DECIDE", Permission::kDecideMemo);
    const FormState form = visit.FormOf("decide");
    form.PutRefusal(page, "REFUSAL");
    form.Fill(page, "NOTES", "notes");
    form.Fill(page, "RATIONALE", "rationale");
    form.Fill(page, "REMEDIATION", "remediation");
    page.ShowIf(form.Text("decision") == "GO", "IS_GO");
    page.ShowIf(form.Text("decision") == "NO-GO", "IS_NO_GO");
    page.ShowIf(form.Typed(), "TYPED");
    for (int i = 1; i <= kRiskRows; ++i) {
        Slots row = page.Add("RISK_ROW");
        row.Set("N", i);
        form.Fill(row, "RISK", "risk-" + std::to_string(i));
        form.Fill(row, "WHY", "why-" + std::to_string(i));
    }
}

Reply ShowDraft(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const std::string typed = visit.FormOf("decide").Text("for");
    const policy::Channel target = TargetOf(typed.empty() ? visit.Query("for") : typed);
    app::Services& services = visit.Services();
    const auto measurements = app::MeasureForPromotion(services.database, services.metrics, id, target);
    struct Loaded {
        wire::Release release;
        policy::MemoDocument memo;
    };
    const auto loaded = visit.Read([&](store::Tx& tx) {
        return Loaded{Visit::ValueOf(app::ShowRelease(tx, id)),
                      Visit::ValueOf(app::DraftMemo(tx, id, target, measurements))};
    });
    const auto open = std::ranges::count(loaded.memo.checklist, false, &policy::MemoChecklistItem::holds);
    Slots page = BeginReleasePage(
        visit, loaded.release,
        {.file = "memo_draft", .tab = "memos", .title = "Draft memo for " + std::string(platform::EnumText(target))});
    page.Set("DOCUMENT", DocumentBody(render::RenderMemo(loaded.memo, render::Format::kHtml)));
    page.Set("TARGET", platform::EnumText(target));
    page.Set("SAYS", open == 0 ? "Every box of the checklist holds: the facts bear a GO."
                               : std::to_string(open) + (open == 1 ? " box" : " boxes") + " of the checklist " +
                                     (open == 1 ? "does" : "do") +
                                     " not hold: a GO would be refused now, with every reason.");
    page.Set("TONE", open == 0 ? "good" : "waiting");
    const policy::Channel other =
        target == policy::Channel::kStable ? policy::Channel::kCandidate : policy::Channel::kStable;
    page.Set("OTHER", platform::EnumText(other));
    if (loaded.release.status == policy::ReleaseStatus::kActive) {
        PutDecideForm(visit, page);
    }
    return visit.Show();
}

Reply DecideTyped(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const Form& typed = visit.Typed();
    platform::Json body = TypedDocument(typed, {"for", "decision", "notes", "rationale", "remediation"}).Root();
    platform::Json risks = platform::Json::array();
    for (int i = 1; i <= kRiskRows; ++i) {
        const std::string_view risk = platform::Trim(typed.Text("risk-" + std::to_string(i)));
        const std::string_view why = platform::Trim(typed.Text("why-" + std::to_string(i)));
        if (!risk.empty() || !why.empty()) {
            risks.push_back({{"risk", std::string(risk)}, {"rationale", std::string(why)}});
        }
    }
    if (!risks.empty()) {
        body["risks"] = std::move(risks);
    }
    const auto command = Require(wire::DecodeDecideMemo(wire::Document(std::move(body))));
    app::Services& services = visit.Services();
    const auto measurements = app::MeasureForPromotion(services.database, services.metrics, id, command.target);
    const wire::MemoSummary memo =
        visit.Write([&](store::Tx& tx) { return app::DecideMemo(tx, visit.Caller(), id, command, measurements); });
    return visit.GoTo(MemoPath(id, memo.number), "Decided: " + std::string(platform::EnumText(memo.decision)) +
                                                     ". It counts once both have signed it.");
}

void PutSignatures(Visit& visit, Slots page, const wire::MemoSummary& memo, const policy::MemoDocument& document) {
    const FormState form = visit.FormOf("sign");
    for (const policy::Role role : policy::SignatureRoles()) {
        Slots row = page.Add("SIGNATURE");
        row.Set("ROLE", render::RoleLabel(role));
        const auto signed_by = std::ranges::find(document.signatures, role, &policy::MemoSignature::role);
        if (signed_by != document.signatures.end()) {
            PutBadge(row, "STATE", "signed", Tone::kGood);
            Slots given = row.Add("GIVEN");
            given.Set("WHO", signed_by->person.name);
            PutTime(given, "AT", signed_by->at);
            continue;
        }
        PutBadge(row, "STATE", "missing", Tone::kWaiting);
        if (!memo.newest) {
            row.Show("OLDER");
        } else if (visit.May(Permission::kSignMemo) && visit.Holds(role)) {
            Slots mine = row.Add("MINE");
            mine.Set("AS", platform::EnumText(role));
            mine.Set("AS_TITLE", render::RoleLabel(role));
            mine.Set("HASH", memo.content_hash);
            mine.Set("SHORT", memo.content_hash.substr(0, 12));
            if (form.Text("as") == platform::EnumText(role)) {
                form.PutRefusal(mine, "REFUSAL");
            }
        } else {
            row.Show("OTHERS");
        }
    }
}

struct LoadedMemo {
    wire::Release release;
    wire::MemoSummary memo;
    policy::MemoDocument document;
};

LoadedMemo LoadMemoPage(store::Tx& tx, const policy::ReleaseId& id, std::int64_t number) {
    return {Visit::ValueOf(app::ShowRelease(tx, id)), Visit::ValueOf(app::ShowMemo(tx, id, number)),
            Visit::ValueOf(app::LoadMemoDocument(tx, id, number))};
}

Reply ShowMemoPage(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const std::int64_t number = visit.Number("number", "memo");
    const auto loaded = visit.Read([&](store::Tx& tx) { return LoadMemoPage(tx, id, number); });
    Slots page = BeginReleasePage(visit, loaded.release,
                                  {.file = "memo", .tab = "memos", .title = "Memo " + std::to_string(number)});
    page.Set("NUMBER", number);
    page.Set("DOCUMENT", DocumentBody(render::RenderMemo(loaded.document, render::Format::kHtml)));
    page.Set("HASH", loaded.memo.content_hash);
    page.Set("TARGET", platform::EnumText(loaded.memo.target));
    page.ShowIf(!loaded.memo.newest, "OLDER_MEMO");
    page.ShowIf(loaded.memo.is_signed, "COMPLETE");
    PutSignatures(visit, page, loaded.memo, loaded.document);
    return visit.Show();
}

Reply SignTyped(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const std::int64_t number = visit.Number("number", "memo");
    const auto command = Require(wire::DecodeSignMemo(TypedDocument(visit.Typed(), {"as", "content_hash"})));
    visit.Write([&](store::Tx& tx) { return app::SignMemo(tx, visit.Caller(), id, number, command); });
    return visit.GoTo(MemoPath(id, number), "Signed as " + std::string(render::RoleLabel(command.role)) + ".");
}

Reply SaveMemo(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const std::int64_t number = visit.Number("number", "memo");
    const policy::MemoDocument memo = visit.Read([&](store::Tx& tx) { return app::LoadMemoDocument(tx, id, number); });
    const std::string_view form = visit.Parameter("form");
    const std::string name = id.Text() + "-memo-" + std::to_string(number) + "." + std::string(form);
    if (form == "md") {
        return Visit::Download(render::RenderMemo(memo, render::Format::kMarkdown), "text/markdown; charset=utf-8",
                               name);
    }
    if (form == "txt") {
        return Visit::Download(render::RenderMemo(memo, render::Format::kText), "text/plain; charset=utf-8", name);
    }
    if (form == "html") {
        return Visit::Download(render::RenderMemo(memo, render::Format::kHtml), "text/html; charset=utf-8", name);
    }
    if (form != "pdf") {
        Visit::RefuseUnknown("form of a memo", form);
    }
    auto pdf = render::ConvertToPdf(render::RenderMemo(memo, render::Format::kHtml));
    if (!pdf) {
        Visit::Refuse({app::RefusalKind::kIndeterminate, "unavailable.pdf_converter", pdf.error().message, {}, {}});
    }
    return Visit::Download(std::move(*pdf), "application/pdf", name);
}

constexpr Route kMemoRoutes[] = {
    {.verb = Verb::kGet, .pattern = "/releases/{release}/memos", .handler = ShowMemos},
    {.verb = Verb::kGet, .pattern = "/releases/{release}/memos/draft", .handler = ShowDraft},
    {.verb = Verb::kPost,
     .pattern = "/releases/{release}/memos/draft",
     .permission = Permission::kDecideMemo,
     .handler = DecideTyped,
     .page = ShowDraft,
     .form = "decide"},
    {.verb = Verb::kGet, .pattern = "/releases/{release}/memos/{number}", .handler = ShowMemoPage},
    {.verb = Verb::kGet, .pattern = "/releases/{release}/memos/{number}/{form}", .handler = SaveMemo},
    {.verb = Verb::kPost,
     .pattern = "/releases/{release}/memos/{number}/sign",
     .permission = Permission::kSignMemo,
     .handler = SignTyped,
     .page = ShowMemoPage,
     .form = "sign"},
};

}  // namespace

std::span<const Route> MemoRoutes() {
    return kMemoRoutes;
}

}  // namespace web
