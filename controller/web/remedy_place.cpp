#include "controller/web/remedy_place.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "controller/web/form.hpp"
#include "controller/web/visit.hpp"
#include "platform/base/text.hpp"

namespace web {
namespace {

/// What EXP-2 says of the plan itself, not of a tenant on it.
constexpr std::string_view kFieldOfPlan = "opt_in_method";

/// What a path continues.
enum class RemedyBase { kConsole, kRelease, kRollout, kProgramme, kTenantOfFinding, kNone };

struct RemedyRow {
    RemedyBase base;
    std::string_view rest;
    std::string_view label;
    std::span<const std::string_view> rules;
};

constexpr std::string_view kDoneAtApprovals[] = {"SOD-1", "SOD-2", "SOD-3", "SOD-4", "SOD-5",
                                                 "CLS-4", "CLS-5", "APR-1", "EXP-6"};
constexpr std::string_view kDoneAtManifest[] = {"CLS-1", "CLS-2", "CLS-6", "KSW-1", "KSW-5", "RBK-1",
                                                "RBK-2", "RBK-3", "RBK-4", "RBK-5", "RBK-6", "RBX-1"};
constexpr std::string_view kDoneAtPlan[] = {"CHN-3", "CHN-4", "CHN-9", "EXP-1", "EXP-3", "EXP-4", "EXP-5", "EXP-7"};
constexpr std::string_view kDoneAtEvidence[] = {"CHX-1", "CHX-2", "CHX-4", "CHX-5", "DSV-1", "DSV-2", "DSV-3",
                                                "DSV-4", "DSV-5", "DSV-6", "DSV-7", "OBS-1", "OBS-2", "OBS-3",
                                                "OBS-4", "OBS-5", "OBS-6", "OBS-7", "OBS-8", "OBS-9", "RBX-2",
                                                "EVD-1", "EVD-2", "EVD-3", "EVD-4", "EVD-5", "EVD-6", "EVD-7"};
constexpr std::string_view kDoneAtStops[] = {"HST-1", "HST-2", "HST-3", "HST-4", "HST-5", "HST-6", "HST-7", "HSX-1"};
constexpr std::string_view kDoneAtGate[] = {"CHN-1"};
constexpr std::string_view kDoneAtExposure[] = {"CHX-7"};
constexpr std::string_view kDoneAtMemos[] = {"CLS-3", "MEM-1", "MEM-2", "MEM-3", "MEM-4", "MEM-5", "MEM-6"};
constexpr std::string_view kDoneAtRollbacks[] = {"RBA-1", "RBA-2", "RBA-3", "RBA-4"};
constexpr std::string_view kDoneAtConsents[] = {"CHN-7", "EXP-2"};
constexpr std::string_view kDoneAtIncidents[] = {"CHN-5", "CHX-3", "INC-1", "INC-2"};
constexpr std::string_view kDoneAtFreezes[] = {"CHN-8"};
constexpr std::string_view kDoneAtSubmit[] = {"CHX-6"};
constexpr std::string_view kDoneAtRollouts[] = {"CHX-8"};
constexpr std::string_view kDoneAtProgrammes[] = {"CHX-9"};
constexpr std::string_view kDoneAtDrills[] = {"KSW-2", "KSW-4", "KSW-6"};
constexpr std::string_view kDoneAtKill[] = {"KSW-7"};
constexpr std::string_view kDoneAtWayBack[] = {"KSW-8"};
constexpr std::string_view kDoneAtRoles[] = {"SOD-6"};
constexpr std::string_view kDoneAtChain[] = {"AUD-2"};
constexpr std::string_view kDoneAtStages[] = {"STG-1", "STG-5", "STG-6", "STG-7"};
constexpr std::string_view kDoneAtMetrics[] = {"STG-2"};
constexpr std::string_view kDoneAtCheckpoints[] = {"STG-3"};
constexpr std::string_view kDoneAtEvaluations[] = {"STG-4"};
constexpr std::string_view kDoneAtProgramme[] = {"PKT-1", "PKT-2", "PKT-3", "PKT-4", "PKT-6", "PKT-7"};
// Time alone, the program that acts, or the command line.
constexpr std::string_view kDoneAtNoPage[] = {"ATT-1", "ATT-2", "ATT-3", "ATT-4", "CHN-2", "CHN-6",
                                              "KSW-3", "MEM-7", "NTF-1", "PKT-5", "AUD-1", "AUD-3"};

constexpr std::array kRemedyRows{
    RemedyRow{RemedyBase::kRelease, "#approvals", "To the approvals", kDoneAtApprovals},
    RemedyRow{RemedyBase::kRelease, "/manifest", "To the manifest", kDoneAtManifest},
    RemedyRow{RemedyBase::kRelease, "/plan", "To the exposure plan", kDoneAtPlan},
    RemedyRow{RemedyBase::kRelease, "#evidence", "Record evidence", kDoneAtEvidence},
    RemedyRow{RemedyBase::kRelease, "#stops", "To the hard stops", kDoneAtStops},
    RemedyRow{RemedyBase::kRelease, "#gate", "To the next gate", kDoneAtGate},
    RemedyRow{RemedyBase::kRelease, "/exposure", "To the exposure", kDoneAtExposure},
    RemedyRow{RemedyBase::kRelease, "/memos", "To the memos", kDoneAtMemos},
    RemedyRow{RemedyBase::kRelease, "/rollbacks", "To the rollbacks", kDoneAtRollbacks},
    RemedyRow{RemedyBase::kTenantOfFinding, "#consents", "To its consents", kDoneAtConsents},
    RemedyRow{RemedyBase::kConsole, "/incidents", "To the incidents", kDoneAtIncidents},
    RemedyRow{RemedyBase::kConsole, "/freezes", "To the freezes", kDoneAtFreezes},
    RemedyRow{RemedyBase::kConsole, "/submit", "Submit a release", kDoneAtSubmit},
    RemedyRow{RemedyBase::kConsole, "/rollouts", "To the rollouts", kDoneAtRollouts},
    RemedyRow{RemedyBase::kConsole, "/programmes", "To the programmes", kDoneAtProgrammes},
    RemedyRow{RemedyBase::kConsole, "/drills", "To the drills", kDoneAtDrills},
    RemedyRow{RemedyBase::kConsole, "/fleet/kill?scope=fleet", "To the kill", kDoneAtKill},
    RemedyRow{RemedyBase::kConsole, "/fleet/way-back", "The way back on", kDoneAtWayBack},
    RemedyRow{RemedyBase::kConsole, "/roles", "To the roles", kDoneAtRoles},
    RemedyRow{RemedyBase::kConsole, "/audit/chain", "Check the chain", kDoneAtChain},
    RemedyRow{RemedyBase::kRollout, "#rollout-stages", "To the stages", kDoneAtStages},
    RemedyRow{RemedyBase::kRollout, "#work-title", "Measure it", kDoneAtMetrics},
    RemedyRow{RemedyBase::kRollout, "#checkpoints-title", "To the checkpoints", kDoneAtCheckpoints},
    RemedyRow{RemedyBase::kRollout, "#evaluations-title", "To the evaluations", kDoneAtEvaluations},
    RemedyRow{RemedyBase::kProgramme, "", "To the programme", kDoneAtProgramme},
    RemedyRow{RemedyBase::kNone, "", "", kDoneAtNoPage},
};

const RemedyRow* RowOfRule(std::string_view rule) {
    const auto* row = std::ranges::find_if(
        kRemedyRows, [&](const RemedyRow& each) { return std::ranges::find(each.rules, rule) != each.rules.end(); });
    return row == kRemedyRows.end() ? nullptr : row;
}

/// "/console/releases/x" of "/console/releases/x/memos"; none of another page.
std::optional<std::string> ObjectOfPage(std::string_view here, std::string_view kind) {
    const auto parts = platform::Split(here, '/');  // "", "console", kind, id
    if (parts.size() < 4 || parts[2] != kind || parts[3].empty()) {
        return std::nullopt;
    }
    return std::string(kHome).append("/").append(kind).append("/").append(parts[3]);
}

}  // namespace

RemedyAnswer RemedyOf(std::string_view rule) {
    const RemedyRow* row = RowOfRule(rule);
    return row == nullptr                   ? RemedyAnswer::kUnknownRule
           : row->base == RemedyBase::kNone ? RemedyAnswer::kNoPage
                                            : RemedyAnswer::kPage;
}

std::optional<RemedyLink> LinkOfRemedy(const policy::Finding& finding, std::string_view here) {
    const RemedyRow* row = RowOfRule(finding.rule);
    if (row == nullptr) {
        return std::nullopt;
    }
    std::optional<std::string> base;
    switch (row->base) {
        case RemedyBase::kNone:
            return std::nullopt;
        case RemedyBase::kConsole:
            base = std::string(kHome);
            break;
        case RemedyBase::kRelease:
            base = ObjectOfPage(here, "releases");
            break;
        case RemedyBase::kRollout:
            base = ObjectOfPage(here, "rollouts");
            break;
        case RemedyBase::kProgramme:
            base = ObjectOfPage(here, "programmes");
            break;
        case RemedyBase::kTenantOfFinding:
            if (finding.subject == kFieldOfPlan) {
                return LinkOfRemedy({.rule = "EXP-1"}, here);
            }
            if (!policy::TenantId::Parse(finding.subject)) {
                return RemedyLink{"To the tenants", std::string(kHome) + "/tenants"};
            }
            base = std::string(kHome) + "/tenants/" + PercentEncode(finding.subject);
            break;
    }
    if (!base) {
        return std::nullopt;
    }
    return RemedyLink{std::string(row->label), base->append(row->rest)};
}

}  // namespace web
