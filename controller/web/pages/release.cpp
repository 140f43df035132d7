// A release: what its next gate says and what would open it, who approved and who is missing, evidence, risks, stops.
#include <algorithm>
#include <array>

#include "controller/app/audit_export.hpp"
#include "controller/app/evidence.hpp"
#include "controller/app/flag_kill.hpp"
#include "controller/app/gate.hpp"
#include "controller/app/incidents.hpp"
#include "controller/app/memos.hpp"
#include "controller/app/plans.hpp"
#include "controller/app/promotions.hpp"
#include "controller/app/releases.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/render/format.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/pages/release_frame.hpp"
#include "controller/web/pages/release_records.hpp"
#include "controller/web/parts.hpp"
#include "platform/base/text.hpp"

namespace web {
namespace {

using policy::Permission;

constexpr int kShownEntries = 8;
constexpr std::size_t kShownOpen = 6;  // findings of one kind

struct ReleaseFacts {
    wire::Release release;
    wire::ApprovalBoard approvals;
    std::string plan_hash;  // empty: there is no plan
    ReleaseRecords records;
    std::vector<wire::MemoSummary> memos;
    std::vector<wire::AuditRecord> entries;
    std::optional<app::ReleaseFlag> flag;
};

ReleaseFacts LoadReleasePage(store::Tx& tx, const policy::ReleaseId& id) {
    ReleaseFacts facts;
    facts.release = Visit::ValueOf(app::ShowRelease(tx, id));
    facts.approvals = Visit::ValueOf(app::ListApprovals(tx, id));
    if (facts.release.plan_revision) {
        facts.plan_hash = Visit::ValueOf(app::ShowPlan(tx, id)).content_hash;
    }
    facts.records = LoadReleaseRecords(tx, id);
    facts.memos = Visit::ValueOf(app::ListMemos(tx, id, {.limit = 20, .after = {}})).rows;
    store::AuditFilter filter;
    filter.release = id.Text();
    facts.entries =
        Visit::ValueOf(app::ListAudit(tx, filter, std::nullopt, {.limit = kShownEntries, .after = {}})).rows;
    facts.flag = app::FindReleaseFlag(tx, id);
    return facts;
}

// --- The gate --------------------------------------------------------------------------------------------------------

std::string GateSays(const policy::Findings& findings, policy::VerdictState state, std::string_view to) {
    if (state == policy::VerdictState::kAllow) {
        return "Everything that entering " + std::string(to) + " asks for holds. It may be promoted now.";
    }
    const auto count = [&](policy::FindingKind kind) {
        return std::ranges::count(findings, kind, &policy::Finding::kind);
    };
    std::string says;
    const auto add = [&](std::int64_t number, std::string_view one, std::string_view many) {
        if (number > 0) {
            says.append(says.empty() ? "" : ", ").append(std::to_string(number)).append(number == 1 ? one : many);
        }
    };
    add(count(policy::FindingKind::kDenied), " thing stands against it", " things stand against it");
    add(count(policy::FindingKind::kIndeterminate), " cannot be decided", " cannot be decided");
    add(count(policy::FindingKind::kPending), " is waited for", " are waited for");
    return says + ".";
}

/// What has to be dealt with in full; what is waited for in full, too, unless it would bury the rest.
void PutGateFindings(Slots gate, const policy::Findings& findings, std::string_view here) {
    policy::Findings first;
    policy::Findings waiting;
    policy::Findings notes;
    for (const policy::Finding& finding : findings) {
        policy::Findings& group = finding.kind == policy::FindingKind::kPending ? waiting
                                  : finding.kind == policy::FindingKind::kDoubt ? notes
                                                                                : first;
        group.push_back(finding);
    }
    if (!first.empty()) {
        PutFindings(gate, "FINDINGS", first, here);
    }
    const auto put = [&](std::string_view section, const policy::Findings& group, const std::string& summary) {
        if (!group.empty()) {
            Slots slot = gate.Add(section);
            slot.Set("SUMMARY", summary);
            slot.ShowIf(group.size() <= kShownOpen, "SHOWN");
            PutFindings(slot, "FINDINGS", group, here);
        }
    };
    put("WAITING", waiting, "Waited for: " + platform::Plural(static_cast<std::int64_t>(waiting.size()), "thing"));
    put("NOTES", notes, platform::Plural(static_cast<std::int64_t>(notes.size()), "note") + " that blocks nothing");
}

void PutGate(Visit& visit, Slots page, const wire::Release& release) {
    if (!release.next || release.status != policy::ReleaseStatus::kActive) {
        page.Add("NO_GATE").Set("SAYS", release.status == policy::ReleaseStatus::kActive
                                            ? "It is stable: there is no further channel."
                                            : "It is " + Words(release.status) + ": it is not promoted any more.");
        return;
    }
    app::Services& services = visit.Services();
    const policy::Channel to = release.next->to;
    const auto verdict =
        Visit::ValueOf(app::EvaluateWhatIf(services.database, services.metrics, release.id, to, wire::WhatIf{}));
    const policy::Findings findings = InOrderOfWeight(FindingsOf(verdict));
    Slots gate = page.Add("GATE");
    gate.Set("TO", platform::EnumText(to));
    gate.Set("TO_TITLE", ChannelTitle(to));
    gate.Set("TONE", ToneText(ToneOf(verdict.state)));
    gate.Set("SAYS", GateSays(findings, verdict.state, platform::EnumText(to)));
    PutVerdict(gate, "VERDICT", verdict.state);
    if (verdict.earliest && *verdict.earliest > verdict.evaluated_at) {
        PutTime(gate.Add("EARLIEST"), "AT", *verdict.earliest);
    }
    PutGateFindings(gate, findings, visit.Request().path);
    const FormState form = visit.FormOf("promote");
    form.PutRefusal(gate, "REFUSAL");
    visit.Offer(gate, "PROMOTE", Permission::kPromote);
    const bool open = verdict.state == policy::VerdictState::kAllow;
    gate.ShowIf(open, "OPEN");
    gate.ShowIf(!open, "CLOSED");
    if (to != policy::Channel::kExperimental) {
        gate.Add("MEMO").Set("FOR", platform::EnumText(to));
    }
}

// --- Approvals -------------------------------------------------------------------------------------------------------

std::string HashOf(const ReleaseFacts& facts, policy::ApprovalScope scope) {
    return scope == policy::ApprovalScope::kPlan ? facts.plan_hash : facts.release.content_hash;
}

void PutApproveForm(Visit& visit, Slots slot, const ReleaseFacts& facts, const policy::ApprovalSlot& needed) {
    const FormState form = visit.FormOf("approve");
    const bool typed =
        form.Text("as") == platform::EnumText(needed.role) && form.Text("for") == platform::EnumText(needed.scope);
    Slots mine = slot.Add("MINE");
    mine.Set("AS", platform::EnumText(needed.role));
    mine.Set("FOR", platform::EnumText(needed.scope));
    mine.Set("AS_TITLE", render::RoleLabel(needed.role));
    mine.Set("HASH", HashOf(facts, needed.scope));
    if (typed) {
        mine.Show("TYPED");
        form.Fill(mine, "NOTE", "note");
        form.PutRefusal(mine, "REFUSAL");
    }
}

void PutSlots(Visit& visit, Slots page, const ReleaseFacts& facts) {
    int missing = 0;
    for (const policy::ApprovalSlot& needed : facts.approvals.required) {
        Slots slot = page.Add("SLOT");
        slot.Set("ROLE", render::RoleLabel(needed.role));
        slot.Set("SCOPE", render::ScopeLabel(needed.scope));
        if (needed.filled_by) {
            PutBadge(slot, "STATE", "given", Tone::kGood);
            Slots filled = slot.Add("FILLED");
            filled.Set("WHO", needed.principal ? needed.principal->Text() : std::string());
            filled.ShowIf(needed.self_approved, "SELF");
            const auto given = std::ranges::find(facts.approvals.items, needed.filled_by->Text(), &wire::Approval::id);
            if (given != facts.approvals.items.end()) {
                PutTime(filled, "AT", given->created_at);
                filled.AddText("WITH_NOTE", "NOTE", given->note);
            }
            continue;
        }
        ++missing;
        PutBadge(slot, "STATE", "missing", Tone::kWaiting);
        const bool plan_missing = needed.scope == policy::ApprovalScope::kPlan && facts.plan_hash.empty();
        if (plan_missing) {
            slot.Show("NO_PLAN");
        } else if (visit.May(Permission::kApprove) && visit.Holds(needed.role)) {
            PutApproveForm(visit, slot, facts, needed);
        } else {
            slot.Show("OTHERS");
        }
    }
    page.ShowIf(facts.approvals.required.empty(), "NO_SLOTS");
    page.Set("MISSING", missing == 0 ? "all there" : std::to_string(missing) + " missing");
}

void PutGiven(Visit& visit, Slots page, const ReleaseFacts& facts) {
    const FormState form = visit.FormOf("revoke-approval");
    for (const wire::Approval& given : facts.approvals.items) {
        Slots row = page.Add("GIVEN");
        row.Set("ID", given.id);
        row.Set("WHO", given.principal);
        row.Set("ROLE", render::RoleLabel(given.role));
        row.Set("SCOPE", render::ScopeLabel(given.scope));
        row.Set("NOTE", given.note);
        PutTime(row, "AT", given.created_at);
        row.ShowIf(given.self_approved, "SELF");
        if (given.revocation) {
            PutBadge(row, "STATE", "taken back", Tone::kPlain);
            row.Add("WHY").Set("TEXT", "by " + given.revocation->by + ": " + given.revocation->reason);
        } else if (!given.hash_matches) {
            PutBadge(row, "STATE", "for older content", Tone::kWaiting);
            row.Add("WHY").Set("TEXT", "What it approved has changed since: it does not count any more.");
        } else if (!given.entitled) {
            PutBadge(row, "STATE", "role no longer held", Tone::kWaiting);
        } else {
            PutBadge(row, "STATE", "counts", Tone::kGood);
        }
        const bool mine = given.principal == visit.Caller().actor.id.Text() || visit.Holds(given.role);
        if (!given.revocation && mine && visit.May(Permission::kApprove) &&
            facts.release.status == policy::ReleaseStatus::kActive) {
            Slots back = row.Add("REVOKE");
            back.Set("APPROVAL", given.id);
            if (form.Text("approval") == given.id) {
                back.Show("TYPED");
                form.Fill(back, "REASON", "reason");
                form.PutRefusal(back, "REFUSAL");
            }
        }
    }
    page.ShowIf(facts.approvals.items.empty(), "NONE_GIVEN");
}

// --- The rest --------------------------------------------------------------------------------------------------------

void PutMemos(Slots page, const ReleaseFacts& facts) {
    for (const wire::MemoSummary& memo : facts.memos) {
        Slots row = page.Add("MEMO_ROW");
        row.Set("NUMBER", memo.number);
        row.Set("TARGET", platform::EnumText(memo.target));
        PutBadge(row, "DECISION", platform::EnumText(memo.decision),
                 memo.decision == policy::Decision::kGo ? Tone::kGood : Tone::kBad);
        PutBadge(row, "SIGNED", memo.is_signed ? "signed" : "not signed by both",
                 memo.is_signed ? Tone::kGood : Tone::kWaiting);
    }
    page.ShowIf(facts.memos.empty(), "NO_MEMOS");
}

void PutReleaseFlag(Slots panel, const app::ReleaseFlag& shown) {
    panel.Set("FLAG", shown.flag);
    panel.Set("FLAG_PATH", PercentEncode(shown.flag));
    panel.ShowIf(!shown.kill, "NOT_KILLED");
    if (shown.kill) {
        Slots kill = panel.Add("KILLED");
        kill.Set("REASON", shown.kill->reason);
        kill.Set("BY", shown.kill->killed_by);
        kill.Set("OPERATION", shown.kill->operation);
        PutTime(kill, "AT", shown.kill->killed_at);
    }
}

void PutWithdraw(Visit& visit, Slots page, const wire::Release& release) {
    if (release.status != policy::ReleaseStatus::kActive || release.channel == policy::Channel::kStable) {
        return;
    }
    visit.Offer(page, "WITHDRAW", Permission::kSubmitManifest);
    if (!visit.May(Permission::kSubmitManifest)) {
        return;
    }
    const FormState form = visit.FormOf("withdraw");
    page.ShowIf(form.Typed(), "WITHDRAW_TYPED");
    form.PutRefusal(page, "WITHDRAW_REFUSAL");
    PutConfirmation(page, "WITHDRAW_FORM",
                    {.form = "withdraw",
                     .action = ReleasePath(release.id, "/withdraw"),
                     .legend = "Withdraw this release",
                     .what = "It ends for good: it leaves " + std::string(platform::EnumText(release.channel)) +
                             ", no tenant receives it any more, and it cannot be taken up again.",
                     .button = "Withdraw",
                     .reason = form.Text("reason"),
                     .version = std::to_string(release.version),
                     .dangerous = true});
}

Reply ShowReleasePage(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const ReleaseFacts facts = visit.Read([&](store::Tx& tx) { return LoadReleasePage(tx, id); });
    Slots page = BeginReleasePage(visit, facts.release, {.file = "release", .tab = "overview"});
    PutGate(visit, page, facts.release);
    PutSlots(visit, page, facts);
    PutGiven(visit, page, facts);
    PutReleaseRecords(visit, page, facts.release, facts.records);
    PutMemos(page, facts);
    for (const wire::AuditRecord& entry : facts.entries) {
        PutTimelineEntry(page.Add("ENTRY"), entry);
    }
    page.Set("REVISION", facts.release.revision);
    page.Set("CREATED_BY", facts.release.created_by);
    PutTime(page, "CREATED", facts.release.created_at);
    page.Set("HASH", facts.release.content_hash.substr(0, 12));
    page.Set("PLAN", facts.release.plan_revision ? "revision " + std::to_string(*facts.release.plan_revision)
                                                 : std::string("none yet"));
    if (facts.flag) {
        PutReleaseFlag(page.Add("FLAG_PANEL"), *facts.flag);
    }
    PutWithdraw(visit, page, facts.release);
    return visit.Show();
}

// --- Actions ---------------------------------------------------------------------------------------------------------

std::int64_t TypedVersion(const Visit& visit) {
    return visit.Typed().Number("version").value_or(0);
}

Reply Promote(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const auto command = Require(wire::DecodePromote(TypedDocument(visit.Typed(), {"to"})));
    app::Services& services = visit.Services();
    std::optional<app::Measurements> measurements;
    const auto promote = [&] {
        return visit.Write([&](store::Tx& tx) {
            return app::PromoteRelease(tx, visit.Caller(), id, TypedVersion(visit), command.to, measurements);
        });
    };
    try {
        promote();
    } catch (const app::MeasurementNeeded&) {
        measurements = app::MeasureForPromotion(services.database, services.metrics, id, command.to);
        promote();
    }
    return visit.GoTo(ReleasePath(id), "Promoted to " + std::string(platform::EnumText(command.to)) + ".");
}

Reply Approve(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const auto command =
        Require(wire::DecodeGiveApproval(TypedDocument(visit.Typed(), {"as", "for", "note", "content_hash"})));
    visit.Write([&](store::Tx& tx) { return app::GiveApproval(tx, visit.Caller(), id, command); });
    return visit.GoTo(ReleasePath(id), "Approved as " + std::string(render::RoleLabel(command.role)) + ".");
}

Reply RevokeApproval(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const auto approval = policy::RecordId::Parse(visit.Typed().Text("approval"));
    if (!approval) {
        Visit::RefuseUnknown("approval", visit.Typed().Text("approval"));
    }
    const auto command = Require(wire::DecodeReason(TypedDocument(visit.Typed(), {"reason"})));
    visit.Write([&](store::Tx& tx) { return app::RevokeApproval(tx, visit.Caller(), id, *approval, command.reason); });
    return visit.GoTo(ReleasePath(id), "The approval is taken back.");
}

Reply Withdraw(Visit& visit) {
    const policy::ReleaseId id = ReleaseOf(visit);
    const auto command = Require(wire::DecodeReason(TypedDocument(visit.Typed(), {"reason"})));
    visit.Write([&](store::Tx& tx) {
        return app::WithdrawRelease(tx, visit.Caller(), id, TypedVersion(visit), command.reason);
    });
    return visit.GoTo(ReleasePath(id), "The release is withdrawn.");
}

constexpr Route kReleaseRoutes[] = {
    {.verb = Verb::kGet, .pattern = "/releases/{release}", .handler = ShowReleasePage},
    {.verb = Verb::kPost,
     .pattern = "/releases/{release}/promote",
     .permission = Permission::kPromote,
     .handler = Promote,
     .page = ShowReleasePage,
     .form = "promote"},
    {.verb = Verb::kPost,
     .pattern = "/releases/{release}/approve",
     .permission = Permission::kApprove,
     .handler = Approve,
     .page = ShowReleasePage,
     .form = "approve"},
    {.verb = Verb::kPost,
     .pattern = "/releases/{release}/revoke-approval",
     .permission = Permission::kApprove,
     .handler = RevokeApproval,
     .page = ShowReleasePage,
     .form = "revoke-approval"},
    {.verb = Verb::kPost,
     .pattern = "/releases/{release}/withdraw",
     .permission = Permission::kSubmitManifest,
     .handler = Withdraw,
     .page = ShowReleasePage,
     .form = "withdraw"},
    {.verb = Verb::kPost,
     .pattern = "/releases/{release}/record-check",
     .permission = Permission::kRecordCheck,
     .handler = RecordTypedCheck,
     .page = ShowReleasePage,
     .form = "record-check"},
    {.verb = Verb::kPost,
     .pattern = "/releases/{release}/resolve-check",
     .permission = Permission::kResolveCheck,
     .handler = ResolveTypedCheck,
     .page = ShowReleasePage,
     .form = "resolve-check"},
    {.verb = Verb::kPost,
     .pattern = "/releases/{release}/accept-risk",
     .permission = Permission::kAcceptRisk,
     .handler = AcceptTypedRisk,
     .page = ShowReleasePage,
     .form = "accept-risk"},
    {.verb = Verb::kPost,
     .pattern = "/releases/{release}/revoke-risk",
     .permission = Permission::kAcceptRisk,
     .handler = RevokeTypedRisk,
     .page = ShowReleasePage,
     .form = "revoke-risk"},
    {.verb = Verb::kPost,
     .pattern = "/releases/{release}/raise-hard-stop",
     .permission = Permission::kRaiseHardStop,
     .handler = RaiseTypedHardStop,
     .page = ShowReleasePage,
     .form = "raise-hard-stop"},
    {.verb = Verb::kPost,
     .pattern = "/releases/{release}/resolve-hard-stop",
     .permission = Permission::kResolveHardStop,
     .handler = ResolveTypedHardStop,
     .page = ShowReleasePage,
     .form = "resolve-hard-stop"},
    {.verb = Verb::kPost,
     .pattern = "/releases/{release}/decide-evaluation",
     .permission = Permission::kRollBack,
     .handler = DecideTypedEvaluation,
     .page = ShowReleasePage,
     .form = "decide-evaluation"},
};

}  // namespace

std::span<const Route> ReleaseRoutes() {
    return kReleaseRoutes;
}

}  // namespace web
