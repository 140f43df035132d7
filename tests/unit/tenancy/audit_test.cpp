#include <gtest/gtest.h>

#include "platform/base/text.hpp"
#include "tenancy/audit.hpp"
#include "tests/unit/tenancy/samples.hpp"

namespace tenancy_test {
namespace {

using tenancy::AuditEvent;

AuditEvent Sample() {
    AuditEvent event;
    event.id = "01JHFE8BQ2S66V9BJ1BFP9JR9S";
    event.at = Noon();
    event.event = tenancy::audit_event::kOrgCreated;
    event.org = tenancy::OrgId::Trusted("acme");
    event.actor = "vera";
    event.ip = "10.0.0.1";
    event.path = "/api/orgs";
    event.details = "{}";
    return event;
}

TEST(TheAuditChain, EveryFieldCounts) {
    const auto text = [](const AuditEvent& event) { return AuditChainText(tenancy::kAuditGenesis, event); };
    const std::string before = text(Sample());
    EXPECT_EQ(before, text(Sample()));
    for (std::string AuditEvent::*field : {&AuditEvent::id, &AuditEvent::event, &AuditEvent::actor, &AuditEvent::ip,
                                           &AuditEvent::path, &AuditEvent::details}) {
        AuditEvent changed = Sample();
        changed.*field += "x";
        EXPECT_NE(text(changed), before);
    }
    AuditEvent changed = Sample();
    changed.success = false;
    EXPECT_NE(text(changed), before);
    changed = Sample();
    changed.org = tenancy::OrgId::Trusted("globex");
    EXPECT_NE(text(changed), before);
    changed = Sample();
    changed.at += std::chrono::microseconds(1);
    EXPECT_NE(text(changed), before);
    EXPECT_NE(AuditChainText("other", Sample()), before);
}

TEST(TheAuditChain, BytesCannotMoveFromOneFieldToTheNext) {
    AuditEvent first = Sample();
    first.actor = "ab";
    first.ip = "c";
    AuditEvent second = Sample();
    second.actor = "a";
    second.ip = "bc";
    EXPECT_NE(AuditChainText("", first), AuditChainText("", second));
}

TEST(AuditEvents, AreBoundedAndPrintable) {
    AuditEvent event = Sample();
    event.path = std::string(10'000, 'x');
    event.details = "\xff\xfe";
    const AuditEvent bounded = Bounded(event);
    EXPECT_LT(bounded.path.size(), 600U);
    EXPECT_TRUE(platform::IsValidUtf8(bounded.details));
    EXPECT_EQ(Bounded(Sample()), Sample()) << "what fits stays as it is";
}

}  // namespace
}  // namespace tenancy_test
