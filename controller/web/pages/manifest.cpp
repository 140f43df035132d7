// What a release is: its manifest and exposure plan, what each revision changed, and the forms that make the next one.
#include "controller/wire/manifest.hpp"

#include <algorithm>

#include "controller/app/evidence.hpp"
#include "controller/app/plans.hpp"
#include "controller/app/releases.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/render/manifest.hpp"
#include "controller/render/plan.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/pages/release_frame.hpp"
#include "controller/web/parts.hpp"
#include "controller/wire/diff.hpp"
#include "controller/wire/plan.hpp"
#include "platform/base/text.hpp"
#include "platform/json/json.hpp"

namespace web {
namespace {

using policy::Permission;

constexpr int kShownRevisions = 100;
constexpr int kMostChecks = 500;

/// "/rollback/triggers/0/text" as people count: "rollback › triggers › 1 › text".
std::string PlaceWords(std::string_view pointer) {
    std::string words;
    for (const std::string_view part : platform::Split(pointer, '/')) {
        if (part.empty()) {
            continue;
        }
        words.append(words.empty() ? "" : " › ");
        const bool number = std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; }) && part.size() < 6;
        std::size_t index = 0;
        for (const char digit : number ? part : std::string_view()) {
            index = index * 10 + static_cast<std::size_t>(digit - '0');
        }
        words.append(number ? std::to_string(index + 1) : std::string(part));
    }
    return words.empty() ? "everything" : words;
}

/// Text as it is, anything else as JSON.
std::string ValueText(const std::string& json) {
    const auto parsed = platform::ParseJson(json);
    return parsed && parsed->is_string() ? parsed->get<std::string>() : IndentedJson(json);
}

void PutChanges(Slots page, std::string_view section, const wire::RevisionDiff& diff) {
    for (const wire::Change& change : wire::DiffDocuments(diff.before, diff.after)) {
        Slots row = page.Add(section);
        row.Set("PLACE", PlaceWords(change.pointer));
        row.Set("OP", change.op == wire::ChangeOp::kAdd      ? "added"
                      : change.op == wire::ChangeOp::kRemove ? "removed"
                                                             : "changed");
        row.AddText("BEFORE", "TEXT", change.before.empty() ? std::string() : ValueText(change.before));
        row.AddText("AFTER", "TEXT", change.after.empty() ? std::string() : ValueText(change.after));
    }
}

/// The newest evidence of the change as it is, for each box of the data safety verification.
std::vector<render::ManifestCheck> DataSafety(const std::vector<wire::Check>& checks) {
    std::vector<render::ManifestCheck> boxes;
    for (int control = static_cast<int>(policy::Control::kDsv1); control <= static_cast<int>(policy::Control::kDsv7);
         ++control) {
        const std::string_view text = platform::EnumText(static_cast<policy::Control>(control));
        const policy::Rule* rule = policy::FindRule(text);
        render::ManifestCheck box{std::string(rule != nullptr ? rule->title : text), std::nullopt, ""};
        for (const wire::Check& check : checks) {
            if (check.current && check.control == static_cast<policy::Control>(control)) {
                box.outcome = check.outcome;
                box.detail = check.reason.empty() ? check.recorded_by + ", " + UtcText(check.performed_at)
                                                  : check.recorded_by + ": " + check.reason;
            }
        }
        boxes.push_back(std::move(box));
    }
    return boxes;
}

std::string KillSwitchTested(const std::vector<wire::Check>& checks) {
    std::string tested;
    for (const wire::Check& check : checks) {
        if (check.current && check.control == policy::Control::kKillSwitchDrill &&
            check.outcome == policy::CheckOutcome::kPassed) {
            tested =
                UtcText(check.performed_at).substr(0, 10) + " in " + std::string(platform::EnumText(check.channel));
        }
    }
    return tested;
}

struct ManifestFacts {
    wire::Release release;
    std::vector<wire::Revision> revisions;
    wire::Revision shown;
    std::optional<wire::RevisionDiff> diff;
    std::vector<wire::Check> checks;
};

ManifestFacts LoadManifestFacts(store::Tx& tx, const policy::ReleaseId& id, std::optional<std::int64_t> revision,
                                std::optional<std::int64_t> against) {
    ManifestFacts facts;
    facts.release = Visit::ValueOf(app::ShowRelease(tx, id));
    facts.revisions = Visit::ValueOf(app::ListRevisions(tx, id, {.limit = kShownRevisions, .after = {}})).rows;
    std::ranges::sort(facts.revisions, std::greater(), &wire::Revision::revision);
    facts.shown = Visit::ValueOf(app::ShowRevision(tx, id, revision));
    if (facts.shown.revision > 1) {
        facts.diff = Visit::ValueOf(app::CompareRevisions(tx, id, facts.shown.revision, against));
    }
    facts.checks = Visit::ValueOf(app::ListChecks(tx, id, {}, {.limit = kMostChecks, .after = {}})).rows;
    return facts;
}

