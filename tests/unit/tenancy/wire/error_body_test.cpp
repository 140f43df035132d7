#include <gtest/gtest.h>

#include "platform/json/json.hpp"
#include "tenancy/gate.hpp"
#include "tenancy/wire/error_body.hpp"
#include "tests/unit/tenancy/samples.hpp"

namespace tenancy_test {
namespace {

using platform::Json;
using tenancy::BodyShape;
using tenancy::Refusal;
using tenancy::wire::ErrorContext;

Json Body(const Refusal& refusal, const ErrorContext& context = {Noon(), {}, {}}) {
    return Json::parse(EncodeRefusal(refusal, context));
}

TEST(ErrorBodies, ShapeAHasTheCodeBesideTheSentence) {
    const Refusal refusal = tenancy::NotFound();
    EXPECT_EQ(Body(refusal), Json({{"error", refusal.message},
                                   {"code", "not_found"},
                                   {"status_code", 404},
                                   {"timestamp", 1738141200},
                                   {"details", Json::object()}}));
    EXPECT_EQ(Body(refusal, {Noon(), "req-1", {}})["request_id"], "req-1");
}

TEST(ErrorBodies, ShapesBCAndD3HaveTheCodeAsError) {
    for (const auto shape : {BodyShape::kAgent, BodyShape::kFeatureOff, BodyShape::kSubscription}) {
        const Refusal refusal{501, "feature_disabled", "Off.", shape, {}};
        EXPECT_EQ(Body(refusal), Json({{"error", "feature_disabled"}, {"message", "Off."}}));
    }
}

TEST(ErrorBodies, TheLicenceShapesDiffer) {
    const auto layer = tenancy::SelectionRefusal({tenancy::GateOutcome::kLicenseRequired, tenancy::Access::kAllowed});
    const auto handler = tenancy::OrgRouteRefusal({tenancy::GateOutcome::kLicenseRequired, tenancy::Access::kAllowed});
    EXPECT_EQ(Body(layer), Json({{"error", "license_required"},
                                 {"message", layer.message},
                                 {"feature", "multi_tenant"},
                                 {"tier", "enterprise"}}));
    EXPECT_EQ(Body(handler), Json({{"error", "license_required"},
                                   {"message", handler.message},
                                   {"feature", "multi_tenant"},
                                   {"upgrade_url", tenancy::wire::kUpgradeUrl}}));
    EXPECT_EQ(Body(handler, {Noon(), {}, "/buy"})["upgrade_url"], "/buy");
    EXPECT_EQ(Body(tenancy::UserLimitReached(5))["feature"], "max_users");
}

TEST(ErrorBodies, OfAuthentication) {
    EXPECT_EQ(Body(tenancy::Unauthenticated()), Json({{"error", "Authentication required"}}));
    EXPECT_EQ(Body(tenancy::MissingScope("settings:write")),
              Json({{"error", "missing_scope"}, {"requiredScope", "settings:write"}}));
}

TEST(ErrorBodies, BytesThatAreNoTextAreReplaced) {
    const Refusal refusal{400, "invalid_resource", "no \xff", BodyShape::kPlatform, {}};
    EXPECT_EQ(Body(refusal)["error"], "no \xef\xbf\xbd");
}

}  // namespace
}  // namespace tenancy_test
