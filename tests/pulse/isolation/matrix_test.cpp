// Every route, reached for from another tenant in every way there is: whoever asks, and however they name the tenant,
// nothing of it is answered and nothing of it changes. First its own owner asks, so that whatever is kept in memory is
// theirs; at the end its own owner does it all, so that the attempts were about something.
#include <functional>
#include <set>

#include "pulse/http/routes.hpp"
#include "tests/pulse/isolation/rows.hpp"
#include "tests/pulse/isolation/world.hpp"

namespace isolation {
namespace {

struct Attacker {
    std::string name;
    Caller caller;
    bool named;
};

/// A way to say which tenant is meant.
struct Way {
    std::string_view name;
    std::function<Caller(const Caller&, const World&)> say;
    /// The layer in front of all routes has to refuse it for everybody with a name, with this status.
    int refused = 0;
    std::string_view query = {};
};

const std::vector<Way>& Ways() {
    static const std::vector<Way> ways = {
        {"nothing selected", [](const Caller& c, const World&) { return c; }},
        {"own tenant", [](const Caller& c, const World& w) { return c.In(w.Ours().id); }},
        {"header", [](const Caller& c, const World& w) { return c.In(w.Theirs().id); }, 403},
        {"alias", [](const Caller& c, const World& w) { return c.With("X-Org-ID", w.Theirs().id); }, 403},
        {"cookie", [](const Caller& c, const World& w) { return c.WithCookie("pulse_org_id=" + w.Theirs().id); }, 403},
        {"own header, their cookie",
         [](const Caller& c, const World& w) { return c.In(w.Ours().id).WithCookie("pulse_org_id=" + w.Theirs().id); }},
        {"their header, own alias",
         [](const Caller& c, const World& w) { return c.In(w.Theirs().id).With("X-Org-ID", w.Ours().id); }, 400},
        {"both headers twice", [](const Caller& c, const World& w) { return c.In(w.Ours().id).In(w.Theirs().id); }},
        {"query", [](const Caller& c, const World& w) { return c.In(w.Ours().id); }, 0,
         "org_id=theirs&orgId=theirs&org=theirs&tenant_id=theirs&X-Pulse-Org-ID=theirs"},
        {"other headers",
         [](const Caller& c, const World& w) {
             const std::string& id = w.Theirs().id;
             return c.In(w.Ours().id)
                 .With("X-Tenant-ID", id)
                 .With("X-Organization-ID", id)
                 .With("X-Forwarded-User", w.Theirs().owner)
                 .With("X-Remote-User", w.Theirs().owner)
                 .With("X-Original-URL", "/api/orgs/" + id)
                 .With("X-HTTP-Method-Override", "DELETE");
         }},
    };
    return ways;
}

std::string Titled(const pulse::http::Route& route) {
    return std::string(pulse::http::MethodText(route.method)) + " " + std::string(route.pattern);
}

std::string Titled(const Row& row) {
    return std::string(row.method) + " " + std::string(row.pattern);
}

const pulse::http::Route* RouteOf(const Row& row) {
    static const std::vector<pulse::http::Route> routes = pulse::http::AllRoutes();
    for (const pulse::http::Route& route : routes) {
        if (Titled(route) == Titled(row)) {
            return &route;
        }
    }
    return nullptr;
}

TEST(Rows, AreThereForEveryRoute) {
    std::set<std::string> rows;
    for (const Row& row : Rows()) {
        EXPECT_TRUE(rows.insert(Titled(row)).second) << Titled(row) << " twice";
        EXPECT_NE(RouteOf(row), nullptr) << Titled(row) << " is no route any more";
    }
    for (const pulse::http::Route& route : pulse::http::AllRoutes()) {
        EXPECT_TRUE(rows.contains(Titled(route)))
            << Titled(route) << ": say in rows.cpp how another tenant is reached through it";
    }
}

class Matrix : public ::testing::TestWithParam<bool> {
protected:
    static pulse_test::PulsedOptions Options(bool hosted) {
        pulse_test::PulsedOptions options;
        options.hosted = hosted ? "true" : "";
        return options;
    }

