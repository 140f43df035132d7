// ATT-1..4 over entries about to be written, and AUD-1..3, which PostgreSQL holds alone.

#include "tests/unit/policy/good_acts.hpp"
#include "tests/unit/policy/held_by_database.hpp"

namespace policy_test {
namespace {

using namespace policy;  // NOLINT(google-build-using-namespace): the vocabulary of the rules
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Rule_ATT_1, refused_without_the_user) {
    AuditAct act = GoodEntry();
    act.actor = " \t";
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("ATT-1"));
}

TEST(Rule_ATT_1, allowed_with_the_user) {
    EXPECT_THAT(WhatBlocksAct(GoodEntry()), IsEmpty());
}

TEST(Rule_ATT_2, refused_without_the_component) {
    AuditAct act = GoodEntry();
    act.actor_kind = PrincipalKind::kComponent;
    act.actor.clear();
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("ATT-2"));
}

TEST(Rule_ATT_2, allowed_with_the_component) {
    AuditAct act = GoodEntry();
    act.actor_kind = PrincipalKind::kComponent;
    act.actor = "pipeline";
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
}

TEST(Rule_ATT_3, refused_when_a_tenant_is_concerned_and_not_named) {
    AuditAct act = GoodEntry();
    act.concerns_tenant = true;
    EXPECT_THAT(WhatBlocksAct(act), ElementsAre("ATT-3"));
}

TEST(Rule_ATT_3, allowed_when_the_tenant_is_named) {
    AuditAct act = GoodEntry();
    act.concerns_tenant = true;
    act.tenant = "tenant-1";
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
}

TEST(Rule_ATT_4, refused_without_the_release_even_when_the_caller_says_none_is_concerned) {
    for (const char* action :
         {"release.deploy", "release.expose", "release.kill", "release.promote", "release.rollback"}) {
        AuditAct act = GoodEntry();
        act.action = action;
        act.concerns_release = false;
        act.release.clear();
        EXPECT_THAT(WhatBlocksAct(act), ElementsAre("ATT-4")) << action;
    }
}

TEST(Rule_ATT_4, allowed_with_the_release_and_where_none_is_concerned) {
    EXPECT_THAT(WhatBlocksAct(GoodEntry()), IsEmpty());
    AuditAct act = GoodEntry();
    act.action = "principal.create";
    act.concerns_release = false;
    act.release.clear();
    EXPECT_THAT(WhatBlocksAct(act), IsEmpty());
}

TEST(Rule_AUD_1, refused_by_the_database) {
    ExpectHeldByDatabase("AUD-1", {"audit_append_only"});
}

TEST(Rule_AUD_1, allowed_for_every_good_release) {
    ExpectJudgesNothing("AUD-1");
}

TEST(Rule_AUD_2, refused_by_the_database) {
    ExpectHeldByDatabase("AUD-2", {"audit_chained", "audit_checkpoints_of_the_chain"});
}

TEST(Rule_AUD_2, allowed_for_every_good_release) {
    ExpectJudgesNothing("AUD-2");
}

TEST(Rule_AUD_3, refused_by_the_database) {
    ExpectHeldByDatabase("AUD-3", {"audit_append_only"});
}

TEST(Rule_AUD_3, allowed_for_every_good_release) {
    ExpectJudgesNothing("AUD-3");
}

TEST(RuleTable, NamesOnlyWhatStandsInTheMigrations) {
    for (const Rule& rule : Catalogue()) {
        for (const std::string& name : DatabaseNames(rule)) {
            EXPECT_TRUE(StandsInMigrations(name)) << rule.id << " is said to be held by " << name;
        }
    }
}

}  // namespace
}  // namespace policy_test
