#include "controller/app/programme_texts.hpp"

#include <algorithm>

#include "controller/app/refusals.hpp"
#include "controller/render/programme.hpp"
#include "controller/store/clock.hpp"
#include "controller/store/programmes.hpp"
#include "controller/store/status_audits.hpp"
#include "controller/tracker/programme.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace app {
namespace {

using policy::PacketSection;
using policy::PacketStatus;
using policy::PacketVerdict;

constexpr std::array<const char*, 3> kGateNames = {"P0", "P1", "P2"};

tracker::Status TrackerStatus(PacketStatus status) {
    switch (status) {
        case PacketStatus::kNotStarted:
            return tracker::Status::kNotStarted;
        case PacketStatus::kInProgress:
            return tracker::Status::kInProgress;
        case PacketStatus::kChangesRequested:
            return tracker::Status::kChangesRequested;
        case PacketStatus::kBlocked:
            return tracker::Status::kBlocked;
        case PacketStatus::kDone:
            break;
    }
    return tracker::Status::kDone;
}

tracker::Review TrackerReview(PacketVerdict verdict) {
    switch (verdict) {
        case PacketVerdict::kApproved:
            return tracker::Review::kApproved;
        case PacketVerdict::kChangesRequested:
            return tracker::Review::kChangesRequested;
        case PacketVerdict::kBlocked:
            break;
    }
    return tracker::Review::kBlocked;
}

tracker::PacketState StateOf(const wire::Packet& packet) {
    tracker::PacketState state;
    state.id = packet.number;
    state.status = TrackerStatus(packet.status);
    state.implementer = packet.implementer.value_or("");
    state.reviewer = packet.reviewer.value_or("");
    state.checkpoint = packet.checkpoint;
    for (const wire::PacketItem& item : packet.items) {
        tracker::BoxState box{item.text, item.ticked, std::nullopt};
        if (const wire::PacketRun* run = packet.LastRun(item.n)) {
            box.exit_code = run->exit_code;
        }
        state.boxes.push_back(std::move(box));
    }
    if (!packet.reviews.empty()) {
        const wire::PacketReview& review = packet.reviews.back();
        state.review = TrackerReview(review.verdict);
        state.gates.emplace();
        for (std::size_t i = 0; i < kGateNames.size(); ++i) {
            (*state.gates)[i] = {std::string(platform::EnumText(review.gates[i])), review.reasons[i]};
        }
        state.findings = packet.status == PacketStatus::kDone ? std::string() : review.findings;
    }
    return state;
}

/// The layout of a programme that was not imported.
tracker::Plan PlanOfProgramme(const wire::Programme& programme) {
    tracker::Plan plan;
    plan.title = programme.title;
    for (const wire::Packet& packet : programme.packets) {
        tracker::PlannedPacket planned{packet.number, packet.title, 0, {}};
        for (const wire::PacketItem& item : packet.items) {
            tracker::PlannedBox box;
            box.use = item.section == PacketSection::kTests      ? tracker::BoxUse::kTest
                      : item.section == PacketSection::kEvidence ? tracker::BoxUse::kEvidence
                                                                 : tracker::BoxUse::kWork;
            box.heading = item.heading;
            box.text = item.text;
            planned.boxes.push_back(std::move(box));
        }
        plan.packets.push_back(std::move(planned));
    }
    for (const wire::Milestone& milestone : programme.milestones) {
        plan.milestones.push_back({milestone.key, milestone.packets, 0});
    }
    for (const wire::DoneItem& item : programme.definition_of_done) {
        plan.definition_of_done.push_back(item.text);
    }
    return plan;
}

std::string RunResult(const wire::PacketRun& run) {
    std::string result = run.exit_code ? "exit " + std::to_string(*run.exit_code) : std::string("no exit code");
    result += run.timed_out ? ", timed out" : "";
    result += run.truncated ? ", output cut" : "";
    result += run.output_bytes == 0 ? ", printed nothing" : "";
    return run.passed ? result : result + ", does not count";
}

std::string GateText(const wire::PacketReview& review, std::size_t gate) {
    std::string text(platform::EnumText(review.gates[gate]));
    return review.reasons[gate].empty() ? text : text + " (" + review.reasons[gate] + ")";
}

render::PacketSheet SheetOf(const wire::Packet& packet) {
    render::PacketSheet sheet;
    sheet.number = packet.number;
    sheet.title = packet.title;
    sheet.objective = packet.objective;
    sheet.scope = packet.scope;
    sheet.exit_criteria = packet.exit_criteria;
    sheet.implementer = packet.implementer.value_or("");
    sheet.reviewer = packet.reviewer.value_or("");
    for (const wire::PacketItem& item : packet.items) {
        if (item.section == PacketSection::kTests) {
            const wire::PacketRun* run = packet.LastRun(item.n);
            sheet.tests.push_back({item.text, run == nullptr ? "not run" : RunResult(*run)});
        } else {
            (item.section == PacketSection::kWork ? sheet.work : sheet.evidence).push_back(item.text);
        }
    }
    const wire::PacketReview* review = packet.reviews.empty() ? nullptr : &packet.reviews.back();
    const std::array<const char*, 3> open = {"PASS | FAIL (<reason>)", "PASS | FAIL | N/A (<reason>)",
                                             "PASS | FAIL (<reason>)"};
    for (std::size_t i = 0; i < kGateNames.size(); ++i) {
        sheet.gates.push_back({kGateNames[i], review == nullptr ? open[i] : GateText(*review, i)});
    }
    sheet.verdict =
        review == nullptr ? "APPROVED | CHANGES_REQUESTED | BLOCKED" : std::string(platform::EnumText(review->verdict));
    sheet.findings = review == nullptr ? "" : review->findings;
    sheet.residual_risk = review == nullptr ? "<risk or none>" : review->residual_risk;
    sheet.rollback = review == nullptr ? "<steps>" : review->rollback;
    return sheet;
}

render::ReportPacket ReportPacketOf(const wire::Packet& packet) {
    render::ReportPacket out;
    out.number = packet.number;
    out.title = packet.title;
    out.status = platform::EnumText(packet.status);
    out.implementer = packet.implementer.value_or("-");
    out.reviewer = packet.reviewer.value_or("-");
    out.verdict = packet.reviews.empty() ? "-" : std::string(platform::EnumText(packet.reviews.back().verdict));
    out.boxes = static_cast<std::int64_t>(packet.items.size());
    out.ticked = std::count_if(packet.items.begin(), packet.items.end(),
                               [](const wire::PacketItem& item) { return item.ticked; });
    out.checkpoint = packet.checkpoint.value_or("-");
    for (const wire::PacketRun& run : packet.runs) {
        out.runs.push_back({wire::CommandText(run.argv), RunResult(run), run.output_bytes, run.output_sha256,
                            platform::FormatTime(run.started_at), run.recorded_by});
    }
    for (const wire::PacketReview& review : packet.reviews) {
        std::string gates;
        for (std::size_t i = 0; i < kGateNames.size(); ++i) {
            gates += (gates.empty() ? "" : ", ") + std::string(kGateNames[i]) + " " + GateText(review, i);
        }
        out.reviews.push_back({review.reviewer, platform::FormatTime(review.reviewed_at),
                               std::string(platform::EnumText(review.verdict)), gates, review.residual_risk,
                               review.rollback});
    }
    return out;
}

Outcome<wire::Packet> FindPacket(store::Tx& tx, const policy::ProgrammeId& id, const policy::PacketNumber& number) {
    auto packet = store::LoadPacket(tx, id, number);
    if (!packet) {
        return Refused(NotFound("packet of " + id.Text(), number.Text()));
    }
    return std::move(*packet);
}

std::string AuditWords(const wire::StatusAudit& audit) {
    std::string words = audit.green ? "green" : "not green, " + platform::Plural(audit.errors, "error");
    for (const std::string& gate : audit.failing_gates) {
        words += ", gate " + gate;
    }
    for (const std::string& blocker : audit.blockers) {
        words += ", " + blocker;
    }
    return words + ", SHA-256 " + audit.document_sha256 + ", " + platform::FormatTime(audit.recorded_at) + ", " +
           audit.recorded_by;
}

}  // namespace

