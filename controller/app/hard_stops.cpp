#include <utility>

#include "controller/app/audit_trail.hpp"
#include "controller/app/evidence.hpp"
#include "controller/app/refusals.hpp"
#include "controller/app/release_view.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/store/facts.hpp"
#include "controller/store/hard_stops.hpp"
#include "controller/store/releases.hpp"

namespace app {

Outcome<wire::HardStop> RaiseHardStop(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                      const wire::RaiseHardStop& command) {
    const AuditSubject subject{"hard_stop.raise", release.Text()};
    if (!store::LoadRelease(tx, release, store::Lock::kForUpdate)) {
        return Refused(NotFound("release", release.Text()));
    }
    const store::HardStopRecord stored =
        store::InsertHardStop(tx, {NewRecordId(tx, "hst"), release, command.rule, command.reason, call.actor.id});
    wire::AuditDetails details;
    details.Text("hard_stop", stored.id.Text())
        .Text("rule", platform::EnumText(stored.rule))
        .Text("reason", stored.reason);
    RecordDone(tx, call, subject, "raised " + std::string(platform::EnumText(stored.rule)) + ": " + stored.reason,
               details);
    return ViewHardStop(stored);
}

Outcome<wire::HardStop> ResolveHardStop(store::Tx& tx, const Call& call, const policy::ReleaseId& release,
                                        const policy::RecordId& stop, const wire::ResolveCommand& command) {
    const AuditSubject subject{"hard_stop.resolve", release.Text()};
    const auto row = store::LoadRelease(tx, release, store::Lock::kForUpdate);
    if (!row) {
        return Refused(NotFound("release", release.Text()));
    }
    const auto open = store::LoadHardStop(tx, stop, store::Lock::kForUpdate);
    if (!open || open->release != release) {
        return Refused(NotFound("hard stop of " + release.Text(), stop.Text()));
    }
    if (open->resolved_at) {
        return Refused(RecordRefusal(
            tx, call, subject, Conflict(stop.Text() + " was resolved by " + open->resolved_by->Text() + " already.")));
    }
    policy::HardStopResolutionAct act;
    act.actor = call.actor;
    act.stop = {open->id, open->rule, open->reason, open->raised_by.Text(), true};
    act.raised_by = open->raised_by;
    act.author = policy::PrincipalId::Trusted(row->author);
    act.resolution = command.resolution;
    act.evidence = command.evidence;
    act.cites = command.cites;
    if (policy::Findings findings = policy::JudgeAct(act); Blocks(findings)) {
        return Refused(RecordRefusal(tx, call, subject,
                                     FromFindings(std::move(findings), "The hard stop cannot be resolved like that.")));
    }
    const store::HardStopRecord resolved =
        store::ResolveHardStop(tx, stop, call.actor.id, command.resolution, command.evidence);
    wire::AuditDetails details;
    details.Text("hard_stop", stop.Text())
        .Text("rule", platform::EnumText(open->rule))
        .Text("resolution", command.resolution)
        .Text("evidence", command.evidence);
    RecordDone(
        tx, call, subject,
        "resolved " + std::string(platform::EnumText(open->rule)) + " " + stop.Text() + ": " + command.resolution,
        details);
    return ViewHardStop(resolved);
}

Outcome<wire::HardStopBoard> ListHardStops(store::Tx& tx, const policy::ReleaseId& release) {
    const auto row = store::LoadRelease(tx, release);
    if (!row) {
        return Refused(NotFound("release", release.Text()));
    }
    wire::HardStopBoard board;
    PageQuery query;
    query.limit = 500;
    for (;;) {
        const Page<store::HardStopRecord> page = store::ListHardStops(tx, release, std::nullopt, query);
        for (const store::HardStopRecord& stop : page.rows) {
            board.items.push_back(ViewHardStop(stop));
        }
        if (!page.next) {
            break;
        }
        query.after = *page.next;
    }
    auto facts = store::LoadPromotionFacts(tx, release, policy::NextChannel(row->channel), store::Lock::kNone);
    if (facts) {
        facts->hard_stops.clear();  // the raised ones are listed above; what is left follows from the facts
        // Not the gate's verdict: in stable nothing is promoted any more, and a hard stop still is one. No memo makes
        // one.
        for (policy::Finding& finding : policy::FindingsBesideMemo(*facts)) {
            if (finding.hard_stop) {
                board.derived.push_back(std::move(finding));
            }
        }
    }
    return board;
}

}  // namespace app
