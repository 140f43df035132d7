#include <gtest/gtest.h>

#include "platform/json/json.hpp"
#include "tenancy/wire/organization_json.hpp"
#include "tests/unit/tenancy/samples.hpp"

namespace tenancy_test {
namespace {

using platform::Json;
using tenancy::Share;
using tenancy::ShareStatus;

constexpr const char* kNoon = "2025-01-29T09:00:00Z";
constexpr const char* kYearOne = "0001-01-01T00:00:00Z";

Share PendingShare() {
    Share share;
    share.id = "shr-1";
    share.target = tenancy::OrgId::Trusted("globex");
    share.resource_type = "vm";
    share.resource_id = "vm-101";
    share.created_at = Noon();
    share.created_by = "adam";
    return share;
}

TEST(OrganizationJson, LeavesOutWhatIsEmpty) {
    EXPECT_EQ(Json::parse(tenancy::wire::EncodeOrganization(Globex())),
              Json({{"id", "globex"},
                    {"displayName", "Globex"},
                    {"createdAt", kNoon},
                    {"ownerUserId", "gus"},
                    {"members", {{{"userId", "gus"}, {"role", "owner"}, {"addedAt", kNoon}, {"addedBy", "gus"}}}}}));
}

TEST(OrganizationJson, HasEverythingThereIs) {
    auto org = Acme();
    org.lifecycle = {tenancy::OrgStatus::kPendingDeletion, Noon(), "late", Noon(), 30, Noon()};
    org.owner_email = "olga@acme.test";
    org.encryption_key_id = "k1";
    org.shares.push_back(PendingShare());
    org.members[1].email = "adam@acme.test";
    const Json json = Json::parse(tenancy::wire::EncodeOrganization(org));
    EXPECT_EQ(json["status"], "pending_deletion");
    EXPECT_EQ(json["suspendedAt"], kNoon);
    EXPECT_EQ(json["suspendReason"], "late");
    EXPECT_EQ(json["deletionRequestedAt"], kNoon);
    EXPECT_EQ(json["retentionDays"], 30);
    EXPECT_EQ(json["ownerEmail"], "olga@acme.test");
    EXPECT_EQ(json["encryptionKeyId"], "k1");
    EXPECT_EQ(json["members"].size(), 4U);
    EXPECT_EQ(json["members"][1]["email"], "adam@acme.test");
    EXPECT_EQ(json["pendingInvitations"],
              Json::array({{{"userId", "iris"}, {"role", "editor"}, {"invitedAt", kNoon}, {"invitedBy", "adam"}}}));
    EXPECT_EQ(json["sharedResources"].size(), 1U);
    EXPECT_FALSE(json.contains("plan")) << "the tenant's fields are the operators'";
    EXPECT_FALSE(json.contains("canceledAt"));
}

TEST(OrganizationJson, OfADefaultThatWasNeverSavedBeginsInTheYearOne) {
    EXPECT_EQ(Json::parse(tenancy::wire::EncodeOrganization(DefaultOrg()))["createdAt"], kYearOne);
}

TEST(OrganizationJson, OfAMoveSaysTheStatusAlsoWhenActive) {
    EXPECT_FALSE(Json::parse(tenancy::wire::EncodeOrganization(Acme())).contains("status"));
    EXPECT_EQ(Json::parse(tenancy::wire::EncodeMovedOrganization(Acme()))["status"], "active");
}

TEST(ShareJson, HasAnAcceptanceInTheYearOneWhilePending) {
    EXPECT_EQ(Json::parse(tenancy::wire::EncodeShare(PendingShare())), Json({{"id", "shr-1"},
                                                                             {"targetOrgId", "globex"},
                                                                             {"resourceType", "vm"},
                                                                             {"resourceId", "vm-101"},
                                                                             {"accessRole", "viewer"},
                                                                             {"status", "pending"},
                                                                             {"createdAt", kNoon},
                                                                             {"createdBy", "adam"},
                                                                             {"acceptedAt", kYearOne}}));
    Share accepted = PendingShare();
    accepted.status = ShareStatus::kAccepted;
    accepted.accepted_at = Noon();
    accepted.accepted_by = "gus";
    accepted.resource_name = "web";
    const Json json = Json::parse(tenancy::wire::EncodeShare(accepted));
    EXPECT_EQ(json["acceptedAt"], kNoon);
    EXPECT_EQ(json["acceptedBy"], "gus");
    EXPECT_EQ(json["resourceName"], "web");
}

TEST(Lists, OfInvitationsAreNullWhenEmptyAndOthersAreNot) {
    EXPECT_EQ(tenancy::wire::EncodeInvitations({}), "null");
    EXPECT_EQ(tenancy::wire::EncodeMembers({}), "[]");
    EXPECT_EQ(tenancy::wire::EncodeShares({}), "[]");
    EXPECT_EQ(tenancy::wire::EncodeIncomingShares({}), "[]");
    EXPECT_EQ(tenancy::wire::EncodeInbox({}), "[]");
    EXPECT_EQ(tenancy::wire::EncodeOrganizations({}), "[]");
    EXPECT_EQ(Json::parse(tenancy::wire::EncodeInvitations(Acme().invitations)).size(), 1U);
}

TEST(Lists, OfTheInboxAndOfIncomingSharesSayWhereFrom) {
    const Json inbox = Json::parse(tenancy::wire::EncodeInbox(tenancy::Inbox({Acme()}, "iris")));
    EXPECT_EQ(inbox, Json::array({{{"userId", "iris"},
                                   {"role", "editor"},
                                   {"invitedAt", kNoon},
                                   {"invitedBy", "adam"},
                                   {"orgId", "acme"},
                                   {"orgDisplayName", "Acme"}}}));
    const Json incoming = Json::parse(tenancy::wire::EncodeIncomingShares({{Acme().id, "Acme", PendingShare()}}));
    EXPECT_EQ(incoming[0]["sourceOrgId"], "acme");
    EXPECT_EQ(incoming[0]["sourceOrgName"], "Acme");
    EXPECT_EQ(incoming[0]["id"], "shr-1");
}

TEST(MemberAnswers, SayWhichKindTheyAre) {
    tenancy::MemberDecision decision;
    decision.member = Acme().members[3];
    Json json = Json::parse(tenancy::wire::EncodeMemberDecision(decision));
    EXPECT_EQ(json["kind"], "member");
    EXPECT_EQ(json["member"]["userId"], "vera");
    EXPECT_EQ(json.size(), 2U);
    decision.outcome = tenancy::MemberOutcome::kInvitation;
    decision.invitation = Acme().invitations[0];
    json = Json::parse(tenancy::wire::EncodeMemberDecision(decision));
    EXPECT_EQ(json["kind"], "invitation");
    EXPECT_EQ(json["invitation"]["role"], "editor");
    EXPECT_EQ(json.size(), 2U);
}

TEST(TenantJson, HasTheOperatorsFieldsToo) {
    auto org = Acme();
    org.plan = tenancy::Plan::kPro;
    org.contact_email = "contact@acme.test";
    org.lifecycle.canceled_at = Noon();
    const Json json = Json::parse(tenancy::wire::EncodeTenant(org));
    EXPECT_EQ(json["name"], "Acme");
    EXPECT_EQ(json["displayName"], "Acme");
    EXPECT_EQ(json["status"], "active");
    EXPECT_EQ(json["plan"], "pro");
    EXPECT_EQ(json["contactEmail"], "contact@acme.test");
    EXPECT_EQ(json["canceledAt"], kNoon);
    EXPECT_EQ(Json::parse(tenancy::wire::EncodeTenants({org, Globex()})).size(), 2U);
}

TEST(Instants, KeepTheirFraction) {
    EXPECT_EQ(tenancy::wire::EncodeInstant(Noon() + std::chrono::milliseconds(1)), "2025-01-29T09:00:00.001Z");
    EXPECT_EQ(tenancy::wire::EncodeInstant(std::nullopt), kYearOne);
}

}  // namespace
}  // namespace tenancy_test
