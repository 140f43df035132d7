// The same isolation through the store's transactions and its pool of connections.
#include <stdexcept>
#include <type_traits>

#include <gtest/gtest.h>

#include "tests/tenancy_store/world.hpp"

namespace tenancy_test {
namespace {

using tenancy::store::OneTrip;
using tenancy::store::Read;
using tenancy::store::Write;

constexpr platform::Statement kNames{"test_names",
                                     "SELECT coalesce(string_agg(name, ',' ORDER BY id), '') "
                                     "FROM shop.customers"};
std::string NamesOf(platform::Tx& tx) {
    return tx.One(kNames, [](platform::Columns& in) { return in.Text(); });
}

// A query on tenants' rows cannot be asked without a scope: it does not compile.
static_assert(!std::is_constructible_v<TenantTx, platform::Tx&, TenantScope>);
static_assert(!std::is_invocable_v<decltype(CustomerNames)&, platform::Tx&>);
static_assert(!std::is_invocable_v<decltype(CustomerNames)&, PlatformTx&>);
static_assert(!std::is_default_constructible_v<TenantScope>);

TEST(Scope, APooledConnectionCarriesNothingToItsNextUser) {
    World world;
    platform::Database one(OptionsFor(world.Server().AppConninfo(), 1), tenancy::store::Profile());
    const auto nothing_is_seen = [&] {
        EXPECT_EQ(one.Once(NamesOf), "");
        EXPECT_EQ(one.Read([](platform::Tx& tx) { return NamesOf(tx); }), "");
    };
    nothing_is_seen();
    Write(one, ScopeOf("a"), [](TenantTx& tx) { EXPECT_EQ(CustomerNames(tx).size(), 3U); });
    nothing_is_seen();
    EXPECT_EQ(OneTrip(one, ScopeOf("b"), [](TenantTx& tx) { return NamesOf(tx.Sql()); }),
              "b-secret-1,b-secret-2,b-secret-3");
    nothing_is_seen();
    EXPECT_THROW(Write(one, ScopeOf("a"),
                       [](TenantTx& tx) {
                           AddCustomer(tx, "9");
                           throw std::runtime_error("on purpose");
                       }),
                 std::runtime_error);
    nothing_is_seen();
    EXPECT_THROW(Write(one, ScopeOf("a"), [](TenantTx& tx) { AddCustomer(tx, "1"); }), platform::Conflict);
    nothing_is_seen();
    EXPECT_EQ(world.RowsOf("shop.customers", "a"), 3);
}

TEST(Scope, EachScopeSeesItsOwnInTurn) {
    World world;
    for (int round = 0; round < 10; ++round) {
        for (const char* org : {"a", "b"}) {
            const std::string prefix(org);
            const auto seen = Read(world.Db(), ScopeOf(org), [](TenantTx& tx) { return CustomerNames(tx); });
            EXPECT_EQ(seen, (std::vector{prefix + "-secret-1", prefix + "-secret-2", prefix + "-secret-3"}));
            EXPECT_EQ(OneTrip(world.Db(), ScopeOf(org), [](TenantTx& tx) { return CustomerNames(tx); }), seen);
        }
    }
}

TEST(Scope, AnIdIsAValueNotSql) {
    World world;
    const auto odd = ScopeOf("a' OR true --");
    EXPECT_TRUE(Read(world.Db(), odd, [](TenantTx& tx) { return CustomerNames(tx); }).empty());
    EXPECT_TRUE(OneTrip(world.Db(), odd, [](TenantTx& tx) { return CustomerNames(tx); }).empty());
}

TEST(Scope, ThePlatformGoesFromTenantToTenant) {
    World world;
    std::vector<std::string> seen;
    tenancy::store::ForEachTenant(world.Db(), Directory(), [&](TenantTx& tx) {
        const auto names = CustomerNames(tx);
        seen.insert(seen.end(), names.begin(), names.end());
    });
    EXPECT_EQ(seen.size(), 6U);
    EXPECT_EQ(tenancy::store::ListOrgIds(world.Db(), Directory()), (std::vector{Org("a"), Org("b")}));
}

}  // namespace
}  // namespace tenancy_test
