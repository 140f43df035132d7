#include <gtest/gtest.h>

#include "tests/browser/forbidden_words.hpp"

namespace browser_test {
namespace {

TEST(ForbiddenWords, AreFoundInProseAndInNames) {
    for (const char* text :
         {"Your organization", "ORGANISATION", "orgs", "orgId", "pulse_org_id", "X-Pulse-Org-ID", "/api/orgs/acme",
          "tenantId", "multi-tenant", "PULSE_MULTI_TENANT_ENABLED", "Members", "pendingInvitations", "sharedResources",
          "Sharing", "share with", "w3.org", "invalid_org"}) {
        EXPECT_TRUE(FindForbiddenWord(text)) << text;
    }
}

TEST(ForbiddenWords, AreNotSeenInOtherWords) {
    for (const char* text : {"remember me", "organ", "morgan", "forget", "Maintenance", "shard", "steam", "ownerUserId",
                             "customers", "Georgia", "dismember"}) {
        EXPECT_FALSE(FindForbiddenWord(text)) << text << ": " << FindForbiddenWord(text).value_or("");
    }
}

TEST(ForbiddenWords, AreShownWithWhatStandsAround) {
    EXPECT_EQ(FindForbiddenWord("a b orgs c").value_or(""), "a b orgs c");
}

}  // namespace
}  // namespace browser_test
