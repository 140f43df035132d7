// CLS-2, CLS-3, CLS-5, CLS-6 (specification, section 3). CLS-1 is HST-1; CLS-4 is in approvals.cpp.

#include "controller/policy/classification.hpp"

#include "controller/policy/checks.hpp"
#include "controller/policy/memo_state.hpp"
#include "controller/policy/reporting.hpp"
#include "controller/policy/slots.hpp"

namespace policy {
namespace {

std::string_view ClassText(const std::optional<ReleaseClass>& classification) {
    return classification ? platform::EnumText(*classification) : std::string_view("no class");
}

bool SameArtifacts(const std::vector<Artifact>& before, const std::vector<Artifact>& after) {
    if (before.size() != after.size()) {
        return false;
    }
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (before[i].name != after[i].name || before[i].digest != after[i].digest) {
            return false;
        }
    }
    return true;
}

bool SameDataChanges(const DataChanges& before, const DataChanges& after) {
    return before.present == after.present && before.description == after.description &&
           before.has_migration == after.has_migration && before.idempotent == after.idempotent &&
           before.reversible == after.reversible && before.restore_path == after.restore_path;
}

std::string_view FlagOf(const Manifest& manifest) {
    return manifest.kill_switch ? std::string_view(manifest.kill_switch->flag) : std::string_view();
}

}  // namespace

// CLS-2: the class cannot change once promotion has begun.
void CheckCls2(const ManifestFacts& act, Findings& findings) {
    if (!act.promotion_begun || !act.before || act.before->classification == act.after.classification) {
        return;
    }
    Deny(findings, "CLS-2",
         {Text("The class cannot change from ", ClassText(act.before->classification), " to ",
               ClassText(act.after.classification), ": promotion has begun."),
          "Withdraw this release and submit the change as a new one.", "classification"});
}

// CLS-3: a mechanism release needs its own GO memo before candidate.
void CheckCls3(const PromotionFacts& facts, Findings& findings) {
    if (facts.to == Channel::kCandidate && facts.manifest.classification == ReleaseClass::kMechanism) {
        JudgeMemo(facts, "CLS-3", findings);
    }
}

// CLS-5: a class below what the changed paths suggest needs two people's acknowledgement, and stays visible after it.
void CheckCls5(const PromotionFacts& facts, Findings& findings) {
    const auto& classification = facts.manifest.classification;
    if (!facts.floor || !classification || *classification >= facts.floor->floor) {
        return;
    }
    ReportOpenSlots(facts, ApprovalScope::kClassFloor, "CLS-5", findings);
    Doubt(findings, "CLS-5",
          {Text("Declared ", platform::EnumText(*classification), ", but ", facts.floor->path, " matches ",
                facts.floor->pattern, " (", facts.floor->topic, ") and suggests at least ",
                platform::EnumText(facts.floor->floor), "."),
           Text("Declare ", platform::EnumText(facts.floor->floor),
                ", or have a dev lead and a system owner acknowledge the lower class in writing."),
           facts.floor->path});
}

// CLS-6: what is promoted is what was judged; a changed artifact is a new release.
void CheckCls6(const ManifestFacts& act, Findings& findings) {
    if (!act.promotion_begun || !act.before) {
        return;
    }
    const auto deny = [&findings](std::string_view field) {
        Deny(findings, "CLS-6",
             {Text(field, " cannot change: promotion has begun."), "Submit the change as a new release.",
              std::string(field)});
    };
    if (!SameArtifacts(act.before->artifacts, act.after.artifacts)) {
        deny("artifacts");
    }
    if (act.before->files_changed != act.after.files_changed) {
        deny("files_changed");
    }
    if (!SameDataChanges(act.before->data_changes, act.after.data_changes)) {
        deny("data_changes");
    }
    if (FlagOf(*act.before) != FlagOf(act.after)) {
        deny("kill_switch.flag");
    }
    if (act.before->version != act.after.version) {
        deny("version");
    }
}

}  // namespace policy