std::optional<std::int64_t> QueryNumber(const Visit& visit, std::string_view name) {
    return Form({{"n", visit.Query(name)}}).Number("n");
}

void PutManifestDocument(Slots page, const ManifestFacts& facts) {
    auto manifest = wire::DecodeManifest(facts.shown.manifest);
    if (!manifest) {
        page.Set("DOCUMENT", "");
        return;
    }
    render::ManifestDocument document;
    document.manifest = std::move(*manifest);
    document.revision = facts.shown.revision;
    document.content_hash = facts.shown.content_hash;
    document.submitted_by = facts.shown.created_by;
    document.submitted_at = facts.shown.created_at;
    if (facts.shown.revision == facts.release.revision) {
        document.data_safety = DataSafety(facts.checks);
        document.kill_switch_tested = KillSwitchTested(facts.checks);
    }
    page.Set("DOCUMENT", DocumentBody(render::RenderManifest(document, render::Format::kHtml)));
}

/// Somebody was faster: what they changed since the revision that the form began with.
template <typename Compare>
void PutOvertaken(Visit& visit, Slots page, const FormState& form, std::int64_t current, Compare&& compare) {
    if (form.Refusal() == nullptr || form.Refusal()->kind != app::RefusalKind::kStale) {
        return;
    }
    const auto base = Form({{"n", form.Text("base")}}).Number("n");
    Slots slot = page.Add("OVERTAKEN");
    slot.Set("CURRENT", current);
    if (base && *base >= 1 && *base < current) {
        PutChanges(slot, "THEIRS", visit.Read([&](store::Tx& tx) { return compare(tx, *base); }));
    } else {
        slot.Show("ELSEWHERE");
    }
}

Reply ShowManifest(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const auto facts = visit.Read([&](store::Tx& tx) {
        return LoadManifestFacts(tx, id, QueryNumber(visit, "revision"), QueryNumber(visit, "against"));
    });
    Slots page = BeginReleasePage(visit, facts.release, {.file = "manifest", .tab = "manifest", .title = "Manifest"});
    page.Set("REVISION", facts.shown.revision);
    for (const wire::Revision& revision : facts.revisions) {
        Slots row = page.Add("REVISION_ROW");
        row.Set("NUMBER", revision.revision);
        row.Set("BY", revision.created_by);
        PutTime(row, "AT", revision.created_at);
        row.ShowIf(revision.revision == facts.shown.revision, "CURRENT");
        row.ShowIf(revision.revision == facts.release.revision, "IN_FORCE");
    }
    if (facts.diff) {
        Slots diff = page.Add("DIFF");
        diff.Set("FROM", facts.diff->from);
        diff.Set("TO", facts.diff->to);
        PutChanges(diff, "CHANGE", *facts.diff);
    }
    PutManifestDocument(page, facts);
    const bool active = facts.release.status == policy::ReleaseStatus::kActive;
    if (!active) {
        page.Add("ENDED").Set("STATUS", Words(facts.release.status));
        return visit.Show();
    }
    visit.Offer(page, "REVISE", Permission::kSubmitManifest);
    const FormState form = visit.FormOf("revise");
    page.ShowIf(form.Typed(), "TYPED");
    form.PutRefusal(page, "REFUSAL");
    form.Fill(page, "TEXT", "manifest", IndentedJson(facts.shown.manifest));
    page.Set("BASE", facts.release.revision);
    PutOvertaken(visit, page, form, facts.release.revision, [&](store::Tx& tx, std::int64_t base) {
        return app::CompareRevisions(tx, id, facts.release.revision, base);
    });
    return visit.Show();
}

Reply ReviseTyped(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const auto manifest = Require(wire::DecodeManifestDocument(ReadPasted(visit.Typed().Text("manifest"), "manifest")));
    const std::int64_t version = visit.Typed().Number("version").value_or(0);
    const wire::Revision revision =
        visit.Write([&](store::Tx& tx) { return app::ReviseManifest(tx, visit.Caller(), id, version, manifest); });
    return visit.GoTo(ReleasePath(id, "/manifest"), "Revision " + std::to_string(revision.revision) + " is in force.");
}

Reply ShowSubmit(Visit& visit) {
    Slots page = visit.Page("submit", {.title = "Submit a release", .place = "submit", .style = "release.css"});
    const FormState form = visit.FormOf("submit");
    form.PutRefusal(page, "REFUSAL");
    form.Fill(page, "TEXT", "manifest");
    visit.Offer(page, "SUBMIT", Permission::kSubmitManifest);
    return visit.Show();
}

