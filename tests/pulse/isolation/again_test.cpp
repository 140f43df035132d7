// An id that is taken again is another tenant: whoever gets it finds nothing of the one before, not in records, caches,
// numbers or logs, and nobody of the one before gets in.
#include "tests/pulse/isolation/rows.hpp"
#include "tests/pulse/isolation/world.hpp"

namespace isolation {
namespace {

enum class End { kByItsOwner, kBySuperAdmin, kByRetention };

void PrintTo(End end, std::ostream* out) {
    *out << (end == End::kByItsOwner ? "ByItsOwner" : end == End::kBySuperAdmin ? "BySuperAdmin" : "ByRetention");
}

class SameId : public ::testing::TestWithParam<End> {
protected:
    static pulse_test::PulsedOptions Options() {
        pulse_test::PulsedOptions options;
        options.hosted = GetParam() == End::kByRetention ? "true" : "";
        return options;
    }
    pulse_test::OwnPulsed& Server() {
        return world_.Server();
    }
    bool Gone() {
        return Server().As("root").Get("/api/admin/tenants/theirs").Status() == 404;
    }

    void EndIt() {
        const Caller root = Server().As("root");
        switch (GetParam()) {
            case End::kByItsOwner:
                Server().As(world_.Theirs().owner).Delete("/api/orgs/theirs").Expect(204);
                break;
            case End::kBySuperAdmin:
                root.Post("/api/admin/tenants/theirs/delete", {{"hardDelete", true}, {"force", true}}).Expect(200);
                break;
            case End::kByRetention:
                root.Post("/api/admin/orgs/theirs/soft-delete", {{"retention_days", 1}}).Expect(200);
                Sql(Server(),
                    "UPDATE tenancy.orgs SET deletion_requested_at = now() - interval '25 hours' "
                    "WHERE id = 'theirs'");
                EXPECT_EQ(Server().Stop(), 0);
                Server().Start();
                break;
        }
        ASSERT_TRUE(pulse_test::Eventually([&] { return Gone(); }));
    }

    World world_{Options()};
};

TEST_P(SameId, IsAnotherTenant) {
    const Tenant& before = world_.Theirs();
    const Caller old_owner = Server().As(before.owner);
    for (int i = 0; i < 10; ++i) {
        old_owner.In("theirs").Get("/api/state").Expect(200);  // in every cache, and counted
    }
    EndIt();
    const Caller ours = Server().As(world_.Ours().owner);
    const Json made = ours.Post("/api/orgs", {{"id", "theirs"}, {"displayName", "taken again"}}).Expect(201).Body();
    EXPECT_EQ(made["members"].size(), 1U);
    if (GetParam() == End::kByRetention) {
        Server()
            .As("root")
            .Put("/api/admin/orgs/theirs/billing-state",
                 {{"subscription_state", "active"}, {"capabilities", {"multi_tenant", "audit_logging"}}})
            .Expect(200);
    }
    int read = 0;
    for (const Row& row : Rows()) {
        if (row.method == "GET" && row.about != About::kNothing && row.control == 200 && !row.by_super_admin) {
            const Reply reply = ours.In("theirs").Get(before.Fill(row.path));
            EXPECT_EQ(Leak(reply, before), "") << reply.Describe();
            read += reply.Status() == 200 ? 1 : 0;
        }
    }
    EXPECT_GE(read, 14);
    const Json quotas = ours.In("theirs").Get("/api/tenants/quotas").Expect(200).Body()["quotas"];
    EXPECT_EQ(quotas["customers"]["used"], 0);
    EXPECT_EQ(quotas["users"]["used"], 1);
    EXPECT_LE(quotas["apiCalls"]["used"].get<int>(), 40) << quotas << " of which the reads above are all";
    EXPECT_EQ(ours.In("theirs").Get("/api/audit-logs/verify").Expect(200).Body()["whole"], true);

    for (const std::string& person : {before.owner, before.member}) {
        Server().As(person).In("theirs").Get("/api/state").ExpectB(403, "access_denied");
        Server().As(person).Get("/api/orgs/theirs").ExpectA(403, "access_denied");
    }
    Server()
        .Anonymous()
        .With("X-API-Token", before.token_secret)
        .Get("/api/state")
        .ExpectText(401, "Invalid API token");
    // What the third shared with them is still listed there, and offered to nobody before it is shared again.
    const Caller third = Server().As(world_.Third().owner);
    EXPECT_NE(third.Get("/api/orgs/third/shares").Expect(200).Text().find(before.incoming), std::string::npos);
    const std::string incoming = "/api/orgs/theirs/shares/incoming";
    ours.Post(incoming + "/" + before.incoming + "/accept").ExpectA(404, "share_not_found");
    ours.Delete(incoming + "/" + before.incoming).ExpectA(404, "share_not_found");
    third
        .Post("/api/orgs/third/shares",
              {{"targetOrgId", "theirs"}, {"resourceType", "vm"}, {"resourceId", "vm-theirs"}})
        .Expect(200);
    EXPECT_EQ(ours.Get(incoming).Expect(200).Body().size(), 1U);
    EXPECT_EQ(Leak(Server().As(world_.Third().owner).Get("/api/orgs/third/shares/incoming"), before), "");
}

INSTANTIATE_TEST_SUITE_P(, SameId, ::testing::Values(End::kByItsOwner, End::kBySuperAdmin, End::kByRetention));

}  // namespace
}  // namespace isolation
