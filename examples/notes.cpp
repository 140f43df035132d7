// A service that embeds the tenancy core: people keep notes, each organization its own.
//
//   notes PORT DATA_FOLDER KEY=NAME...     PORT 0 takes a free one; a caller shows "Authorization: Bearer KEY"
//
// GET, POST /notes: of the organization that the header X-Pulse-Org-ID selects. GET, POST /orgs: the caller's
// organizations; who makes one owns it. All is kept in memory but the orders to the switch.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>

#include "platform/base/clock.hpp"
#include "platform/httpd/server.hpp"
#include "platform/json/json.hpp"
#include "tenancy/link/control_link.hpp"
#include "tenancy/organizations.hpp"
#include "tenancy/scope.hpp"
#include "tenancy/selection.hpp"
#include "tenancy/wire/error_body.hpp"
#include "tenancy/wire/organization_json.hpp"
#include "tenancy/wire/requests.hpp"

using platform::HttpResponse;
using tenancy::OrgId;
using tenancy::TenantScope;

namespace {

HttpResponse Answer(int status, std::string body) {
    return {status, {{"Content-Type", "application/json"}}, std::move(body), {}};
}

HttpResponse Answer(const tenancy::Refusal& refusal) {
    return Answer(refusal.status, tenancy::wire::EncodeRefusal(refusal, {.now = platform::SystemNow()}));
}

class Service {
public:
    Service(const tenancy::TenantSwitch& tenant_switch, std::map<std::string, std::string, std::less<>> people)
        : switch_(tenant_switch), people_(std::move(people)) {}

    HttpResponse Handle(const platform::HttpRequest& request) {
        const tenancy::Caller caller = Identify(request.Header("authorization"));
        const auto selection =
            tenancy::SelectOrg({request.Header("x-pulse-org-id"), std::nullopt, std::nullopt}, caller);
        if (!selection) {
            return Answer(selection.error());
        }
        const std::lock_guard lock(mutex_);
        const tenancy::GateFacts facts = FactsOf(selection->org, caller);
        const auto scope = TenantScope::AdmitRequest(selection->org, caller, facts);
        if (!scope) {
            return Answer(SelectionRefusal(scope.error()));
        }
        const bool writes = request.method == "POST";
        if (request.path == "/notes") {
            return writes ? AddNote(*scope, request.body) : ListNotes(*scope);
        }
        if (request.path == "/orgs") {
            if (const auto gate = tenancy::DecideOrgRoute(facts); !gate.Allowed()) {
                return Answer(OrgRouteRefusal(gate));
            }
            return writes ? AddOrg(caller, request.body) : ListOrgs(caller);
        }
        return Answer(tenancy::NotFound());
    }

private:
    tenancy::Caller Identify(std::string_view shown) const {
        constexpr std::string_view kBearer = "Bearer ";
        const bool bearer = shown.starts_with(kBearer);
        const auto person = bearer ? people_.find(shown.substr(kBearer.size())) : people_.end();
        return person == people_.end() ? tenancy::Caller::Nobody() : tenancy::Caller::User(person->second);
    }

    /// What the service knows by itself; nothing of it is the client's word.
    tenancy::GateFacts FactsOf(const OrgId& id, const tenancy::Caller& caller) const {
        const auto org = orgs_.find(id);
        const bool there = org != orgs_.end();
        return {.mode = tenancy::Mode::kSelfHosted,
                .selected = id.IsDefault() ? tenancy::Selected::kDefault : tenancy::Selected::kTenant,
                .org = there ? StateOf(org->second.lifecycle.status) : tenancy::OrgState::kMissing,
                .switch_on = tenancy::FactOf(switch_.Enabled()),
                .licensed = tenancy::Fact::kYes,  // this service has no licence to ask for
                .access = there ? DecideAccess(caller, org->second) : DecideAccess(caller, id, std::nullopt)};
    }

    // Without a scope nobody gets at a note, and a scope opens one organization.
    HttpResponse ListNotes(const TenantScope& scope) {
        return Answer(200, platform::Json(notes_[scope.Org()]).dump());
    }
    HttpResponse AddNote(const TenantScope& scope, const std::string& text) {
        notes_[scope.Org()].push_back(text);
        return Answer(201, platform::Json(text).dump());
    }
    HttpResponse ListOrgs(const tenancy::Caller& caller) const {
        std::vector<tenancy::Organization> all;
        for (const auto& [id, org] : orgs_) {
            all.push_back(org);
        }
        return Answer(200, tenancy::wire::EncodeOrganizations(VisibleOrgs(std::move(all), caller)));
    }
    HttpResponse AddOrg(const tenancy::Caller& caller, std::string_view text) {
        const auto body = tenancy::wire::DecodeCreateOrg(text);
        const auto made = tenancy::DecideCreateOrg(caller, body ? &*body : nullptr, platform::SystemNow());
        if (!made || !orgs_.try_emplace(made->id, *made).second) {
            return Answer(made ? tenancy::AlreadyExists() : made.error());
        }
        return Answer(201, tenancy::wire::EncodeOrganization(*made));
    }

    const tenancy::TenantSwitch& switch_;
    const std::map<std::string, std::string, std::less<>> people_;  // by key
    std::mutex mutex_;
    std::map<OrgId, tenancy::Organization> orgs_{{OrgId(), {}}};
    std::map<OrgId, std::vector<std::string>> notes_;
};

}  // namespace

int main(int count, char** arguments) {
    const std::vector<std::string> words(arguments + 1, arguments + count);
    if (words.size() < 2) {
        return std::fputs("usage: notes PORT DATA_FOLDER KEY=NAME...\n", stderr), 2;
    }
    sigset_t signals{};
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before there are threads
    std::map<std::string, std::string, std::less<>> people;
    for (std::size_t i = 2; i < words.size(); ++i) {
        people.emplace(words[i].substr(0, words[i].find('=')), words[i].substr(words[i].find('=') + 1));
    }
    const char* said = std::getenv(tenancy::kSwitchVariable.data());
    tenancy::TenantSwitch tenant_switch;
    tenancy::link::ControlLink link(
        {.folder = words[1], .instance = "notes", .environment = tenancy::EnvironmentSaysOn(said ? said : "")},
        tenant_switch);
    Service service(tenant_switch, std::move(people));
    platform::HttpServer server({.port = static_cast<std::uint16_t>(std::strtoul(words[0].c_str(), nullptr, 10))},
                                [&](const platform::HttpRequest& request) { return service.Handle(request); });
    server.Start();
    std::printf("notes listens on http://127.0.0.1:%u\n%s", unsigned{server.Port()}, link.Problem().c_str());
    std::fflush(stdout);
    for (const timespec second{1, 0}; sigtimedwait(&signals, nullptr, &second) < 0;) {
        link.RefreshLocal();  // what the operator on this machine says
    }
    return server.Drain(std::chrono::seconds(5)) ? 0 : 1;
}
