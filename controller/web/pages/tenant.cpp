// One tenant: what it is, its consents, and which releases it receives, each with the reason.
#include "controller/app/consents.hpp"
#include "controller/app/tenant_matrix.hpp"
#include "controller/app/tenants.hpp"
#include "controller/web/command.hpp"
#include "controller/web/eligibility_cell.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/parts.hpp"
#include "controller/web/visit.hpp"
#include "platform/base/text.hpp"

namespace web {
namespace {

using policy::Permission;

constexpr int kReleasesOfTenantPage = 25;
constexpr int kConsentsOfPage = 50;

template <typename E>
void PutTenantChoices(Slots page, std::string_view section, std::string_view chosen) {
    for (const auto& name : platform::EnumNames<E>::kNames) {
        Slots slot = page.Add(section);
        slot.Set("VALUE", name.text);
        slot.ShowIf(chosen == name.text, "CHOSEN");
    }
}

/// The form's name on the page: one for each consent that can be withdrawn.
constexpr std::string_view kWithdrawForm = "withdraw";

void PutConsent(Visit& visit, Slots row, const policy::TenantId& tenant, const wire::ConsentView& view) {
    const wire::Consent& consent = view.consent;
    row.Set("ID", consent.id.Text());
    PutBadge(row, "STATE", ConsentWord(view.state), ToneOfConsent(view.state));
    if (consent.release) {
        row.Add("FOR_RELEASE").Set("RELEASE", consent.release->Text());
    } else {
        row.Show("FOR_CHANNEL");
    }
    row.Set("GIVEN_BY", consent.given_by);
    row.Set("CAPACITY", consent.capacity);
    row.Set("EVIDENCE", consent.evidence);
    row.Set("RECORDED_BY", consent.recorded_by);
    PutTime(row, "GIVEN_AT", consent.given_at);
    if (consent.expires_at) {
        PutTime(row.Add("EXPIRES"), "EXPIRES_AT", *consent.expires_at);
    }
    if (consent.withdrawn_at) {
        Slots slot = row.Add("WITHDRAWN");
        PutTime(slot, "WITHDRAWN_AT", *consent.withdrawn_at);
        slot.Set("WITHDRAWN_BY", consent.withdrawn_by.value_or(""));
        slot.Set("WITHDRAWN_REASON", consent.withdrawn_reason.value_or(""));
        return;
    }
    if (!visit.May(Permission::kRecordConsent)) {
        return;
    }
    const FormState form = visit.FormOf(kWithdrawForm);
    const bool typed = form.Typed() && form.Text("consent") == consent.id.Text();
    Slots slot = row.Add("WITHDRAW");
    slot.ShowIf(typed, "OPEN");
    if (typed) {
        form.PutRefusal(slot, "REFUSAL");
    }
    Confirmation confirmation;
    confirmation.form = kWithdrawForm;
    confirmation.action = "/tenants/" + tenant.Text() + "/withdraw";
    confirmation.legend = "Withdraw this consent";
    confirmation.what = consent.release
                            ? tenant.Text() + " stops receiving " + consent.release->Text() +
                                  " in experimental at once, on every instance. It is final: to receive it again, a "
                                  "new consent is recorded."
                            : tenant.Text() +
                                  " stops receiving what is in experimental at once, on every instance, unless a "
                                  "release has a consent of its own. It is final.";
    confirmation.button = "Withdraw";
    confirmation.reason = typed ? form.Text("reason") : std::string();
    confirmation.dangerous = true;
    Slots field = PutConfirmation(slot, "CONFIRM", confirmation).Add("FIELD");
    field.Set("NAME", "consent");
    field.Set("VALUE", consent.id.Text());
}

void PutConsentForm(Visit& visit, Slots page) {
    const FormState form = visit.FormOf("consent");
    form.PutRefusal(page, "CONSENT_REFUSAL");
    page.ShowIf(form.Typed(), "GIVING");
    form.Fill(page, "FOR", "release");
    form.Fill(page, "BY", "given_by");
    form.Fill(page, "AS", "capacity");
    form.Fill(page, "SHOWN_BY", "evidence");
    form.Fill(page, "GIVEN", "given_at");
    form.Fill(page, "UNTIL", "expires_at");
    visit.Offer(page, "CONSENT_FORM", Permission::kRecordConsent);
}

void PutTenantForm(Visit& visit, Slots page, const wire::Tenant& tenant) {
    const FormState form = visit.FormOf("change");
    form.PutRefusal(page, "CHANGE_REFUSAL");
    page.ShowIf(form.Typed(), "CHANGING");
    form.Fill(page, "NEW_NAME", "name", tenant.name);
    PutTenantChoices<policy::TenantKind>(page, "NEW_KIND", form.Text("kind", platform::EnumText(tenant.kind)));
    PutTenantChoices<policy::ChannelPreference>(page, "NEW_PREFERENCE",
                                                form.Text("channel_preference", platform::EnumText(tenant.preference)));
    const bool active = form.Typed() ? form.Text("active") == "true" : tenant.active;
    page.ShowIf(active, "NEW_ACTIVE");
    // What is sent again is held against the tenant as it is shown now.
    page.Set("VERSION", tenant.version);
    const bool moved = form.Typed() && form.Text("version") != std::to_string(tenant.version);
    if (moved) {
        Slots slot = page.Add("MOVED");
        slot.Set("NOW_NAME", tenant.name);
        slot.Set("NOW_KIND", platform::EnumText(tenant.kind));
        slot.Set("NOW_PREFERENCE", platform::EnumText(tenant.preference));
        slot.Set("NOW_ACTIVE", tenant.active ? "active" : "inactive");
    }
    visit.Offer(page, "CHANGE_FORM", Permission::kManageTenants);
}

void PutReceived(const Visit& visit, Slots page, const app::TenantMatrix& matrix) {
    const app::MatrixRow& row = matrix.rows.front();
    page.ShowIf(matrix.columns.empty(), "NO_RELEASE");
    page.ShowIf(!matrix.columns.empty(), "RELEASES");
    for (std::size_t i = 0; i < matrix.columns.size(); ++i) {
        const store::Release& release = matrix.columns[i].release;
        Slots slot = page.Add("RELEASE_ROW");
        slot.Set("RELEASE_ID", release.id.Text());
        slot.Set("RELEASE_TITLE", release.title.empty() ? release.id.Text() : release.title);
        slot.Set("CHANNEL", platform::EnumText(release.channel));
        slot.ShowIf(matrix.columns[i].drifts, "DRIFTS");
        PutEligibility(slot, "BODY", row.cells[i]);
        slot.Set("WHY_SENTENCE", row.cells[i].reason);
        if (const auto& consent = row.consents[i]) {
            PutBadge(slot.Add("WITH_CONSENT"), "CONSENT_STATE", ConsentWord(*consent), ToneOfConsent(*consent));
        }
    }
    PutPaging(
        page, "PAGING",
        matrix.next_columns ? std::optional(visit.HereWith("releases_after", *matrix.next_columns)) : std::nullopt,
        visit.Query("releases_after").empty() ? std::nullopt : std::optional(visit.HereWith("releases_after", "")));
}

Reply ShowTenantPage(Visit& visit) {
    const auto id = visit.Id<policy::TenantId>("tenant", "tenant");
    app::MatrixQuery query;
    query.tenant = id;
    query.releases.status = policy::ReleaseStatus::kActive;
    query.releases.text = visit.Query("release");
    query.release_page.limit = kReleasesOfTenantPage;
    query.release_page.after = visit.Query("releases_after");
    app::PageQuery consent_page;
    consent_page.limit = kConsentsOfPage;
    consent_page.after = visit.Query("consents_after");
    app::Page<wire::ConsentView> consents;
    const app::TenantMatrix matrix = visit.Read([&](store::Tx& tx) -> app::Outcome<app::TenantMatrix> {
        auto read = app::ReadTenantMatrix(tx, query);
        if (read) {
            consents = Visit::ValueOf(app::ListConsents(tx, id, consent_page));
        }
        return read;
    });
    const wire::Tenant& tenant = matrix.rows.front().tenant;
    Slots page = visit.Page(
        "tenant", {.title = tenant.name, .place = "tenants", .crumbs = {{"Tenants", "/tenants"}}, .style = "read.css"});
    page.Set("ID", tenant.id.Text());
    page.Set("NAME", tenant.name);
    page.Set("KIND", platform::EnumText(tenant.kind));
    page.Set("PREFERENCE", tenant.preference == policy::ChannelPreference::kStableOnly
                               ? "stable only: nothing before stable"
                               : "any channel its consents and plans allow");
    PutBadge(page, "STATE", tenant.active ? "active" : "inactive", tenant.active ? Tone::kGood : Tone::kBad);
    page.Set("REGISTERED_BY", tenant.created_by);
    PutTime(page, "REGISTERED_AT", tenant.created_at);
    page.ShowIf(visit.May(Permission::kReadAudit), "AUDIT");
    page.Set("Q", query.releases.text);
    PutReceived(visit, page, matrix);
    page.ShowIf(consents.rows.empty(), "NO_CONSENT");
    page.ShowIf(!consents.rows.empty(), "CONSENTS");
    for (const wire::ConsentView& consent : consents.rows) {
        PutConsent(visit, page.Add("CONSENT"), tenant.id, consent);
    }
    PutPaging(page, "CONSENT_PAGING",
              consents.next ? std::optional(visit.HereWith("consents_after", *consents.next)) : std::nullopt,
              consent_page.after.empty() ? std::nullopt : std::optional(visit.HereWith("consents_after", "")));
    PutConsentForm(visit, page);
    PutTenantForm(visit, page, tenant);
    return visit.Show();
}

Reply ChangeTenantHere(Visit& visit) {
    const auto id = visit.Id<policy::TenantId>("tenant", "tenant");
    const Form& typed = visit.Typed();
    const auto command = Command()
                             .Text("name", platform::Trim(typed.Text("name")))
                             .Text("kind", typed.Text("kind"))
                             .Text("channel_preference", typed.Text("channel_preference"))
                             .Flag("active", typed.Text("active") == "true")
                             .Read(wire::DecodeChangeTenant);
    const std::int64_t version = typed.Number("version").value_or(0);
    visit.Write([&](store::Tx& tx) { return app::ChangeTenant(tx, visit.Caller(), id, version, command); });
    return visit.GoTo("/tenants/" + id.Text(), "Changed.");
}

Reply GiveConsent(Visit& visit) {
    const auto id = visit.Id<policy::TenantId>("tenant", "tenant");
    const Form& typed = visit.Typed();
    const std::string release(platform::Trim(typed.Text("release")));
    const auto command = Command()
                             .Text("release", release)
                             .Text("channel", release.empty() ? "experimental" : "")
                             .Text("given_by", platform::Trim(typed.Text("given_by")))
                             .Text("capacity", platform::Trim(typed.Text("capacity")))
                             .Text("evidence", platform::Trim(typed.Text("evidence")))
                             .Text("given_at", InstantOfField(typed.Text("given_at")))
                             .Text("expires_at", InstantOfField(typed.Text("expires_at")))
                             .Read(wire::DecodeRecordConsent);
    visit.Write([&](store::Tx& tx) { return app::RecordConsent(tx, visit.Caller(), id, command); });
    return visit.GoTo("/tenants/" + id.Text(), "The consent is on record.");
}

Reply WithdrawConsentHere(Visit& visit) {
    const auto tenant = visit.Id<policy::TenantId>("tenant", "tenant");
    const std::string text(visit.Typed().Text("consent"));
    const auto id = policy::RecordId::Parse(text);
    if (!id) {
        Visit::RefuseUnknown("consent", text);
    }
    const auto command =
        Command().Text("reason", platform::Trim(visit.Typed().Text("reason"))).Read(wire::DecodeWithdrawConsent);
    visit.Write([&](store::Tx& tx) { return app::WithdrawConsent(tx, visit.Caller(), *id, command); });
    return visit.GoTo("/tenants/" + tenant.Text(), "The consent is withdrawn. The exposure ends at once.");
}

constexpr Route kTenantRoutes[] = {{.verb = Verb::kGet, .pattern = "/tenants/{tenant}", .handler = ShowTenantPage},
                                   {.verb = Verb::kPost,
                                    .pattern = "/tenants/{tenant}",
                                    .permission = Permission::kManageTenants,
                                    .handler = ChangeTenantHere,
                                    .page = ShowTenantPage,
                                    .form = "change"},
                                   {.verb = Verb::kPost,
                                    .pattern = "/tenants/{tenant}/consents",
                                    .permission = Permission::kRecordConsent,
                                    .handler = GiveConsent,
                                    .page = ShowTenantPage,
                                    .form = "consent"},
                                   {.verb = Verb::kPost,
                                    .pattern = "/tenants/{tenant}/withdraw",
                                    .permission = Permission::kRecordConsent,
                                    .handler = WithdrawConsentHere,
                                    .page = ShowTenantPage,
                                    .form = kWithdrawForm}};

}  // namespace

std::span<const Route> TenantRoutes() {
    return kTenantRoutes;
}

}  // namespace web
