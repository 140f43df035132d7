// The console: its pages, its files, and what it asks about its caller. Nothing here reads or changes records.

#include "pulse/app/orgs.hpp"
#include "pulse/app/records.hpp"
#include "pulse/auth/credentials.hpp"
#include "pulse/http/areas.hpp"
#include "pulse/http/exchange.hpp"
#include "pulse/http/offers.hpp"
#include "pulse/web/console.hpp"
#include "pulse/web/session_document.hpp"
#include "tenancy/roles.hpp"

namespace pulse::http {
namespace {

using platform::HttpResponse;

constexpr long long kChoiceSeconds = 30LL * 24 * 60 * 60;

/// As the router answers a path nobody knows.
[[noreturn]] void RefuseUnknownPath() {
    throw TextRejection(404, "unknown_path", "404 page not found");
}

HttpResponse DeliverFor(const Exchange& exchange, const web::Asset& asset, web::Audience audience) {
    if (audience == web::Audience::kOrganizations && !OffersOrganizations(exchange)) {
        RefuseUnknownPath();
    }
    return web::Deliver(asset, exchange.Request().Header("if-none-match"));
}

HttpResponse GetPage(Exchange& exchange) {
    const auto audience = web::FindPage(exchange.Request().path);
    if (!audience) {
        RefuseUnknownPath();
    }
    return DeliverFor(exchange, web::ConsoleDocument(), *audience);
}

HttpResponse GetFile(Exchange& exchange) {
    constexpr std::string_view kFolder = "/assets/";
    const web::Asset* asset = web::FindAsset(std::string_view(exchange.Request().path).substr(kFolder.size()));
    if (asset == nullptr) {
        RefuseUnknownPath();
    }
    return DeliverFor(exchange, *asset, asset->audience);
}

std::string WhyNoTokens(const tenancy::Organization* org, const tenancy::Caller& caller) {
    const auto role = org != nullptr ? tenancy::RoleOf(*org, caller.ActsFor()) : std::nullopt;
    const bool manages =
        (role && tenancy::MayManage(*role)) || ((org == nullptr || org->id.IsDefault()) && caller.super_admin);
    return manages ? std::string() : "Admins manage API tokens. Ask one of them if a program of yours needs a token.";
}

std::string WhyReadOnly(app::Services& services, const tenancy::Caller& caller, const tenancy::OrgId& org) {
    if (services.demo) {
        return "This is a demonstration: you can look at everything, but change nothing.";
    }
    if (app::DecideRecordChange(app::RecordRole(services, caller, org))) {
        return "You can look at the records, but not change them: your role here is viewer. Ask an admin for the role "
               "editor if you need to change them.";
    }
    return {};
}

HttpResponse GetUiSession(Exchange& exchange) {
    web::SessionDocument document;
    if (!exchange.Who().Named()) {
        return JsonAnswer(200, web::EncodeSessionDocument(document));
    }
    app::Services& services = exchange.Services();
    const tenancy::Caller& caller = exchange.Caller();
    document.user_id = caller.Name();
    document.super_admin = caller.super_admin;

    std::string in_use = exchange.Org().Text();
    HttpResponse response;
    std::vector<tenancy::Organization> visible;
    if (OffersOrganizations(exchange)) {
        visible = app::ListVisible(services, caller);
        const bool chosen = exchange.Selection().source != tenancy::SelectionSource::kDefault;
        if (!chosen && !services.Hosted() && exchange.Who().kind == app::IdentityKind::kSession) {
            if (auto first = web::FirstOrganization(visible, caller.ActsFor(), caller.super_admin)) {
                in_use = std::move(*first);
                response.headers.emplace_back("Set-Cookie",
                                              auth::WriteCookie(auth::kOrgCookie, in_use, kChoiceSeconds,
                                                                auth::CookieReach::kScripts, services.cookies));
            }
        }
    }
    const auto org = app::FindByPath(services, in_use);
    const auto role = org ? tenancy::RoleOf(*org, caller.ActsFor()) : std::nullopt;
    document.read_only = WhyReadOnly(services, caller, org ? org->id : exchange.Org());
    document.tokens_refused = WhyNoTokens(org.get(), caller);
    if (!visible.empty()) {
        document.organizations = {.id = in_use,
                                  .name = org && !org->display_name.empty() ? org->display_name : in_use,
                                  .role = role,
                                  .choices = web::ChoicesOf(visible, caller.ActsFor(), caller.super_admin, in_use)};
    }
    HttpResponse answer = JsonAnswer(200, web::EncodeSessionDocument(document));
    answer.headers.insert(answer.headers.end(), response.headers.begin(), response.headers.end());
    return answer;
}

constexpr Route PageRoute(std::string_view pattern, std::string_view summary, Handler handler) {
    Route route;
    route.method = Method::kGet;
    route.pattern = pattern;
    route.access = Access::kOpen;
    route.area = "Console";
    route.summary = summary;
    route.head = Head::kAnswered;
    route.surface = Surface::kPage;
    route.handler = handler;
    return route;
}

// One row for all pages of a depth: which of them exist is not told by how a wrong method is refused.
constexpr Route kPageRoutes[] = {PageRoute("/", "The console", GetPage),
                                 PageRoute("/customers", "Customers", GetPage),
                                 PageRoute("/alerts", "Alerts", GetPage),
                                 PageRoute("/settings/{page}", "Settings", GetPage),
                                 PageRoute("/settings/{page}/{part}", "Settings in parts", GetPage),
                                 PageRoute("/assets/{name}", "Scripts, styles and pictures of the console", GetFile),
                                 PageRoute("/assets/{folder}/{name}", "The same in folders", GetFile),
                                 PageRoute("/api/ui/session", "What the console knows about its caller", GetUiSession)};

}  // namespace

std::span<const Route> PageRoutes() {
    return kPageRoutes;
}

}  // namespace pulse::http
