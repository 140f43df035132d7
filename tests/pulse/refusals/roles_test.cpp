// Who may do what in an organization: each of its routes, asked by each role, by strangers, by the super admin and by a
// token of it. A cell is a status; each cell that could change something has an organization of its own.
#include <array>
#include <map>

#include "tests/pulse/harness.hpp"

namespace pulse_test {
namespace {

struct Cells {
    const char* method;
    const char* path;  // {org}, {out} and {in}: a share it gives, and one it is offered
    Json body;
    //  owner, admin, editor, viewer, stranger, super admin, token for reading, token for everything
    std::array<int, 8> status;
};

const std::vector<std::string>& Callers() {
    static const std::vector<std::string> callers{"alice", "adam", "edith", "victor", "carol", "root", "reader", "all"};
    return callers;
}

constexpr int kScope = 403;  // missing_scope for a token that only reads

class Roles : public ::testing::Test {
protected:
    struct Org {
        std::string id;
        std::string out;
        std::string in;
        std::map<std::string, Caller> tokens;
    };

    static Org Make() {
        Org org;
        org.id = NewOrg("alice", {{"adam", "admin"}, {"edith", "editor"}, {"victor", "viewer"}});
        As("alice").Post("/api/orgs/" + org.id + "/members", {{"userId", "guest"}, {"role", "viewer"}}).Expect(202);
        const auto share = [](const std::string& owner, const std::string& from, const std::string& to) {
            return As(owner)
                .Post("/api/orgs/" + from + "/shares",
                      {{"targetOrgId", to}, {"resourceType", "vm"}, {"resourceId", to}, {"accessRole", "editor"}})
                .Expect(201)
                .Body()
                .value("id", "");
        };
        org.out = share("alice", org.id, "globex");
        org.in = share("bob", "globex", org.id);
        for (const auto& [name, scopes] :
             std::map<std::string, Json>{{"reader", {"settings:read"}}, {"all", {"settings:read", "settings:write"}}}) {
            const Json minted =
                As("alice").In(org.id).Post("/api/security/tokens", {{"scopes", scopes}}).Expect(200).Body();
            org.tokens.emplace(name, Anonymous().With("X-API-Token", minted["token"]));
        }
        return org;
    }

