// CHN-8 by PostgreSQL itself: freezes of everything, of a channel and of a tenant, in the hours of their own zone.
#include <gtest/gtest.h>

#include "tests/store/world.hpp"

namespace store_test {
namespace {

// The same statement that is refused before.
void ExpectEntersExperimental(World& world, const ReleaseId& release) {
    EXPECT_NO_THROW(world.Sql(world.PromotionSql(release, Channel::kExperimental)));
    EXPECT_EQ(world.Load(release).channel, Channel::kExperimental);
}

TEST(FreezeRules, Chn8AFreezeStopsPromotionsWhileItLasts) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.MakeReadyFor(release, Channel::kExperimental);
    const auto freeze = [&](const std::string& id, const std::string& scope_and_target) {
        world.Sql(
            "INSERT INTO portcullis.freezes (id, scope, channel, tenant_id, zone, local_start, local_end, reason, "
            "created_by) VALUES ('" +
            id + "', " + scope_and_target +
            ", 'Europe/Berlin', '2025-01-01T00:00', '2025-02-01T00:00', 'Inventory', 'ana')");
    };
    const auto cancel = [&](const std::string& id) {
        world.Sql("UPDATE portcullis.freezes SET cancelled_by = 'ana' WHERE id = '" + id + "'");
    };
    freeze("frz_1", "'global', NULL, NULL");
    ExpectRefused(world, "CHN-8", world.PromotionSql(release, Channel::kExperimental));
    cancel("frz_1");
    freeze("frz_2", "'channel', 'experimental', NULL");
    ExpectRefused(world, "CHN-8", world.PromotionSql(release, Channel::kExperimental));
    cancel("frz_2");
    freeze("frz_3", "'tenant', NULL, 'tenant-1'");
    ExpectRefused(world, "CHN-8", world.PromotionSql(release, Channel::kExperimental));
    cancel("frz_3");
    freeze("frz_4", "'channel', 'stable', NULL");   // another channel
    freeze("frz_5", "'tenant', NULL, 'tenant-3'");  // a tenant that does not receive it
    ExpectEntersExperimental(world, release);
}

TEST(FreezeRules, Chn8AWeeklyFreezeKeepsItsLocalHours) {
    World world;
    const ReleaseId release = world.NewRelease();
    world.MakeReadyFor(release, Channel::kExperimental);
    // Mondays 09:00 to 17:00 in New York, that is from 14:00 UTC in winter. The world begins on Monday, 09:00 UTC.
    world.Sql(
        "INSERT INTO portcullis.freezes (id, scope, zone, local_start, local_end, recurrence, until, reason, "
        "created_by) VALUES ('frz_1', 'global', 'America/New_York', '2024-06-03T09:00', '2024-06-03T17:00', "
        "'weekly', '2025-01-20', 'Trading', 'ana')");
    world.Advance(std::chrono::hours{6});
    ExpectRefused(world, "CHN-8", world.PromotionSql(release, Channel::kExperimental));
    world.Advance(policy::Days{14});  // the next Monday but one lies after `until`
    ExpectEntersExperimental(world, release);
}

}  // namespace
}  // namespace store_test
