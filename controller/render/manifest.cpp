#include "controller/render/manifest.hpp"

#include <charconv>

#include "controller/render/limit_text.hpp"
#include "controller/render/sheet.hpp"
#include "platform/base/text.hpp"

namespace render {
namespace {

std::string DataChangesText(const policy::DataChanges& changes) {
    if (!changes.present) {
        return "None";
    }
    std::string text = changes.description.empty() ? "not described" : changes.description;
    if (changes.has_migration) {
        text += std::string("; migration ") + (changes.idempotent ? "idempotent" : "not idempotent") + ", " +
                (changes.reversible ? "reversible" : "not reversible");
    }
    text += "; restore path: " + (changes.restore_path.empty() ? "unknown" : changes.restore_path);
    return text;
}

std::string RequirementText(const policy::Requirement& requirement) {
    const std::string what = requirement.programme ? "programme " + requirement.programme->Text() + " certified"
                                                   : "stage " + std::to_string(requirement.stage) + " of rollout " +
                                                         (requirement.rollout ? requirement.rollout->Text() : "?");
    return what + ", before " + std::string(platform::EnumText(requirement.from));
}

void FillKillSwitch(const ManifestDocument& document, Sheet& sheet) {
    if (!document.manifest.kill_switch) {
        sheet.Show("NO_KILL_SWITCH");
        return;
    }
    const policy::KillSwitch& kill_switch = *document.manifest.kill_switch;
    Sheet part = sheet.Row("KILL_SWITCH");
    part.Line("FLAG", kill_switch.flag);
    part.Line("DEFAULT", kill_switch.default_on ? "true" : "false");
    part.Line("ENABLED_FOR",
              kill_switch.enabled_for.empty() ? "nobody" : platform::Join(kill_switch.enabled_for, ", "));
    part.Line("ACTIVATION", (kill_switch.activation.empty() ? "not described" : kill_switch.activation) +
                                (kill_switch.needs_deployment ? " (needs a deployment)" : ""));
    part.Line("TESTED", document.kill_switch_tested.empty() ? "not recorded" : document.kill_switch_tested);
}

void FillRollbackPlan(const ManifestDocument& document, Sheet& sheet) {
    if (!document.manifest.rollback) {
        sheet.Show("NO_ROLLBACK");
        return;
    }
    const policy::RollbackPlan& plan = *document.manifest.rollback;
    Sheet part = sheet.Row("ROLLBACK");
    for (const policy::RollbackTrigger& trigger : plan.triggers) {
        part.Row("TRIGGER").Line("TEXT",
                                 trigger.limit ? trigger.text + " (" + LimitText(*trigger.limit) + ")" : trigger.text);
    }
    int number = 0;
    for (const std::string& step : plan.procedure) {
        Sheet row = part.Row("STEP");
        row.Number("N", ++number);
        row.Line("TEXT", step);
    }
    for (const std::string& check : plan.verification) {
        part.Row("VERIFICATION").Line("TEXT", check);
    }
    for (const policy::Communication& message : plan.communication) {
        part.Row("MESSAGE").Line("TEXT", message.when.empty() ? message.who : message.who + ", " + message.when);
    }
    part.Line("DATA_RECOVERY", plan.data_recovery.empty() ? "not described" : plan.data_recovery);
    const std::string& owner = document.rollback_owner.empty() ? plan.owner : document.rollback_owner;
    part.Line("ROLLBACK_OWNER", owner.empty() ? "nobody" : owner);
}

void FillDataSafety(const ManifestDocument& document, Sheet& sheet) {
    if (document.data_safety.empty()) {
        return;
    }
    Sheet part = sheet.Row("DATA_SAFETY");
    for (const ManifestCheck& check : document.data_safety) {
        Sheet row = part.Row("CHECK");
        const bool settled =
            check.outcome == policy::CheckOutcome::kPassed || check.outcome == policy::CheckOutcome::kNotApplicable;
        row.Show(settled ? "HOLDS" : "HOLDS_NOT");
        row.Line("CHECK_TITLE", check.title);
        std::string detail = check.outcome ? std::string(platform::EnumText(*check.outcome)) : "not recorded";
        if (check.outcome == policy::CheckOutcome::kNotApplicable) {
            detail = "not applicable";
        }
        row.Line("DETAIL", check.detail.empty() ? detail : detail + ": " + check.detail);
    }
}

}  // namespace

std::string LimitText(const policy::Limit& limit) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, limit.threshold).ptr;
    std::string text =
        limit.metric + " " + std::string(platform::EnumText(limit.comparison)) + " " + std::string(digits, end);
    return limit.unit.empty() ? text : text + " " + limit.unit;
}

std::string RenderManifest(const ManifestDocument& document, Format format, const Templates& templates) {
    const policy::Manifest& manifest = document.manifest;
    Sheet sheet(format);
    sheet.Line("RELEASE", manifest.id);
    sheet.LineIfAny("TITLE_GIVEN", "TITLE", manifest.title);
    sheet.Line("CLASS", manifest.classification ? ClassLabel(*manifest.classification) : "not classified");
    sheet.Line("DESCRIPTION", manifest.description.empty() ? "none" : manifest.description);
    sheet.LineIfAny("VERSION_GIVEN", "VERSION", manifest.version);
    if (manifest.files_changed.empty()) {
        sheet.Show("NO_FILES");
    }
    for (const std::string& file : manifest.files_changed) {
        sheet.Row("FILE").Line("TEXT", file);
    }
    for (const policy::Artifact& artifact : manifest.artifacts) {
        sheet.Row("ARTIFACT").Line("TEXT", artifact.name + " " + artifact.digest);
    }
    sheet.Line("DATA_CHANGES", DataChangesText(manifest.data_changes));
    for (const std::string& declared : manifest.observability) {
        sheet.Row("OBSERVED").Line("TEXT", declared);
    }
    for (const policy::Requirement& requirement : manifest.requirements) {
        sheet.Row("REQUIRED").Line("TEXT", RequirementText(requirement));
    }
    for (const policy::Link& link : manifest.links) {
        sheet.Row("LINK").Line("TEXT", link.title + ": " + link.url);
    }
    FillKillSwitch(document, sheet);
    FillRollbackPlan(document, sheet);
    FillDataSafety(document, sheet);
    sheet.Number("REVISION", document.revision);
    sheet.Line("CONTENT_HASH", document.content_hash);
    sheet.Line("SUBMITTED_BY", document.submitted_by);
    sheet.Line("SUBMITTED_AT", MinuteText(document.submitted_at));
    return sheet.Render("manifest", templates);
}

}  // namespace render
