// Every route, asked badly in every way there is: the status and the body that clients know, nothing changed, and one
// line of the log that says why. The routes come from the table, their requests from the isolation matrix.
#include <map>
#include <pqxx/pqxx>

#include "pulse/http/routes.hpp"
#include "tests/pulse/isolation/rows.hpp"
#include "tests/pulse/isolation/world.hpp"

namespace isolation {
namespace {

using pulse::http::Access;
using pulse::http::Head;
using pulse::http::Method;
using pulse::http::Route;

std::string Deep(std::size_t levels) {
    return R"({"name":)" + std::string(levels, '[') + std::string(levels, ']') + "}";
}

class BadInput : public ::testing::Test {
protected:
    struct Case {
        const Row& row;
        const Route& route;
        std::string path;
        std::string body;

        bool Writes() const {
            return route.method != Method::kGet;
        }
        bool Open() const {
            return route.access == Access::kOpen;
        }
    };

    static void SetUpTestSuite() {
        world_ = new World;
        before_ = new std::string(Digest());
    }
    static void TearDownTestSuite() {
        delete before_;
        delete world_;
    }
    void TearDown() override {
        EXPECT_EQ(Digest(), *before_) << "something changed";
        ExpectOneReasonEach();
    }

    static pulse_test::OwnPulsed& Server() {
        return world_->Server();
    }
    static Caller Owner() {
        return Server().As(world_->Ours().owner);
    }
    static std::string Digest() {
        return DigestOf(Server().OwnerConninfo(), {"ours", "theirs", "third"});
    }

    template <typename Do>
    void ForEach(Do&& act) {
        static const std::vector<Route> routes = pulse::http::AllRoutes();
        for (const Row& row : Rows()) {
            for (const Route& route : routes) {
                if (route.pattern == row.pattern && pulse::http::MethodText(route.method) == row.method) {
                    SCOPED_TRACE(std::string(row.method) + " " + std::string(row.pattern));
                    act(Case{row, route, world_->Ours().Fill(row.path), world_->Ours().Fill(row.body)});
                }
            }
        }
    }

    /// Sends it with an id of its own, which the answer and one line of the log have to carry.
    Reply Ask(const Caller& caller, const Case& one) {
        return Ask(caller, std::string(one.row.method), one.path, one.body);
    }
    Reply Ask(const Caller& caller, const std::string& method, const std::string& path, const std::string& body) {
        const std::string id = pulse_test::Unique("bad-input");
        Reply reply = caller.With("X-Request-ID", id).Send(method, path, body);
        EXPECT_EQ(reply.Header("x-request-id"), id);
        if (reply.Status() >= 400) {
            refused_.push_back(id);
        }
        if (reply.Body().is_object() && reply.Body().contains("status_code")) {
            EXPECT_EQ(reply.Body()["status_code"], reply.Status());
            EXPECT_EQ(reply.Body()["request_id"], id);
        }
        return reply;
    }

    /// Each refused request is explained in one line.
    void ExpectOneReasonEach() {
        ASSERT_FALSE(refused_.empty());
        ASSERT_TRUE(pulse_test::Eventually([&] { return Server().Log().find(refused_.back()) != std::string::npos; }));
        std::map<std::string, std::vector<std::string>> reasons;
        const std::string log = Server().Log();
        for (std::size_t at = 0; at < log.size();) {
            const auto end = std::min(log.find('\n', at), log.size());
            const Json line = Json::parse(log.substr(at, end - at), nullptr, false);
            if (line.is_object() && line.value("reason", "") != "") {
                reasons[line.value("request_id", "")].push_back(line.dump());
            }
            at = end + 1;
        }
        for (const std::string& id : refused_) {
            EXPECT_EQ(reasons[id].size(), 1U) << id << "\n" << Json(reasons[id]).dump(1);
        }
    }