    std::vector<Attacker> Attackers() {
        const Tenant& ours = world_.Ours();
        return {{"session of our owner", Server().As(ours.owner), true},
                {"session of our viewer", Server().As(ours.member), true},
                {"Basic credentials of our owner", Server().Basic(ours.owner), true},
                {"token of ours", Server().Anonymous().With("X-API-Token", ours.token_secret), true},
                {"Bearer token of ours beside a session of a stranger",
                 Server().As("carol").With("Authorization", "Bearer " + ours.token_secret), true},
                {"super admin's token for acme", Server().Token("acme-root"), true},
                {"nobody", Server().Anonymous(), false}};
    }

    pulse_test::OwnPulsed& Server() {
        return world_.Server();
    }

    void Attack(const Row& row, const Attacker& attacker, const Way& way) {
        const pulse::http::Route& route = *RouteOf(row);
        const bool refused = attacker.named && way.refused != 0;
        if (row.ends_session && !refused) {
            return;  // the attempts after it need the session
        }
        std::string path = world_.Theirs().Fill(row.path);
        if (!way.query.empty()) {
            path.append(path.find('?') == std::string::npos ? "?" : "&").append(way.query);
        }
        const Reply reply = way.say(attacker.caller, world_)
                                .With("If-None-Match", "*")
                                .Send(std::string(row.method), path, world_.Theirs().Fill(row.body));
        const std::string what = attacker.name + ", " + std::string(way.name) + ": ";
        EXPECT_EQ(Leak(reply, world_.Theirs()), "") << what << reply.Describe();
        EXPECT_LT(reply.Status(), 500) << what << reply.Describe();
        const bool page_by_cookie = route.surface == pulse::http::Surface::kPage && way.name == "cookie";
        if (refused && !page_by_cookie) {
            EXPECT_EQ(reply.Status(), way.refused) << what << reply.Describe();
            EXPECT_EQ(reply.Body().value("error", ""), way.refused == 403 ? "access_denied" : "invalid_org")
                << what << reply.Describe();
        }
        if (row.about == About::kNamed) {
            EXPECT_GE(reply.Status(), 400) << what << reply.Describe();
        }
    }

    /// Their own owner, or whoever administrates.
    Reply Control(const Row& row) {
        const Caller owner = Server().As(world_.Theirs().owner).In(world_.Theirs().id);
        return (row.by_super_admin ? Server().As("root") : owner)
            .Send(std::string(row.method), world_.Theirs().Fill(row.path), world_.Theirs().Fill(row.body));
    }

    World world_{Options(GetParam())};
};

TEST_P(Matrix, NobodyOfAnotherTenantReadsOrChangesAnything) {
    const auto attackers = Attackers();
    std::string before = world_.Digest();
    for (const Row& row : Rows()) {
        ASSERT_NE(RouteOf(row), nullptr);
        SCOPED_TRACE(Titled(row));
        if (row.method == "GET" && row.control != 0) {  // what they see is in memory now
            const Reply seen = Control(row);
            seen.Expect(row.control);
            EXPECT_TRUE(!row.shows_marker || seen.Text().find(world_.Theirs().marker) != std::string::npos)
                << seen.Describe();
            before = world_.Digest();  // that they exported, or read their log, is written down
        }
        for (const Attacker& attacker : attackers) {
            for (const Way& way : Ways()) {
                Attack(row, attacker, way);
            }
        }
        ASSERT_EQ(world_.Digest(), before);
        if (row.method == "GET" && row.control != 0 && !row.by_super_admin) {
            EXPECT_EQ(Leak(Control(row), world_.Ours()), "") << "the other way round";
            before = world_.Digest();
        }
    }
    for (const Row& row : Rows()) {
        SCOPED_TRACE("control of " + Titled(row));
        const bool hosted_only = row.pattern.starts_with("/api/admin/orgs/") || row.pattern.starts_with("/api/hosted/");
        if (row.control != 0) {
            Control(row).Expect(row.control);
        } else if (hosted_only) {
            Control(row).Expect(GetParam() ? 200 : 404);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(, Matrix, ::testing::Bool(),
                         [](const auto& mode) { return mode.param ? "Hosted" : "SelfHosted"; });

}  // namespace
}  // namespace isolation