Outcome<wire::ProgrammeReport> ReportProgramme(store::Tx& tx, const policy::ProgrammeId& id) {
    auto programme = store::LoadProgramme(tx, id);
    if (!programme) {
        return Refused(NotFound("programme", id.Text()));
    }
    wire::ProgrammeReport report;
    report.programme = std::move(*programme);
    for (const wire::Packet& packet : report.programme.packets) {
        report.packets.push_back(*store::LoadPacket(tx, id, policy::PacketNumber::Trusted(packet.number)));
    }
    report.audits = store::AllStatusAudits(tx, id);
    report.content_hash = platform::Sha256Hex(wire::ProgrammeReportLines(report));
    return report;
}

Outcome<std::string> ExportTracker(store::Tx& tx, const policy::ProgrammeId& id) {
    const auto report = ReportProgramme(tx, id);
    if (!report) {
        return Refused(report.error());
    }
    const wire::Programme& programme = report->programme;
    tracker::State state;
    state.last_updated = platform::DateOf(programme.updated_at);
    for (const wire::Packet& packet : report->packets) {
        state.packets.push_back(StateOf(packet));
    }
    for (const wire::Milestone& milestone : programme.milestones) {
        if (milestone.reached) {
            state.reached.push_back(milestone.key);
        }
    }
    const std::string layout =
        programme.tracker.empty() ? tracker::ComposeTracker(PlanOfProgramme(programme)) : programme.tracker;
    return tracker::BringUpToDate(tracker::ReadTracker(layout), state);
}

