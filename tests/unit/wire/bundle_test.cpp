#include "controller/wire/bundle.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "controller/wire/bootstrap.hpp"
#include "controller/wire/manifest.hpp"
#include "controller/wire/plan.hpp"
#include "tests/unit/wire/samples.hpp"

namespace wire {
namespace {

constexpr const char* kManifest =
    "manifest: {id: r1, title: T, description: D, files_changed: [a], data_changes: none}\n";

platform::FieldErrors BundleErrors(const std::string& text) {
    const auto bundle = DecodeBundle(text);
    return bundle ? platform::FieldErrors() : bundle.error();
}

TEST(BundleFile, HasAManifestAndWhatBelongsToIt) {
    auto bundle = DecodeBundle(
        std::string(kManifest) +
        "exposure_plan: {tenants: [acme], opt_in_method: m, start_date: 2025-01-15, minimum_stay: 7d,\n"
        "                exit_criteria: [works], owner: jane}\n"
        "tenants: [{id: acme, name: Acme, kind: staging, channel_preference: stable_only}]\n"
        "consents:\n"
        "  - {tenant: acme, given_by: Alma, capacity: admin, evidence: OPS-1, given_at: 2025-01-14T09:00:00Z}\n"
        "  - {tenant: acme, for: channel, given_by: Alma, capacity: admin, evidence: OPS-1,\n"
        "     expires_at: 2026-01-14T09:00:00Z}\n");
    ASSERT_TRUE(bundle) << ErrorText(bundle.error());
    EXPECT_EQ(bundle->manifest.id, "r1");
    ASSERT_TRUE(bundle->plan);
    EXPECT_EQ(bundle->plan->owner, "jane");
    ASSERT_EQ(bundle->tenants.size(), 1U);
    EXPECT_EQ(EncodeTenantRequest(bundle->tenants[0]),
              R"({"channel_preference":"stable_only","id":"acme","kind":"staging","name":"Acme"})");
    policy::ChannelPreference& preference = bundle->tenants[0].preference;
    preference = policy::ChannelPreference::kAny;
    EXPECT_EQ(EncodeTenantRequest(bundle->tenants[0]), R"({"id":"acme","kind":"staging","name":"Acme"})");
    ASSERT_EQ(bundle->consents.size(), 2U);
    EXPECT_EQ(
        EncodeConsentRequest(bundle->consents[0], "r1"),
        R"({"capacity":"admin","evidence":"OPS-1","given_at":"2025-01-14T09:00:00Z","given_by":"Alma","release":"r1"})");
    EXPECT_EQ(EncodeConsentRequest(bundle->consents[1], "r1"),
              R"({"capacity":"admin","channel":"experimental","evidence":"OPS-1","expires_at":"2026-01-14T09:00:00Z",)"
              R"("given_by":"Alma"})");
}

TEST(BundleFile, MayBeAManifestAlone) {
    const auto bare = DecodeBundle("id: r1\ntitle: T\ndescription: D\nfiles_changed: [a]\ndata_changes: none\n");
    ASSERT_TRUE(bare) << ErrorText(bare.error());
    EXPECT_EQ(bare->manifest.title, "T");
    EXPECT_FALSE(bare->plan);
    const auto wrapped = DecodeBundle(kManifest);
    ASSERT_TRUE(wrapped);
    EXPECT_EQ(EncodeManifest(wrapped->manifest), EncodeManifest(bare->manifest));
    const auto json = DecodeBundle(EncodeManifest(FullManifest()));
    ASSERT_TRUE(json) << ErrorText(json.error());
    EXPECT_EQ(EncodeManifest(json->manifest), EncodeManifest(FullManifest()));
}

TEST(BundleFile, PointsIntoTheWholeFile) {
    const auto errors = BundleErrors(
        "manifest: {id: r1, title: '', description: D, files_changed: [/a], data_changes: none}\n"
        "exposure_plan: {tenants: []}\n"
        "tenants: [{id: '?', name: A, kind: dev}, {id: b, name: B, kind: no}, {id: B, name: B, kind: dev}]\n"
        "consents: [{tenant: b, for: ever, given_by: A, capacity: B, evidence: C,\n"
        "            given_at: 2025-01-14T09:00:00Z, expires_at: 2025-01-14T09:00:00Z}]\n"
        "consent: []\n");
    EXPECT_TRUE(HasError(errors, "/manifest/title", "empty")) << ErrorText(errors);
    EXPECT_TRUE(HasError(errors, "/manifest/files_changed/0", "relative"));
    EXPECT_TRUE(HasError(errors, "/exposure_plan/tenants", "CHN-9"));
    EXPECT_TRUE(HasError(errors, "/exposure_plan/owner", "required"));
    EXPECT_TRUE(HasError(errors, "/tenants/0/id", "id of a tenant"));
    EXPECT_TRUE(HasError(errors, "/tenants/1/kind", "must be one of"));
    EXPECT_TRUE(HasError(errors, "/tenants/2/id", "listed twice"));
    EXPECT_TRUE(HasError(errors, "/consents/0/for", "release, channel"));
    EXPECT_TRUE(HasError(errors, "/consents/0/expires_at", "after given_at"));
    EXPECT_TRUE(HasError(errors, "/consent", "did you mean 'consents'"));
}

TEST(BundleFile, RefusesWhatIsNone) {
    for (const char* text : {"", "[]", "7", "manifest: 7", "{}", "a: [", "exposure_plan: {}", "{\"manifest\": }"}) {
        EXPECT_FALSE(BundleErrors(text).empty()) << text;
    }
    EXPECT_FALSE(BundleErrors("a: &a [x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c]\n"
                              "e: &e [*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f]\nh: &h [*g,*g,*g,*g]\n"
                              "i: &i [*h,*h,*h,*h]\n")
                     .empty());
    EXPECT_FALSE(BundleErrors(std::string(kManifest) + kManifest).empty());
    EXPECT_FALSE(BundleErrors(std::string("manifest: \0", 11)).empty());
}

TEST(BootstrapFile, OfTheExamplesDecodes) {
    const auto principals = DecodeBootstrap(SourceFile("manifests/examples/principals.yaml"));
    ASSERT_TRUE(principals) << ErrorText(principals.error());
    ASSERT_EQ(principals->size(), 9U);
    EXPECT_EQ((*principals)[0].id.Text(), "jane.doe");
    EXPECT_EQ((*principals)[0].roles, std::vector<policy::Role>{policy::Role::kDevLead});
    EXPECT_EQ((*principals)[8].kind, policy::PrincipalKind::kComponent);
    EXPECT_FALSE((*principals)[8].email);
}

TEST(BootstrapFile, IsHeldToTheRulesItCouldBreak) {
    const auto errors = [](const std::string& text) {
        const auto decoded = DecodeBootstrap(text);
        return decoded ? platform::FieldErrors() : decoded.error();
    };
    const std::string admins =
        "  - {id: a1, kind: user, display_name: A, roles: [admin]}\n"
        "  - {id: a2, kind: user, display_name: B, roles: [admin]}\n";
    EXPECT_TRUE(errors("principals:\n" + admins).empty());
    EXPECT_TRUE(HasError(errors("principals:\n  - {id: a1, kind: user, display_name: A, roles: [admin]}\n"),
                         "/principals", "SOD-6"));
    EXPECT_TRUE(HasError(
        errors("principals:\n" + admins + "  - {id: ci, kind: component, display_name: C, roles: [pipeline, qa]}\n"),
        "/principals/2/roles/1", "SOD-1"));
    EXPECT_TRUE(HasError(errors("principals:\n" + admins + "  - {id: A1, kind: user, display_name: C}\n"),
                         "/principals/2/id", "listed twice"));
    EXPECT_TRUE(
        HasError(errors("principals:\n" + admins + "  - {id: x, kind: user, display_name: C, roles: [boss, qa, qa]}\n"),
                 "/principals/2/roles/0", "must be one of"));
    EXPECT_TRUE(
        HasError(errors("principals:\n" + admins + "  - {id: x, kind: user, display_name: C, roles: [qa, qa]}\n"),
                 "/principals/2/roles/1", "twice"));
    EXPECT_TRUE(HasError(errors("principals:\n" + admins + "  - {id: x y, kind: robot, email: nobody, token: t}\n"),
                         "/principals/2/token", "unknown field"));
    EXPECT_TRUE(HasError(errors("people: []\n"), "/principals", "required"));
    EXPECT_FALSE(errors("").empty());
}

class Examples : public testing::TestWithParam<const char*> {};

TEST_P(Examples, Decode) {
    const auto bundle = DecodeBundle(SourceFile(std::string("manifests/examples/") + GetParam()));
    ASSERT_TRUE(bundle) << ErrorText(bundle.error());
    ASSERT_TRUE(bundle->plan);
    // Complete: nothing that a rule would miss for want of a declaration, and a consent for every tenant of the plan.
    ASSERT_TRUE(bundle->manifest.kill_switch && bundle->manifest.rollback && bundle->manifest.classification);
    EXPECT_FALSE(bundle->manifest.rollback->owner.empty());
    for (const policy::TenantId& tenant : bundle->plan->tenants) {
        EXPECT_TRUE(std::any_of(bundle->consents.begin(), bundle->consents.end(), [&](const BundleConsent& consent) {
            return consent.tenant == tenant;
        })) << tenant.Text();
        EXPECT_TRUE(std::any_of(bundle->tenants.begin(), bundle->tenants.end(), [&](const RegisterTenant& entry) {
            return entry.id == tenant;
        })) << tenant.Text();
    }
    const auto again = DecodePlan(EncodePlan(*bundle->plan));
    ASSERT_TRUE(again);
    EXPECT_EQ(ContentHash(*again), ContentHash(*bundle->plan));
}

INSTANTIATE_TEST_SUITE_P(Files, Examples,
                         testing::Values("2025-01-15-audit-filter-ui.as-dated.yaml",
                                         "2025-01-15-audit-filter-ui.corrected.yaml", "2025-03-03-event-ledger.yaml",
                                         "2025-04-07-member-search.yaml"),
                         [](const auto& param) {
                             std::string name = param.param;
                             std::replace_if(
                                 name.begin(), name.end(),
                                 [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
                             return name;
                         });

}  // namespace
}  // namespace wire