    static inline World* world_ = nullptr;
    static inline std::string* before_ = nullptr;
    std::vector<std::string> refused_;
};

TEST_F(BadInput, WithoutCredentials) {
    ForEach([&](const Case& one) {
        if (!one.Open()) {
            Ask(Server().Anonymous(), one).ExpectUnauthenticated();
            Ask(Server().Anonymous().In("ours"), one).ExpectUnauthenticated();
            Ask(Server().Anonymous().In("no-such-org"), one).ExpectUnauthenticated();
        }
    });
}

TEST_F(BadInput, WithATokenThatIsNone) {
    ForEach([&](const Case& one) {
        if (!one.Open()) {
            for (const std::string& secret :
                 {std::string("wrong"), std::string(10'000, 'a'), std::string("' OR '1'='1")}) {
                Ask(Owner().With("X-API-Token", secret), one).ExpectText(401, "Invalid API token");
            }
        }
    });
}

TEST_F(BadInput, WithASessionThatHasEnded) {
    const Reply login =
        Server().Anonymous().Post("/api/login", {{"username", "adam"}, {"password", pulse_test::PasswordOf("adam")}});
    const Caller ended = Server()
                             .Anonymous()
                             .With("Cookie", "pulse_session=" + login.Expect(200).Cookie("pulse_session"))
                             .With("X-CSRF-Token", login.Cookie("pulse_csrf"));
    ended.Get("/api/state").Expect(200);
    pqxx::connection connection(Server().OwnerConninfo());
    pqxx::work tx(connection);
    tx.exec0(
        "UPDATE pulse.sessions SET created_at = now() - interval '2 days', expires_at = now() - interval '1 day' "
        "WHERE username = 'adam'");
    tx.commit();
    ASSERT_TRUE(pulse_test::Eventually([&] { return ended.Get("/api/state").Status() == 401; }));
    ForEach([&](const Case& one) {
        if (!one.Open()) {
            Ask(ended, one).ExpectUnauthenticated();
        }
    });
}

TEST_F(BadInput, WithoutTheCsrfTokenOfThisSession) {
    // One that was good once, of the same person: its session is over.
    const auto log_in = [] {
        return Server().Anonymous().Post("/api/login",
                                         {{"username", "edith"}, {"password", pulse_test::PasswordOf("edith")}});
    };
    const Reply first = log_in();
    const Caller past = Server()
                            .Anonymous()
                            .With("Cookie", "pulse_session=" + first.Expect(200).Cookie("pulse_session"))
                            .With("X-CSRF-Token", first.Cookie("pulse_csrf"));
    past.Post("/api/logout").Expect(200);
    const Caller owner = Owner().Without("X-CSRF-Token");
    ForEach([&](const Case& one) {
        if (one.Open() || !one.Writes()) {
            return;
        }
        Ask(owner, one).ExpectText(403, "CSRF");
        Ask(owner.With("X-CSRF-Token", first.Cookie("pulse_csrf")), one).ExpectText(403, "CSRF");
        Ask(owner.WithCookie("pulse_csrf=" + first.Cookie("pulse_csrf")), one).ExpectText(403, "CSRF");
        Ask(owner.With("X-API-Token", world_->Ours().token_secret), one).ExpectText(403, "CSRF");
        Ask(past, one).ExpectUnauthenticated();
    });
}

TEST_F(BadInput, WithATokenThatLacksTheScope) {
    ForEach([&](const Case& one) {
        if (!one.route.scope.empty()) {
            const bool monitoring = one.route.scope.starts_with("monitoring");
            Ask(Server().Token(monitoring ? "default-writer" : "default-monitor"), one)
                .ExpectMissingScope(one.route.scope);
        }
    });
}

TEST_F(BadInput, BySomebodyWhoIsNoSuperAdmin) {
    ForEach([&](const Case& one) {
        if (one.route.access == Access::kSuperAdmin) {
            Ask(Owner(), one).ExpectA(403, "forbidden");
            Ask(Server().Anonymous().With("X-API-Token", world_->Ours().token_secret), one).ExpectA(403, "forbidden");
        }
    });
}

TEST_F(BadInput, ForAnOrganizationThatCannotBe) {
    const std::vector<std::string> ids{"no-such-org",
                                       "OURS",
                                       "..",
                                       ".",
                                       "ours/../theirs",
                                       "a b",
                                       "ours\tx",
                                       "ours,theirs",
                                       std::string(65, 'a'),
                                       std::string(5'000, 'a'),
                                       "\xc3\xb6rg",
                                       "%6furs",
                                       "ours;--"};
    ForEach([&](const Case& one) {
        for (const std::string& id : ids) {
            Ask(Owner().In(id), one).ExpectB(400, "invalid_org");
        }
        Ask(Owner().With("X-Org-ID", "no-such-org"), one).ExpectB(400, "invalid_org");
        Ask(Owner().In("ours").With("X-Org-ID", "default"), one).ExpectB(400, "invalid_org");
        if (one.route.surface == pulse::http::Surface::kApi) {
            Ask(Owner().WithCookie("pulse_org_id=no-such-org"), one).ExpectB(400, "invalid_org");
            Ask(Owner().WithCookie("pulse_org_id=%6furs"), one).ExpectB(400, "invalid_org");
        }
    });
}

TEST_F(BadInput, WithTheWrongMethodOrAnOddPath) {
    ForEach([&](const Case& one) {
        const Reply patched = Ask(Owner(), "PATCH", one.path, "{}");
        patched.ExpectText(405, "Method Not Allowed");
        EXPECT_NE(patched.Header("allow").find(one.row.method), std::string::npos) << patched.Header("allow");
        const bool api = one.path.starts_with("/api");
        const std::string bare = one.path.substr(0, one.path.find('?'));
        Ask(Owner(), std::string(one.row.method), bare + "x..", one.body)
            .ExpectText(api ? 401 : 400, api ? "Unauthorized" : "Invalid path");
        if (one.Writes()) {
            return;
        }
        const Reply head = Ask(Owner(), "HEAD", one.path, {});
        EXPECT_EQ(head.Text(), "");
        if (one.route.head == Head::kRefused && one.route.access == Access::kCaller) {
            EXPECT_EQ(head.Status(), 405);
        }
    });
}

// Routes that need a body, and whose it is to send one. The others ignore theirs.
TEST_F(BadInput, WithABodyThatIsNone) {
    const std::vector<std::string> broken{"{", "[]", "7", "\"text\"", "nonsense", "{\"name\":}", Deep(20'000)};
    int tried = 0;
    ForEach([&](const Case& one) {
        const bool ignored = one.row.body.empty() || one.row.pattern == "/api/test/audit" ||
                             one.row.pattern.starts_with("/api/admin/orgs/");  // not hosted: 404 before
        if (ignored) {
            return;
        }
        ++tried;
        const Caller caller = one.row.by_super_admin ? Server().As("root") : Owner().In("ours");
        if (one.row.pattern == "/api/admin/tenants/restore") {  // says more, and takes more
            for (const std::string& body : broken) {
                const Reply reply = Ask(caller, std::string(one.row.method), one.path, body);
                EXPECT_EQ(reply.Status(), 400) << reply.Describe();
                EXPECT_TRUE(reply.Body().value("code", "").starts_with("restore_")) << reply.Describe();
            }
            return;
        }
        for (const std::string& body : broken) {
            Ask(caller, std::string(one.row.method), one.path, body).ExpectA(400, "invalid_request");
        }
        const std::string large = R"({"name":")" + std::string(70'000, 'x') + R"("})";
        Ask(caller, std::string(one.row.method), one.path, large).ExpectA(400, "invalid_request");
    });
    EXPECT_GE(tried, 14);
}

// Whatever stands where an id should: never found, never a failure of ours.
TEST_F(BadInput, WithIdsThatAreNone) {
    const std::vector<std::string> ids{
        "a%20b", "%C3%B6", "%27%20OR%201%3D1--", "%2Fetc%2Fpasswd", std::string(300, 'x'), "%7Bid%7D",
        "-1",    "null",   "%3Cscript%3E"};
    ForEach([&](const Case& one) {
        const auto parameter = one.row.path.find('{');
        const auto query = one.row.path.find('?');
        if (parameter == std::string_view::npos || parameter > query || one.Open()) {
            return;
        }
        const auto end = one.row.path.find('}', parameter);
        const Caller caller = one.row.by_super_admin ? Server().As("root") : Owner().In("ours");
        for (const std::string& id : ids) {
            const std::string path =
                std::string(one.row.path.substr(0, parameter)) + id + std::string(one.row.path.substr(end + 1));
            const Reply reply = Ask(caller, std::string(one.row.method), world_->Ours().Fill(path), one.body);
            EXPECT_TRUE(reply.Status() == 404 || reply.Status() == 400) << reply.Describe();
        }
    });
}

TEST_F(BadInput, ThatIsNoHttpIsToldOnce) {
    const auto lines = [] {
        const std::string log = Server().Log();
        int count = 0;
        for (auto at = log.find("\"http.refused\""); at != std::string::npos;
             at = log.find("\"http.refused\"", at + 1)) {
            ++count;
        }
        return count;
    };
    const int before = lines();
    Server().Anonymous().Send("GET", "/api/orgs%zz").ExpectText(400, "percent");
    Server().Anonymous().Send("GET", "/api/orgs%00").ExpectText(400, "control");
    Server().Anonymous().With("X-Long", std::string(40'000, 'x')).Get("/api/orgs").Expect(431);
    EXPECT_TRUE(pulse_test::Eventually([&] { return lines() == before + 3; })) << lines();
    Ask(Owner(), "GET", "/api/nothing", {}).ExpectText(404, "404 page not found");
    Ask(Server().Anonymous(), "POST", "/api/login", R"({"username":"victor","password":"wrong-password"})").Expect(401);
}

}  // namespace
}  // namespace isolation