Reply SubmitTyped(Visit& visit) {
    const auto manifest = Require(wire::DecodeManifestDocument(ReadPasted(visit.Typed().Text("manifest"), "manifest")));
    const wire::Release release =
        visit.Write([&](store::Tx& tx) { return app::SubmitManifest(tx, visit.Caller(), manifest); });
    return visit.GoTo(ReleasePath(release.id), "Submitted. This is what its first gate asks for.");
}

// --- The plan --------------------------------------------------------------------------------------------------------

struct PlanPageFacts {
    wire::Release release;
    std::optional<wire::Plan> plan;
    wire::Exposure exposure;
};

void PutPlanDocument(Slots page, const PlanPageFacts& facts) {
    auto plan = wire::DecodePlan(facts.plan->plan);
    if (!plan) {
        page.Set("DOCUMENT", "");
        return;
    }
    render::PlanDocument document;
    document.release = facts.release.id;
    document.title = facts.release.title;
    document.classification = facts.release.classification;
    document.plan = std::move(*plan);
    document.revision = facts.plan->revision;
    document.content_hash = facts.plan->content_hash;
    for (const wire::ExposureItem& item : facts.exposure.items) {
        if (std::ranges::find(document.plan.tenants, item.eligibility.tenant) != document.plan.tenants.end()) {
            document.consents.push_back({item.eligibility.tenant, item.eligibility.reason});
        }
    }
    for (const wire::PlanApproval& approval : facts.plan->approvals) {
        if (approval.counts) {
            document.approvals.push_back(
                {approval.principal, approval.at, approval.principal == facts.plan->created_by});
        }
    }
    page.Set("DOCUMENT", DocumentBody(render::RenderPlan(document, render::Format::kHtml)));
}

Reply ShowPlanPage(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const auto facts = visit.Read([&](store::Tx& tx) {
        PlanPageFacts loaded;
        loaded.release = Visit::ValueOf(app::ShowRelease(tx, id));
        if (loaded.release.plan_revision) {
            loaded.plan = Visit::ValueOf(app::ShowPlan(tx, id));
            loaded.exposure = Visit::ValueOf(app::ShowExposure(tx, id, policy::Channel::kExperimental));
        }
        return loaded;
    });
    Slots page = BeginReleasePage(visit, facts.release, {.file = "plan", .tab = "plan", .title = "Exposure plan"});
    page.ShowIf(!facts.plan, "NO_PLAN");
    if (facts.plan) {
        Slots plan = page.Add("PLAN");
        PutPlanDocument(plan, facts);
        PutBadge(plan, "STATE", facts.plan->approved ? "approved" : "not approved",
                 facts.plan->approved ? Tone::kGood : Tone::kWaiting);
        if (!facts.plan->findings.empty()) {
            PutFindings(plan, "FINDINGS", facts.plan->findings, visit.Request().path);
        }
    }
    if (facts.release.status != policy::ReleaseStatus::kActive) {
        return visit.Show();
    }
    visit.Offer(page, "SET", Permission::kSetPlan);
    const FormState form = visit.FormOf("set-plan");
    page.ShowIf(form.Typed() || !facts.plan, "TYPED");
    form.PutRefusal(page, "REFUSAL");
    form.Fill(page, "TEXT", "plan", facts.plan ? IndentedJson(facts.plan->plan) : std::string());
    return visit.Show();
}

Reply SetTypedPlan(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const auto plan = Require(wire::DecodePlanDocument(ReadPasted(visit.Typed().Text("plan"), "exposure_plan")));
    const std::int64_t version = visit.Typed().Number("version").value_or(0);
    const wire::Plan set =
        visit.Write([&](store::Tx& tx) { return app::SetPlan(tx, visit.Caller(), id, version, plan); });
    return visit.GoTo(ReleasePath(id, "/plan"), "Revision " + std::to_string(set.revision) + " of the plan is set.");
}

constexpr Route kManifestRoutes[] = {
    {.verb = Verb::kGet, .pattern = "/releases/{release}/manifest", .handler = ShowManifest},
    {.verb = Verb::kPost,
     .pattern = "/releases/{release}/manifest",
     .permission = Permission::kSubmitManifest,
     .handler = ReviseTyped,
     .page = ShowManifest,
     .form = "revise"},
    {.verb = Verb::kGet, .pattern = "/submit", .handler = ShowSubmit},
    {.verb = Verb::kPost,
     .pattern = "/submit",
     .permission = Permission::kSubmitManifest,
     .handler = SubmitTyped,
     .page = ShowSubmit,
     .form = "submit"},
    {.verb = Verb::kGet, .pattern = "/releases/{release}/plan", .handler = ShowPlanPage},
    {.verb = Verb::kPost,
     .pattern = "/releases/{release}/plan",
     .permission = Permission::kSetPlan,
     .handler = SetTypedPlan,
     .page = ShowPlanPage,
     .form = "set-plan"},
};

}  // namespace

std::span<const Route> ManifestRoutes() {
    return kManifestRoutes;
}

}  // namespace web
