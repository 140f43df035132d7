#include "controller/app/programmes.hpp"

#include <algorithm>

#include "controller/app/audit_trail.hpp"
#include "controller/app/refusals.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/store/principals.hpp"
#include "controller/store/programmes.hpp"
#include "controller/store/status_audits.hpp"
#include "platform/base/text.hpp"

namespace app {
namespace {

wire::AuditDetails ProgrammeDetails(const std::string& programme) {
    wire::AuditDetails details;
    details.Text("programme", programme);
    return details;
}

Outcome<wire::Programme> LockProgramme(store::Tx& tx, const Call& call, const std::string& action,
                                       const policy::ProgrammeId& id, std::int64_t version) {
    auto programme = store::LoadProgramme(tx, id, store::Lock::kForUpdate);
    if (!programme) {
        return Refused(NotFound("programme", id.Text()));
    }
    if (programme->version != version) {
        return Refused(RecordRefusal(tx, call, {action}, Stale("programme", programme->version, version)));
    }
    if (programme->certified_at) {
        return Refused(RecordRefusal(tx, call, {action}, Conflict("The programme is certified already.")));
    }
    return std::move(*programme);
}

/// What keeps the newest status audit from being green.
std::string AuditProblem(const std::optional<wire::StatusAudit>& audit) {
    if (!audit || audit->green) {
        return {};
    }
    std::string problem = "commit " + audit->commit;
    problem += audit->errors > 0 ? ", " + platform::Plural(audit->errors, "error") : "";
    for (const std::string& gate : audit->failing_gates) {
        problem += ", gate " + gate;
    }
    for (const std::string& blocker : audit->blockers) {
        problem += ", " + blocker;
    }
    return problem;
}

policy::CertificationAct CertificationFacts(const Call& call, const wire::Programme& programme) {
    policy::CertificationAct act;
    act.actor = call.actor;
    act.packets = programme.packets.size();
    act.definition_items = programme.definition_of_done.size();
    for (const wire::Packet& packet : programme.packets) {
        if (packet.status != policy::PacketStatus::kDone) {
            act.open_packets.push_back(packet.number);
        } else if (!packet.checkpoint) {
            act.without_checkpoint.push_back(packet.number);
        }
    }
    for (const wire::Milestone& milestone : programme.milestones) {
        if (!milestone.reached) {
            act.open_milestones.push_back(milestone.key);
        }
    }
    for (const wire::DoneItem& item : programme.definition_of_done) {
        if (!item.met_by) {
            act.unmet.push_back(item.text);
        }
    }
    return act;
}

}  // namespace

Outcome<wire::Programme> CreateProgramme(store::Tx& tx, const Call& call, const wire::CreateProgramme& command) {
    if (store::LoadProgramme(tx, command.id)) {
        return Refused(RecordRefusal(tx, call, {"programme.create"}, Exists("programme", command.id.Text())));
    }
    store::InsertProgramme(tx, command, call.actor.id);
    wire::Programme programme = *store::LoadProgramme(tx, command.id);
    wire::AuditDetails details = ProgrammeDetails(programme.id);
    details.Number("packets", static_cast<std::int64_t>(programme.packets.size())).Text("title", programme.title);
    RecordDone(tx, call, {"programme.create"}, "made the programme " + programme.id, details);
    return programme;
}

Outcome<wire::Programme> ShowProgramme(store::Tx& tx, const policy::ProgrammeId& id) {
    auto programme = store::LoadProgramme(tx, id);
    if (!programme) {
        return Refused(NotFound("programme", id.Text()));
    }
    return std::move(*programme);
}

Outcome<Page<wire::Programme>> ListProgrammes(store::Tx& tx, const PageQuery& page) {
    return store::ListProgrammes(tx, page);
}

Outcome<wire::Programme> MeetDefinition(store::Tx& tx, const Call& call, const policy::ProgrammeId& id,
                                        std::int64_t version, const wire::MeetDefinition& command) {
    const std::string action = "programme.met";
    auto programme = LockProgramme(tx, call, action, id, version);
    if (!programme) {
        return Refused(std::move(programme.error()));
    }
    const auto item = std::find_if(programme->definition_of_done.begin(), programme->definition_of_done.end(),
                                   [&](const wire::DoneItem& candidate) { return candidate.n == command.item; });
    if (item == programme->definition_of_done.end()) {
        return Refused(NotFound("item of the definition of done", std::to_string(command.item)));
    }
    if (item->met_by) {
        return Refused(
            RecordRefusal(tx, call, {action}, Conflict("The item was recorded as met by " + *item->met_by + ".")));
    }
    store::MeetDefinition(tx, id, command.item, command.evidence, call.actor.id);
    wire::AuditDetails details = ProgrammeDetails(id.Text());
    details.Text("item", item->text).Text("evidence", command.evidence);
    RecordDone(tx, call, {action}, "recorded as met: " + item->text, details);
    return *store::LoadProgramme(tx, id);
}

Outcome<wire::Programme> CertifyProgramme(store::Tx& tx, const Call& call, const policy::ProgrammeId& id,
                                          std::int64_t version, const std::string& note) {
    const std::string action = "programme.certify";
    auto programme = LockProgramme(tx, call, action, id, version);
    if (!programme) {
        return Refused(std::move(programme.error()));
    }
    policy::CertificationAct act = CertificationFacts(call, *programme);
    act.audit_problem = AuditProblem(store::LastStatusAudit(tx, id));
    if (policy::Findings findings = policy::JudgeAct(act); Blocks(findings)) {
        return Refused(RecordRefusal(tx, call, {action},
                                     FromFindings(std::move(findings), "The programme cannot be certified yet.")));
    }
    store::CertifyProgramme(tx, id, call.actor.id);
    wire::AuditDetails details = ProgrammeDetails(id.Text());
    details.Text("note", note);
    RecordDone(tx, call, {action}, "certified the programme " + id.Text() + (note.empty() ? "" : ": " + note), details);
    return *store::LoadProgramme(tx, id);
}

}  // namespace app
