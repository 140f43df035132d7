#include "controller/render/plan.hpp"

#include <algorithm>

#include "controller/render/limit_text.hpp"
#include "controller/render/sheet.hpp"
#include "platform/base/text.hpp"

namespace render {
namespace {

std::string CriterionText(const policy::ExitCriterion& criterion) {
    if (criterion.metric) {
        return criterion.text + " (measured: " + LimitText(criterion.metric->limit) + ")";
    }
    return criterion.limit ? criterion.text + " (" + LimitText(*criterion.limit) + ")" : criterion.text;
}

void FillPlanTenants(const PlanDocument& document, Sheet& sheet) {
    std::vector<std::string_view> ids;
    for (const policy::TenantId& tenant : document.plan.tenants) {
        ids.emplace_back(tenant.Text());
    }
    sheet.Line("TENANTS", ids.empty() ? "none" : platform::Join(ids, ", "));
    if (document.consents.empty()) {
        return;
    }
    Sheet part = sheet.Row("CONSENTS");
    for (const policy::TenantId& tenant : document.plan.tenants) {
        const auto consent = std::find_if(document.consents.begin(), document.consents.end(),
                                          [&tenant](const PlanTenant& each) { return each.id == tenant; });
        Sheet row = part.Row("CONSENT");
        row.Line("TENANT", tenant.Text());
        row.Line("TEXT", consent == document.consents.end() ? "no consent recorded" : consent->consent);
    }
}

}  // namespace

std::string RenderPlan(const PlanDocument& document, Format format, const Templates& templates) {
    const policy::ExposurePlan& plan = document.plan;
    Sheet sheet(format);
    sheet.Line("RELEASE", document.release.Text());
    sheet.LineIfAny("TITLE_GIVEN", "TITLE", document.title);
    sheet.Line("CLASS", document.classification ? ClassLabel(*document.classification) : "not classified");
    FillPlanTenants(document, sheet);
    sheet.Line("OPT_IN", plan.opt_in_method.empty() ? "not stated" : plan.opt_in_method);
    sheet.Line("START", plan.start_date ? platform::FormatDate(*plan.start_date) : "not stated");
    sheet.Line("MINIMUM", plan.minimum_stay ? SpanInWords(*plan.minimum_stay) : "not stated");
    if (plan.maximum_stay) {
        sheet.Row("MAXIMUM_GIVEN").Line("MAXIMUM", SpanInWords(*plan.maximum_stay));
    }
    for (const policy::ExitCriterion& criterion : plan.exit_criteria) {
        sheet.Row("CRITERION").Line("TEXT", CriterionText(criterion));
    }
    if (plan.exit_criteria.empty()) {
        sheet.Show("NO_CRITERIA");
    }
    const std::string& owner = document.owner.empty() ? plan.owner : document.owner;
    sheet.Line("OWNER", owner.empty() ? "nobody" : owner);
    if (document.approvals.empty()) {
        sheet.Show("NOT_APPROVED");
    }
    for (const PlanApproval& approval : document.approvals) {
        Sheet row = sheet.Row("APPROVAL");
        row.Line("NAME", approval.name);
        row.Line("DATE", platform::FormatDate(platform::DateOf(approval.at)));
        if (approval.self_approved) {
            row.Show("SELF_APPROVED");
        }
    }
    sheet.Number("REVISION", document.revision);
    sheet.Line("CONTENT_HASH", document.content_hash);
    return sheet.Render("plan", templates);
}

}  // namespace render
