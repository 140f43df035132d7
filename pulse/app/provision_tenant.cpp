#include <algorithm>

#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"
#include "pulse/app/tenant_scopes.hpp"
#include "pulse/app/tenants.hpp"
#include "pulse/auth/password.hpp"
#include "pulse/store/accounts.hpp"
#include "pulse/store/billing.hpp"
#include "pulse/wire/billing_json.hpp"
#include "pulse/wire/details_json.hpp"
#include "pulse/wire/email.hpp"
#include "tenancy/store/organizations.hpp"

namespace pulse::app {
namespace {

using tenancy::Decided;
using tenancy::Organization;
using tenancy::OrgId;
using tenancy::Refusal;

constexpr std::size_t kLongestName = 200;
constexpr std::size_t kLongestMadeId = 48;
constexpr int kMostSuffixes = 1'000;

Refusal Malformed(std::string_view code, std::string message) {
    return {400, code, std::move(message), tenancy::BodyShape::kPlatform, {}};
}

/// What was asked for, without spaces at the ends and with what may be left out filled in.
struct ProvisionOrder {
    std::string name;
    std::string contact_email;
    std::string admin_name;
    std::string admin_email;
    std::string password;
    tenancy::Plan plan = tenancy::Plan::kFree;
    std::optional<OrgId> id;
};

bool IsName(std::string_view text) {
    return !text.empty() && platform::IsValidUtf8(text) && platform::CountCodePoints(text) <= kLongestName &&
           std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

std::optional<Refusal> ReadOrder(const tenancy::wire::ProvisionRequest* body, ProvisionOrder& order) {
    if (body == nullptr) {
        return tenancy::InvalidRequest();
    }
    order.name = platform::Trim(body->name);
    order.admin_email = platform::Trim(body->admin_email);
    order.contact_email = platform::Trim(body->contact_email);
    order.admin_name = platform::Trim(body->admin_name);
    order.password = body->admin_password;
    if (!IsName(order.name)) {
        return Malformed("invalid_name", "name must be a text of 1 to 200 characters.");
    }
    if (!wire::IsEmail(order.admin_email) || !store::IsAccountName(order.admin_email)) {
        return Malformed("invalid_admin_email", "adminEmail must be an address such as ann@example.com.");
    }
    if (order.contact_email.empty()) {
        order.contact_email = order.admin_email;
    }
    if (!wire::IsEmail(order.contact_email)) {
        return Malformed("invalid_contact_email", "contactEmail must be an address such as ann@example.com.");
    }
    if (order.admin_name.empty()) {
        order.admin_name = order.admin_email;
    }
    if (!IsName(order.admin_name)) {
        return Malformed("invalid_admin_name", "adminName must be a text of 1 to 200 characters.");
    }
    if (const auto complaint = auth::PasswordComplaint(order.password)) {
        return Malformed("invalid_admin_password", "adminPassword: " + *complaint);
    }
    if (const std::string plan = platform::ToLowerAscii(platform::Trim(body->plan)); !plan.empty()) {
        const auto parsed = platform::ParseEnum<tenancy::Plan>(plan);
        if (!parsed) {
            return Malformed("invalid_plan", "plan must be one of " + platform::EnumChoices<tenancy::Plan>() +
                                                 ", not " + platform::QuoteForMessage(plan) + ".");
        }
        order.plan = *parsed;
    }
    if (const std::string_view id = platform::Trim(body->id); !id.empty()) {
        order.id = OrgId::Parse(id);
        if (!order.id || id.find("..") != id.npos) {
            return Malformed("invalid_id", "id must be 1 to 64 of A-Z a-z 0-9 . _ -, without two dots in a row.");
        }
    }
    return std::nullopt;
}

/// "New Company" becomes "new-company"; what has no letter or digit of the alphabet becomes "tenant".
std::string IdFromName(std::string_view name) {
    std::string id;
    for (const char c : platform::ToLowerAscii(name)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (plain && id.size() < kLongestMadeId) {
            id += c;
        } else if (!plain && !id.empty() && id.back() != '-' && id.size() < kLongestMadeId) {
            id += '-';
        }
    }
    while (!id.empty() && id.back() == '-') {
        id.pop_back();
    }
    return id.empty() ? "tenant" : id;
}

/// An id that is free. Nothing when the one that was asked for is taken, or when the tenant is there already: the same
/// name with the same owner is the same order given twice.
std::optional<OrgId> ChooseId(Services& services, const ProvisionOrder& order) {
    const auto taken = [&](const OrgId& id) { return id.IsDefault() || services.directory.Find(id) != nullptr; };
    if (order.id) {
        return taken(*order.id) ? std::nullopt : order.id;
    }
    const std::string base = IdFromName(order.name);
    for (int suffix = 1; suffix < kMostSuffixes; ++suffix) {
        const auto id = OrgId::Trusted(suffix == 1 ? base : base + "-" + std::to_string(suffix));
        if (!taken(id)) {
            return id;
        }
        const auto there = services.directory.Find(id);
        if (there && there->display_name == order.name && there->owner_user_id == order.admin_email) {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

Organization NewTenant(const ProvisionOrder& order, const OrgId& id, const Act& act) {
    Organization org;
    org.id = id;
    org.display_name = order.name;
    org.created_at = act.now;
    org.owner_user_id = order.admin_email;
    org.owner_email = order.admin_email;
    org.plan = order.plan;
    org.contact_email = order.contact_email;
    org.members.push_back({.user_id = order.admin_email,
                           .email = order.admin_email,
                           .role = tenancy::OrgRole::kOwner,
                           .added_at = act.now,
                           .added_by = act.caller.Name()});
    return org;
}

}  // namespace

namespace {

Decided<ProvisionedTenant> Provision(Services& services, const Act& act, const tenancy::wire::ProvisionRequest* body) {
    const auto refuse = [](Refusal refusal) { return platform::Unexpected<Refusal>(std::move(refusal)); };
    ProvisionOrder order;
    if (auto refusal = ReadOrder(body, order)) {
        return refuse(std::move(*refusal));
    }
    const auto id = ChooseId(services, order);
    if (!id) {
        return refuse(tenancy::AlreadyExists());
    }
    const bool known =
        services.database.Once([&](platform::Tx& tx) { return store::FindAccount(tx, order.admin_email).has_value(); });
    const Refusal admin_exists{409,
                               "admin_exists",
                               "There is an account of that address with another password. Nothing was made; use "
                               "another address, or let that person be invited.",
                               tenancy::BodyShape::kPlatform,
                               {}};
    if (known && !services.identities.CheckPassword(order.admin_email, order.password)) {
        return refuse(admin_exists);
    }
    store::NewAccount account;
    account.username = order.admin_email;
    account.display_name = order.admin_name;
    account.email = order.admin_email;
    account.password_hash = known ? std::string() : auth::HashPassword(order.password);

    ProvisionedTenant made{NewTenant(order, *id, act), order.admin_email, order.admin_name, !known};
    try {
        const bool done = tenancy::store::WriteDirectory(
            services.database, services.directory, ScopeOf(act, *id, "provisioning"),
            [&](tenancy::store::TenantTx& tx) {
                if (!known && !store::InsertAccountUnlessTaken(tx.Sql(), account)) {
                    return false;
                }
                tenancy::store::InsertOrganization(tx, made.org);
                OpenSubscription(services, tx, order.plan, act);
                tenancy::store::AppendAudit(tx, act.entry(tenancy::audit_event::kTenantProvisioned, *id,
                                                          wire::EncodeDetails({{"name", order.name},
                                                                               {"plan", platform::EnumText(order.plan)},
                                                                               {"admin", order.admin_email}})));
                return true;
            });
        if (!done) {
            return refuse(admin_exists);
        }
    } catch (const platform::Conflict&) {
        return refuse(tenancy::AlreadyExists());
    }
    services.usage.Forget(*id);
    return made;
}

}  // namespace

void OpenSubscription(Services& services, tenancy::store::TenantTx& tx, tenancy::Plan plan, const Act& act) {
    if (!services.Hosted() || store::FindBillingState(tx)) {
        return;
    }
    wire::BillingState state;
    state.capabilities = {std::string(kMultiTenantFeature)};
    state.plan_version = platform::EnumText(plan);
    state.subscription_state = "active";
    store::PutBillingState(tx, wire::EncodeBillingState(state), act.caller.Name());
}

Decided<ProvisionedTenant> ProvisionTenant(Services& services, const Act& act,
                                           const tenancy::wire::ProvisionRequest* body) {
    auto made = Provision(services, act, body);
    services.metrics.CounterFor("pulse_hosted_provisions_total", {made ? "success" : "failure"}).Increment();
    return made;
}

}  // namespace pulse::app
