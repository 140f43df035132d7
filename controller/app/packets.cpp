#include <algorithm>

#include "controller/app/audit_trail.hpp"
#include "controller/app/programmes.hpp"
#include "controller/app/refusals.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/store/principals.hpp"
#include "controller/store/programmes.hpp"

namespace app {
namespace {

using policy::PacketNumber;
using policy::PacketStatus;
using policy::ProgrammeId;

wire::AuditDetails PacketDetails(const ProgrammeId& programme, const PacketNumber& number) {
    wire::AuditDetails details;
    details.Text("programme", programme.Text()).Text("packet", number.Text());
    return details;
}

Refusal NoSuchPacket(const ProgrammeId& programme, const PacketNumber& number) {
    return NotFound("packet of " + programme.Text(), number.Text());
}

/// The packet with its programme locked, when it exists, is at this version and is not done.
Outcome<wire::Packet> LockOpenPacket(store::Tx& tx, const Call& call, const std::string& action,
                                     const ProgrammeId& programme, const PacketNumber& number,
                                     std::optional<std::int64_t> version) {
    auto packet = store::LoadPacket(tx, programme, number, store::Lock::kForUpdate);
    if (!packet) {
        return Refused(NoSuchPacket(programme, number));
    }
    if (version && packet->version != *version) {
        return Refused(RecordRefusal(tx, call, {action}, Stale("packet", packet->version, *version)));
    }
    if (packet->status == PacketStatus::kDone) {
        return Refused(RecordRefusal(tx, call, {action}, Conflict("The packet is done and stays as it was approved.")));
    }
    return std::move(*packet);
}

Outcome<const wire::PacketItem*> FindItem(const wire::Packet& packet, std::int64_t item) {
    const auto found = std::find_if(packet.items.begin(), packet.items.end(),
                                    [item](const wire::PacketItem& candidate) { return candidate.n == item; });
    if (found == packet.items.end()) {
        return Refused(NotFound("box of packet " + packet.number, std::to_string(item)));
    }
    return &*found;
}

bool HasBegun(const wire::Packet& packet) {
    return packet.status != PacketStatus::kNotStarted;
}

policy::PacketReviewAct ReviewFacts(const Call& call, const wire::Packet& packet, const wire::ReviewPacket& command) {
    policy::PacketReviewAct act;
    act.actor = call.actor;
    act.packet = packet.number;
    act.implementer = policy::PrincipalId::Trusted(packet.implementer.value_or(""));
    act.reviewer = policy::PrincipalId::Trusted(packet.reviewer.value_or(""));
    act.gates = command.gates;
    act.gate_reasons = command.reasons;
    act.verdict = command.verdict;
    act.findings = command.findings;
    for (const wire::PacketItem& item : packet.items) {
        if (item.section != policy::PacketSection::kTests) {
            if (!item.ticked) {
                act.open_boxes.push_back(item.text);
            }
            continue;
        }
        policy::TestFacts test;
        test.command = item.text;
        if (const wire::PacketRun* run = packet.LastRun(item.n)) {
            test.has_run = true;
            test.exit_code = run->exit_code ? std::optional(static_cast<int>(*run->exit_code)) : std::nullopt;
            test.timed_out = run->timed_out;
            test.truncated = run->truncated;
            test.output_bytes = run->output_bytes;
        }
        act.tests.push_back(std::move(test));
    }
    return act;
}

}  // namespace

Outcome<wire::Packet> ShowPacket(store::Tx& tx, const ProgrammeId& programme, const PacketNumber& number) {
    auto packet = store::LoadPacket(tx, programme, number);
    if (!packet) {
        return Refused(NoSuchPacket(programme, number));
    }
    return std::move(*packet);
}

Outcome<wire::Packet> StartPacket(store::Tx& tx, const Call& call, const ProgrammeId& programme,
                                  const PacketNumber& number, std::int64_t version, const wire::StartPacket& command) {
    const std::string action = "packet.start";
    auto packet = LockOpenPacket(tx, call, action, programme, number, version);
    if (!packet) {
        return Refused(std::move(packet.error()));
    }
    if (packet->status == PacketStatus::kInProgress) {
        return Refused(RecordRefusal(tx, call, {action}, Conflict("The packet is in progress already.")));
    }
    platform::FieldErrors unknown;
    const auto implementer = store::LoadPrincipal(tx, command.implementer);
    const auto reviewer = store::LoadPrincipal(tx, command.reviewer);
    if (!implementer) {
        unknown.push_back({"/implementer", "there is no principal '" + command.implementer.Text() + "'"});
    }
    if (!reviewer) {
        unknown.push_back({"/reviewer", "there is no principal '" + command.reviewer.Text() + "'"});
    }
    if (!unknown.empty()) {
        Refusal refusal = Invalid("", "");
        refusal.errors = std::move(unknown);
        return Refused(std::move(refusal));
    }
    policy::PacketStartAct act;
    act.actor = call.actor;
    act.packet = number.Text();
    act.implementer = command.implementer;
    act.reviewer = command.reviewer;
    act.reviewer_is_active_user = reviewer->active && reviewer->kind == policy::PrincipalKind::kUser;
    const auto whole = store::LoadProgramme(tx, programme);
    for (const wire::Packet& other : whole->packets) {
        if (other.number != number.Text() && other.status == PacketStatus::kDone && !other.checkpoint) {
            act.without_checkpoint.push_back(other.number);
        }
    }
    if (policy::Findings findings = policy::JudgeAct(act); Blocks(findings)) {
        return Refused(RecordRefusal(tx, call, {action},
                                     FromFindings(std::move(findings), "The packet cannot be started like that.")));
    }
    store::StartPacket(tx, programme, number, command.implementer, command.reviewer);
    wire::AuditDetails details = PacketDetails(programme, number);
    details.Text("implementer", command.implementer.Text()).Text("reviewer", command.reviewer.Text());
    RecordDone(tx, call, {action}, "started packet " + number.Text() + " of " + programme.Text(), details);
    return *store::LoadPacket(tx, programme, number);
}

Outcome<wire::Packet> TickBox(store::Tx& tx, const Call& call, const ProgrammeId& programme, const PacketNumber& number,
                              std::int64_t version, const wire::TickBox& command) {
    const std::string action = "packet.tick";
    auto packet = LockOpenPacket(tx, call, action, programme, number, version);
    if (!packet) {
        return Refused(std::move(packet.error()));
    }
    const auto item = FindItem(*packet, command.item);
    if (!item) {
        return Refused(item.error());
    }
    if ((*item)->section == policy::PacketSection::kTests) {
        return Refused(RecordRefusal(tx, call, {action},
                                     Conflict("A test is ticked by its run and by nobody: portcullis evidence run.")));
    }
    const std::string text = (*item)->text;
    store::TickBox(tx, programme, number, command.item, command.ticked ? std::optional(call.actor.id) : std::nullopt);
    wire::AuditDetails details = PacketDetails(programme, number);
    details.Number("item", command.item).Text("box", text).Flag("ticked", command.ticked);
    RecordDone(tx, call, {action}, (command.ticked ? "ticked: " : "opened: ") + text, details);
    return *store::LoadPacket(tx, programme, number);
}

Outcome<wire::PacketRun> RecordRun(store::Tx& tx, const Call& call, const ProgrammeId& programme,
                                   const PacketNumber& number, const wire::RecordRun& command) {
    const std::string action = "packet.run";
    auto packet = LockOpenPacket(tx, call, action, programme, number, std::nullopt);
    if (!packet) {
        return Refused(std::move(packet.error()));
    }
    const auto item = FindItem(*packet, command.item);
    if (!item) {
        return Refused(item.error());
    }
    if (!HasBegun(*packet) || (*item)->section != policy::PacketSection::kTests) {
        return Refused(RecordRefusal(
            tx, call, {action},
            Conflict(HasBegun(*packet) ? "That box is no test; runs are recorded for tests."
                                       : "The packet has not been started; nobody implements and reviews it yet.")));
    }
    const wire::PacketRun run =
        store::InsertPacketRun(tx, NewRecordId(tx, "run"), programme, number, command, call.actor.id);
    wire::AuditDetails details = PacketDetails(programme, number);
    details.Text("run", run.id)
        .Texts("argv", command.argv)
        .Flag("passed", run.passed)
        .Flag("timed_out", run.timed_out)
        .Number("output_bytes", run.output_bytes)
        .Text("output_sha256", run.output_sha256);
    if (run.exit_code) {
        details.Number("exit_code", *run.exit_code);
    }
    RecordDone(tx, call, {action},
               "recorded a run of '" + (*item)->text + "': " + (run.passed ? "passed" : "does not count"), details);
    return run;
}

Outcome<wire::Packet> ReviewPacket(store::Tx& tx, const Call& call, const ProgrammeId& programme,
                                   const PacketNumber& number, std::int64_t version,
                                   const wire::ReviewPacket& command) {
    const std::string action = "packet.review";
    auto packet = LockOpenPacket(tx, call, action, programme, number, version);
    if (!packet) {
        return Refused(std::move(packet.error()));
    }
    if (!HasBegun(*packet)) {
        return Refused(RecordRefusal(tx, call, {action},
                                     Conflict("The packet has not been started; there is nothing to review.")));
    }
    if (policy::Findings findings = policy::JudgeAct(ReviewFacts(call, *packet, command)); Blocks(findings)) {
        return Refused(RecordRefusal(tx, call, {action},
                                     FromFindings(std::move(findings), "The review cannot be given like that.")));
    }
    store::InsertPacketReview(tx, NewRecordId(tx, "rvw"), programme, number, command, call.actor.id);
    wire::AuditDetails details = PacketDetails(programme, number);
    details.Text("verdict", platform::EnumText(command.verdict))
        .Text("p0", platform::EnumText(command.gates[0]))
        .Text("p1", platform::EnumText(command.gates[1]))
        .Text("p2", platform::EnumText(command.gates[2]))
        .Text("findings", command.findings)
        .Text("residual_risk", command.residual_risk);
    RecordDone(tx, call, {action},
               "reviewed packet " + number.Text() + ": " + std::string(platform::EnumText(command.verdict)), details);
    return *store::LoadPacket(tx, programme, number);
}

Outcome<wire::Packet> RecordCheckpoint(store::Tx& tx, const Call& call, const ProgrammeId& programme,
                                       const PacketNumber& number, std::int64_t version, const std::string& commit) {
    const std::string action = "packet.checkpoint";
    auto packet = store::LoadPacket(tx, programme, number, store::Lock::kForUpdate);
    if (!packet) {
        return Refused(NoSuchPacket(programme, number));
    }
    if (packet->version != version) {
        return Refused(RecordRefusal(tx, call, {action}, Stale("packet", packet->version, version)));
    }
    if (packet->status != PacketStatus::kDone || packet->checkpoint) {
        return Refused(RecordRefusal(
            tx, call, {action},
            Conflict(packet->checkpoint ? "The checkpoint " + *packet->checkpoint + " is recorded already."
                                        : "A checkpoint follows the approval; the packet is not done.")));
    }
    store::SetCheckpoint(tx, programme, number, commit, call.actor.id);
    wire::AuditDetails details = PacketDetails(programme, number);
    details.Text("commit", commit);
    RecordDone(tx, call, {action}, "recorded the checkpoint " + commit + " of packet " + number.Text(), details);
    return *store::LoadPacket(tx, programme, number);
}

}  // namespace app
