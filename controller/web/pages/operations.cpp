// Operations of the fleet: the list, what has become of one on each instance as it happens, the evidence report, and
// the review of a kill.
#include <algorithm>

#include "controller/app/fleet_watch.hpp"
#include "controller/app/kill_first.hpp"
#include "controller/app/kill_switch.hpp"
#include "controller/app/operation_report.hpp"
#include "controller/render/operation_report.hpp"
#include "controller/web/acts.hpp"
#include "controller/web/fleet_parts.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/parts.hpp"
#include "controller/web/visit.hpp"
#include "controller/wire/operation_record.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/json/json.hpp"

namespace web {
namespace {

constexpr std::int64_t kOperationsOfPage = 50;
constexpr std::size_t kFactsOfStep = 40;

policy::RecordId OperationOf(const Visit& visit) {
    return visit.Id<policy::RecordId>("operation", "operation");
}

void PutCounts(Slots slots, const wire::OperationSummary& operation) {
    std::int64_t total = 0;
    for (const auto& [word, count] : operation.counts) {
        total = word == "total" ? count : total;
    }
    for (const auto& [word, count] : operation.counts) {
        if (word == "total" || count == 0) {
            continue;
        }
        Slots slot = slots.Add("COUNT");
        slot.Set("N", count);
        slot.Set("WORD", PlainWords(word));
        slot.Set("TONE", ToneText(ToneOfInstanceOutcome(word)));
        slot.Set("OF", total);
    }
    slots.Set("TOTAL", total);
}

Reply ShowOperations(Visit& visit) {
    const auto query = visit.PageOf(kOperationsOfPage);
    const auto operations =
        visit.Read([&](store::Tx& tx) { return app::ListOperations(tx, visit.Services().fleet.Patience(), query); });
    Slots page = visit.Page(
        "operations", {.title = "Operations", .place = "fleet", .crumbs = {{"Fleet", "/fleet"}}, .style = "fleet.css"});
    for (const wire::OperationSummary& operation : operations.rows) {
        Slots row = page.Add("OPERATION");
        row.Set("ID", operation.id);
        row.Set("TITLE", TitleOf(operation));
        PutBadge(row, "STATUS", PlainWords(operation.complete ? "complete" : operation.status),
                 ToneOfOperation(operation));
        row.Set("SUMMARY", operation.summary);
        row.Set("REASON", operation.reason);
        row.Set("BY", operation.requested_by);
        PutTime(row, "AT", operation.requested_at);
        row.ShowIf(operation.drill.has_value(), "DRILL");
        PutCounts(row, operation);
    }
    page.ShowIf(operations.rows.empty(), "NONE");
    page.ShowIf(!operations.rows.empty(), "SOME");
    PutPaging(page, "PAGING", operations.next ? std::optional(visit.HereWith("after", *operations.next)) : std::nullopt,
              query.after.empty() ? std::nullopt : std::optional(visit.HereWith("after", "")));
    return visit.Show();
}

Tone ToneOfStep(const wire::OperationStep& step) {
    if (step.step == "contradicted" || step.step == "refused" || step.outcome == "failed") {
        return Tone::kBad;
    }
    return step.outcome == "passed" ? Tone::kGood : Tone::kWaiting;
}

void PutStep(Slots row, const wire::OperationStep& step) {
    row.Set("NAME", PlainWords(step.step));
    PutBadge(row, "OUTCOME", step.outcome, ToneOfStep(step));
    row.Set("DETAIL", step.detail);
    PutTime(row, "AT", step.at);
    const wire::EvidenceView evidence = wire::ViewEvidence(step.evidence.empty() ? "{}" : step.evidence, kFactsOfStep);
    for (const auto& check : evidence.checks) {
        Slots slot = row.Add("CHECK");
        slot.Set("WHAT", check.what);
        slot.Set("EXPECTED", check.expected);
        slot.Set("GOT", check.got);
        PutBadge(slot, "RESULT", check.outcome,
                 check.outcome == "passed"   ? Tone::kGood
                 : check.outcome == "failed" ? Tone::kBad
                                             : Tone::kWaiting);
    }
    for (const auto& [name, value] : evidence.facts) {
        Slots slot = row.Add("FACT");
        slot.Set("FACT_NAME", name);
        slot.Set("FACT_VALUE", value);
    }
    row.ShowIf(!evidence.checks.empty() || !evidence.facts.empty(), "EVIDENCE");
    row.ShowIf(!evidence.checks.empty(), "CHECKS");
    if (evidence.left_out > 0) {
        row.Add("LEFT_OUT").Set("COUNT_LEFT", evidence.left_out);
    }
}

constexpr std::size_t kMostParts = 200;

/// Whoever is not proven stands first.
int RankOf(const std::string& outcome) {
    constexpr std::array<std::string_view, 6> kFirst{"failed",  "unreachable", "unkillable",
                                                     "pending", "waiting",     "applied"};
    const auto* const found = std::ranges::find(kFirst, outcome);
    return static_cast<int>(found - kFirst.begin());
}

void PutParts(Slots page, const wire::Operation& operation, bool with_steps) {
    std::vector<const wire::OperationInstance*> parts;
    for (const auto& part : operation.instances) {
        parts.push_back(&part);
    }
    std::ranges::stable_sort(parts, {}, [](const auto* part) { return RankOf(part->outcome); });
    if (parts.size() > kMostParts) {
        page.Add("MORE_PARTS").Set("COUNT_MORE", static_cast<std::int64_t>(parts.size() - kMostParts));
        parts.resize(kMostParts);
    }
    for (const wire::OperationInstance* part : parts) {
        Slots row = page.Add("PART");
        row.Set("ID", part->instance);
        row.Set("PATH", PercentEncode(part->instance));
        PutBadge(row, "OUTCOME",
                 render::IsAlarming(part->outcome) ? platform::ToUpperAscii(PlainWords(part->outcome))
                                                   : PlainWords(part->outcome),
                 ToneOfInstanceOutcome(part->outcome));
        row.Set("TONE", ToneText(ToneOfInstanceOutcome(part->outcome)));
        row.ShowIf(render::IsAlarming(part->outcome), "LOUD");
        row.ShowIf(part->watching, "WATCHING");
        row.Set("WHY", part->why);
        row.Set("GENERATION", part->generation);
        if (part->applied_ms) {
            row.Add("APPLIED").Set("AFTER", render::TakenText(std::chrono::milliseconds(*part->applied_ms)));
        }
        if (part->verified_ms) {
            row.Add("VERIFIED").Set("AFTER", render::TakenText(std::chrono::milliseconds(*part->verified_ms)));
        }
        if (part->steps.empty() || !with_steps) {
            continue;
        }
        Slots steps = row.Add("STEPS");
        steps.Set("STEPS_OF", platform::Plural(static_cast<std::int64_t>(part->steps.size()), "step"));
        for (const wire::OperationStep& step : part->steps) {
            PutStep(steps.Add("STEP"), step);
        }
    }
}

void PutTiming(Slots page, std::string_view word, const std::optional<wire::OperationTiming>& timing) {
    if (timing) {
        Slots row = page.Add("TIMING");
        row.Set("WORD", word);
        row.Set("COUNT", timing->count);
        row.Set("P50", render::TakenText(std::chrono::milliseconds(timing->p50)));
        row.Set("P99", render::TakenText(std::chrono::milliseconds(timing->p99)));
        row.Set("MAX", render::TakenText(std::chrono::milliseconds(timing->max)));
    }
}

void PutReview(Visit& visit, Slots page, const wire::Operation& operation, const policy::RecordId& id) {
    const auto shown = visit.Services().database.Read([&](store::Tx& tx) { return app::ShowKillReview(tx, id); });
    if (!shown) {
        return;  // an operation that opened none
    }
    Slots slot = page.Add("REVIEW");
    slot.Set("KILLED_BY", shown->killed_by);
    PutTime(slot, "OPENED", shown->opened_at);
    if (shown->completed_at) {
        PutBadge(slot, "STATE", "completed", Tone::kGood);
        Slots done = slot.Add("DONE");
        done.Set("BY", shown->completed_by.value_or(""));
        done.Set("FINDINGS", shown->findings.value_or(""));
        PutTime(done, "AT", *shown->completed_at);
        slot.AddText("YOURS", "TYPED", visit.FormOf("review").Text("findings"));
        return;
    }
    PutBadge(slot, "STATE", "open", Tone::kBad);
    PutAct(
        visit, slot, "COMPLETE",
        {.form = "review",
         .action = "/operations/" + operation.id + "/review",
         .legend = "Complete the review",
         .what = "Say what was found: why the kill was given, what was affected, and why it is safe to go back. While "
                 "a review is open nothing is switched back on.",
         .button = "Complete the review",
         .version = shown->version,
         .fields = {{.name = "findings", .label = "Findings", .kind = FieldKind::kText}},
         .primary = true,
         .permission = policy::Permission::kReviewKill});
}

wire::Operation LoadOperation(Visit& visit, const policy::RecordId& id) {
    if (auto pending = visit.Services().kills.Show(id)) {
        return std::move(*pending);  // given, and not in the database yet
    }
    return visit.Read([&](store::Tx& tx) { return app::ShowOperation(tx, visit.Services().fleet.Patience(), id); });
}

Reply ShowOperationPage(Visit& visit) {
    const policy::RecordId id = OperationOf(visit);
    const wire::Operation operation = LoadOperation(visit, id);
    Slots page = visit.Page("operation", {.title = TitleOf(operation),
                                          .place = "fleet",
                                          .crumbs = {{"Fleet", "/fleet"}, {"Operations", "/operations"}},
                                          .style = "fleet.css"});
    page.Set("ID", operation.id);
    page.Set("TITLE", TitleOf(operation));
    page.Set("SUMMARY", operation.summary);
    page.Set("TONE", ToneText(ToneOfOperation(operation)));
    PutBadge(page, "STATUS", PlainWords(operation.complete ? "complete" : operation.status),
             ToneOfOperation(operation));
    page.ShowIf(!operation.finished, "RUNS");
    page.Set("REASON", operation.reason);
    page.Set("BY", operation.requested_by);
    PutTime(page, "AT", operation.requested_at);
    page.Set("SCOPE", operation.whole_fleet ? "the whole fleet, also who joins later" : "chosen instances");
    page.Set("MANNER", operation.mode +
                           (operation.batch_size ? ", " + std::to_string(*operation.batch_size) + " at a time"
                                                 : ", all at once") +
                           (operation.verify ? ", every instance verified" : ", not verified"));
    page.AddText("WATCH", "STATE", operation.watch.state == "none" ? "" : PlainWords(operation.watch.state));
    if (operation.halt) {
        Slots halt = page.Add("HALT");
        halt.Set("WHY", operation.halt->why);
        halt.Set("BATCH", operation.halt->batch);
    }
    page.ShowIf(operation.journal && !operation.journal->entered, "NOT_ENTERED");
    for (const std::string& warning : operation.warnings) {
        page.Add("WARNING").Set("TEXT", warning);
    }
    PutCounts(page, operation);
    PutTiming(page, "applied", operation.applied);
    PutTiming(page, "verified", operation.verified);
    constexpr std::size_t kMostWithSteps = 100;
    PutParts(page, operation, operation.instances.size() <= kMostWithSteps);
    page.ShowIf(operation.instances.size() > kMostWithSteps, "MANY");
    if (!operation.journal || operation.journal->entered) {
        PutReview(visit, page, operation, id);
        page.Show("REPORT");
    }
    page.ShowIf(operation.kind == "multi_tenant" && !operation.enabled, "KILLED");
    return visit.Show();
}

struct Report {
    render::OperationReport view;
    std::string json;
};

Report LoadReport(Visit& visit, const policy::RecordId& id) {
    const auto record =
        visit.Read([&](store::Tx& tx) { return app::LoadOperationRecord(tx, visit.Services().fleet.Patience(), id); });
    Report report;
    report.json = wire::EncodeOperationRecord(record);
    report.view = app::ViewOperationReport(record, platform::Sha256Hex(report.json));
    return report;
}

/// The document by itself, as the API gives it: for reading, for paper, for whoever asks later.
Reply ShowReport(Visit& visit) {
    const Report report = LoadReport(visit, OperationOf(visit));
    return Visit::Download(render::RenderOperationReport(report.view, render::Format::kHtml),
                           "text/html; charset=utf-8", report.view.id + "-report.html");
}

Reply ShowReportText(Visit& visit) {
    const Report report = LoadReport(visit, OperationOf(visit));
    return Visit::Download(render::RenderOperationReport(report.view, render::Format::kMarkdown),
                           "text/markdown; charset=utf-8", report.view.id + "-report.md");
}

Reply ShowReportRecord(Visit& visit) {
    Report report = LoadReport(visit, OperationOf(visit));
    return Visit::Download(std::move(report.json), "application/json", report.view.id + "-report.json");
}

Reply PostReview(Visit& visit) {
    const policy::RecordId id = OperationOf(visit);
    const auto command =
        DecodeTyped(wire::DecodeCompleteReview, platform::Json{{"findings", visit.Typed().Text("findings")}}.dump());
    return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> {
        const auto review = app::CompleteKillReview(tx, visit.Caller(), id, VersionOfAct(visit), command);
        if (!review) {
            return app::Refused(review.error());
        }
        return ActDone{"/operations/" + id.Text(), "The review is completed."};
    });
}

constexpr Route kOperationRoutes[] = {
    {.verb = Verb::kGet, .pattern = "/operations", .handler = ShowOperations},
    {.verb = Verb::kGet, .pattern = "/operations/{operation}", .handler = ShowOperationPage},
    {.verb = Verb::kGet, .pattern = "/operations/{operation}/report.html", .handler = ShowReport},
    {.verb = Verb::kGet, .pattern = "/operations/{operation}/report.md", .handler = ShowReportText},
    {.verb = Verb::kGet, .pattern = "/operations/{operation}/report.json", .handler = ShowReportRecord},
    {.verb = Verb::kPost,
     .pattern = "/operations/{operation}/review",
     .permission = policy::Permission::kReviewKill,
     .handler = PostReview,
     .page = ShowOperationPage,
     .form = "review"},
};

}  // namespace

std::span<const Route> OperationRoutes() {
    return kOperationRoutes;
}

}  // namespace web