Outcome<std::string> WriteDelegation(store::Tx& tx, const policy::ProgrammeId& id, const policy::PacketNumber& number) {
    const auto packet = FindPacket(tx, id, number);
    if (!packet) {
        return Refused(packet.error());
    }
    return render::RenderDelegation(SheetOf(*packet));
}

Outcome<std::string> WriteReviewOutput(store::Tx& tx, const policy::ProgrammeId& id,
                                       const policy::PacketNumber& number) {
    const auto packet = FindPacket(tx, id, number);
    if (!packet) {
        return Refused(packet.error());
    }
    return render::RenderReviewOutput(SheetOf(*packet));
}

std::string WriteReport(const wire::ProgrammeReport& report) {
    render::ProgrammeReport out;
    const wire::Programme& programme = report.programme;
    out.id = programme.id;
    out.title = programme.title;
    out.capability = programme.capability;
    out.state = programme.certified_at ? "certified by " + programme.certified_by.value_or("") + " at " +
                                             platform::FormatTime(*programme.certified_at)
                                       : "not certified";
    out.updated = platform::FormatTime(programme.updated_at);
    for (const wire::Packet& packet : report.packets) {
        out.packets.push_back(ReportPacketOf(packet));
    }
    for (const wire::Milestone& milestone : programme.milestones) {
        out.milestones.push_back({milestone.key, milestone.reached ? "reached" : "open"});
    }
    for (const wire::DoneItem& item : programme.definition_of_done) {
        out.definition_of_done.push_back(
            {item.text, item.met_by ? "met, by " + *item.met_by + ": " + item.evidence : "open"});
    }
    for (const wire::StatusAudit& audit : report.audits) {
        out.audits.push_back({audit.commit, AuditWords(audit)});
    }
    out.content_hash = report.content_hash;
    return render::RenderCertification(out);
}

}  // namespace app