    static Caller CallerOf(const Org& org, const std::string& name) {
        const auto token = org.tokens.find(name);
        return token == org.tokens.end() ? As(name) : token->second;
    }
};

std::string Filled(std::string path, const std::string& name, const std::string& value) {
    const auto at = path.find(name);
    return at == std::string::npos ? path : path.replace(at, name.size(), value);
}

TEST_F(Roles, MayDoWhatTheTableSays) {
    const Json invite{{"userId", "newcomer"}, {"role", "editor"}};
    const Json promote{{"userId", "victor"}, {"role", "admin"}};
    const Json transfer{{"userId", "adam"}, {"role", "owner"}};
    const Json rename{{"displayName", "Other"}};
    const Json share{{"targetOrgId", "acme"}, {"resourceType", "vm"}, {"resourceId", "vm-9"}};
    const std::vector<Cells> table{
        // method, path, body                               owner admin editor viewer stranger root reader all
        {"GET", "/api/orgs/{org}", {}, {200, 200, 200, 200, 403, 403, 200, 200}},
        {"PUT", "/api/orgs/{org}", rename, {200, 200, 403, 403, 403, 403, kScope, 403}},
        {"DELETE", "/api/orgs/{org}", {}, {204, 204, 403, 403, 403, 403, kScope, 403}},
        {"GET", "/api/orgs/{org}/members", {}, {200, 200, 200, 200, 403, 403, 200, 200}},
        {"POST", "/api/orgs/{org}/members", invite, {202, 202, 403, 403, 403, 403, kScope, 403}},
        {"POST", "/api/orgs/{org}/members", promote, {200, 200, 403, 403, 403, 403, kScope, 403}},
        {"POST", "/api/orgs/{org}/members", transfer, {200, 403, 403, 403, 403, 403, kScope, 403}},
        {"DELETE", "/api/orgs/{org}/members/victor", {}, {204, 204, 403, 403, 403, 403, kScope, 403}},
        {"DELETE", "/api/orgs/{org}/members/alice", {}, {400, 400, 403, 403, 403, 403, kScope, 403}},
        {"GET", "/api/orgs/{org}/invitations", {}, {200, 200, 403, 403, 403, 403, 403, 403}},
        {"DELETE", "/api/orgs/{org}/invitations/guest", {}, {204, 204, 403, 403, 403, 403, kScope, 403}},
        {"POST", "/api/org-invitations/{org}/accept", {}, {200, 200, 200, 200, 404, 404, kScope, 403}},
        {"DELETE", "/api/org-invitations/{org}", {}, {404, 404, 404, 404, 404, 404, kScope, 403}},
        {"GET", "/api/orgs/{org}/shares", {}, {200, 200, 200, 200, 403, 403, 200, 200}},
        {"GET", "/api/orgs/{org}/shares/incoming", {}, {200, 200, 200, 200, 403, 403, 200, 200}},
        {"POST", "/api/orgs/{org}/shares", share, {201, 201, 403, 403, 403, 403, kScope, 403}},
        {"DELETE", "/api/orgs/{org}/shares/{out}", {}, {204, 204, 403, 403, 403, 403, kScope, 403}},
        {"POST", "/api/orgs/{org}/shares/incoming/{in}/accept", {}, {200, 200, 403, 403, 403, 403, kScope, 403}},
        {"DELETE", "/api/orgs/{org}/shares/incoming/{in}", {}, {204, 204, 403, 403, 403, 403, kScope, 403}},
    };
    for (const Cells& row : table) {
        Org org = Make();
        for (std::size_t i = 0; i < Callers().size(); ++i) {
            const std::string& name = Callers()[i];
            std::string path = Filled(row.path, "{org}", org.id);
            path = Filled(Filled(path, "{out}", org.out), "{in}", org.in);
            const Reply reply =
                CallerOf(org, name).Send(row.method, path, row.body.is_null() ? std::string() : row.body.dump());
            EXPECT_EQ(reply.Status(), row.status[i]) << name << ": " << reply.Describe();
            if (reply.Status() == 403) {
                const bool scope = name == "reader" && std::string_view(row.method) != "GET";
                const bool token = name == "reader" || name == "all";
                EXPECT_EQ(reply.Body().value(scope ? "error" : "code", ""), scope            ? "missing_scope"
                                                                            : token          ? "session_required"
                                                                            : name == "adam" ? "owner_required"
                                                                                             : "access_denied")
                    << name << ": " << reply.Describe();
            }
            if (reply.Status() < 300 && std::string_view(row.method) != "GET") {
                org = Make();
            }
        }
    }
}

// Accepted ones are seen from the role they ask for, pending ones by admins; a token sees what its owner does.
TEST_F(Roles, DecideWhichIncomingSharesAreSeen) {
    const Org org = Make();
    const auto seen = [&](const std::string& name) {
        return CallerOf(org, name).Get("/api/orgs/" + org.id + "/shares/incoming").Expect(200).Body().size();
    };
    const std::map<std::string, std::array<std::size_t, 2>> expected{
        {"alice", {1, 1}}, {"adam", {1, 1}}, {"edith", {0, 1}}, {"victor", {0, 0}}, {"reader", {1, 1}}};
    for (const auto& [name, count] : expected) {
        EXPECT_EQ(seen(name), count[0]) << name << ", pending";
    }
    As("adam").Post("/api/orgs/" + org.id + "/shares/incoming/" + org.in + "/accept").Expect(200);
    for (const auto& [name, count] : expected) {
        EXPECT_EQ(seen(name), count[1]) << name << ", accepted";
    }
}

}  // namespace
}  // namespace pulse_test
