// Tenants x releases: who receives what, and why or why not. Both are read in pages: there may be ten thousand of the
// one and a thousand of the other.
#include "controller/app/tenants.hpp"
#include "controller/app/tenant_matrix.hpp"
#include "controller/web/command.hpp"
#include "controller/web/eligibility_cell.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/parts.hpp"
#include "controller/web/visit.hpp"
#include "platform/base/text.hpp"

namespace web {
namespace {

constexpr int kMatrixTenants = 30;
constexpr int kMatrixReleases = 10;

template <typename E>
void PutMatrixChoices(Slots page, std::string_view section, const std::optional<E>& chosen) {
    for (const auto& name : platform::EnumNames<E>::kNames) {
        Slots slot = page.Add(section);
        slot.Set("VALUE", name.text);
        slot.ShowIf(chosen == name.value, "CHOSEN");
    }
}

app::MatrixQuery MatrixQueryOf(const Visit& visit) {
    app::MatrixQuery query;
    query.tenants.text = visit.Query("q");
    query.tenants.kind = visit.QueryChoice<policy::TenantKind>("kind");
    query.tenants.active = visit.Query("inactive") == "true" ? std::nullopt : std::optional(true);
    query.tenant_page.limit = kMatrixTenants;
    query.tenant_page.after = visit.Query("after");
    query.releases.text = visit.Query("release");
    query.releases.channel = visit.QueryChoice<policy::Channel>("channel");
    query.releases.status = policy::ReleaseStatus::kActive;
    query.release_page.limit = kMatrixReleases;
    query.release_page.after = visit.Query("releases_after");
    return query;
}

void PutMatrixFilters(const Visit& visit, Slots page, const app::MatrixQuery& query) {
    page.Set("Q", query.tenants.text);
    page.Set("RELEASE", query.releases.text);
    page.ShowIf(!query.tenants.active, "INACTIVE_TOO");
    PutMatrixChoices(page, "KIND", query.tenants.kind);
    PutMatrixChoices(page, "CHANNEL", query.releases.channel);
    page.AddText("FILTERED", "ALL", visit.Request().query.empty() ? "" : std::string(kHome) + "/tenants");
}

void PutMatrixPaging(const Visit& visit, Slots page, const app::TenantMatrix& matrix) {
    const auto link = [&](std::string_view field, const std::optional<std::string>& after) {
        return after ? std::optional(visit.HereWith(field, *after)) : std::nullopt;
    };
    const auto first = [&](std::string_view field) {
        return visit.Query(field).empty() ? std::nullopt : std::optional(visit.HereWith(field, ""));
    };
    PutPaging(page, "PAGING", link("after", matrix.next_rows), first("after"));
    page.AddText("MORE_RELEASES", "PATH", link("releases_after", matrix.next_columns).value_or(""));
    page.AddText("FIRST_RELEASES", "PATH", first("releases_after").value_or(""));
}

void PutMatrixColumn(Slots slot, const app::MatrixColumn& column) {
    const store::Release& release = column.release;
    slot.Set("ID", release.id.Text());
    slot.Set("TITLE", release.title.empty() ? release.id.Text() : release.title);
    slot.Set("CHANNEL_NAME", platform::EnumText(release.channel));
    slot.ShowIf(column.drifts, "DRIFTS");
}

void PutMatrixRow(Slots slot, const app::MatrixRow& row, const std::vector<app::MatrixColumn>& columns) {
    slot.Set("TENANT", row.tenant.id.Text());
    slot.Set("NAME", row.tenant.name);
    slot.Set("TENANT_KIND", platform::EnumText(row.tenant.kind));
    slot.ShowIf(!row.tenant.active, "NOT_ACTIVE");
    slot.ShowIf(row.tenant.preference == policy::ChannelPreference::kStableOnly, "STABLE_ONLY");
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
        Slots cell = slot.Add("CELL");
        PutEligibility(cell, "BODY", row.cells[i]);
        cell.Set("RELEASE_ID", columns[i].release.id.Text());
        if (row.consents[i]) {
            cell.Add("CONSENT").Set("CONSENT_STATE", ConsentWord(*row.consents[i]));
        }
    }
}

Reply ShowMatrix(Visit& visit) {
    const app::MatrixQuery query = MatrixQueryOf(visit);
    const app::TenantMatrix matrix = visit.Read([&](store::Tx& tx) { return app::ReadTenantMatrix(tx, query); });
    Slots page = visit.Page("tenants", {.title = "Tenants", .place = "tenants", .style = "read.css"});
    PutMatrixFilters(visit, page, query);
    PutEligibilityLegend(page, "LEGEND");
    page.ShowIf(matrix.rows.empty(), "NO_TENANT");
    page.ShowIf(!matrix.rows.empty() && matrix.columns.empty(), "NO_RELEASE");
    if (!matrix.rows.empty()) {
        Slots table = page.Add("MATRIX");
        for (const app::MatrixColumn& column : matrix.columns) {
            PutMatrixColumn(table.Add("COLUMN"), column);
        }
        for (const app::MatrixRow& row : matrix.rows) {
            PutMatrixRow(table.Add("ROW"), row, matrix.columns);
        }
    }
    PutMatrixPaging(visit, page, matrix);
    const FormState form = visit.FormOf("register");
    form.PutRefusal(page, "REFUSAL");
    page.ShowIf(form.Typed(), "REGISTERING");
    form.Fill(page, "NEW_ID", "id");
    form.Fill(page, "NEW_NAME", "name");
    PutMatrixChoices(page, "NEW_KIND", platform::ParseEnum<policy::TenantKind>(form.Text("kind", "production")));
    PutMatrixChoices(page, "NEW_PREFERENCE",
                     platform::ParseEnum<policy::ChannelPreference>(form.Text("channel_preference", "any")));
    visit.Offer(page, "REGISTER", policy::Permission::kManageTenants);
    return visit.Show();
}

Reply RegisterTenant(Visit& visit) {
    const Form& typed = visit.Typed();
    const auto command = Command()
                             .Text("id", platform::Trim(typed.Text("id")))
                             .Text("name", platform::Trim(typed.Text("name")))
                             .Text("kind", typed.Text("kind"))
                             .Text("channel_preference", typed.Text("channel_preference"))
                             .Read(wire::DecodeRegisterTenant);
    const auto tenant = visit.Write([&](store::Tx& tx) { return app::RegisterTenant(tx, visit.Caller(), command); });
    return visit.GoTo("/tenants/" + tenant.id.Text(), "Registered " + tenant.id.Text() + ".");
}

constexpr Route kMatrixRoutes[] = {{.verb = Verb::kGet, .pattern = "/tenants", .handler = ShowMatrix},
                                   {.verb = Verb::kPost,
                                    .pattern = "/tenants",
                                    .permission = policy::Permission::kManageTenants,
                                    .handler = RegisterTenant,
                                    .page = ShowMatrix,
                                    .form = "register"}};

}  // namespace

std::span<const Route> MatrixRoutes() {
    return kMatrixRoutes;
}

}  // namespace web
