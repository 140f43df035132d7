// The example service, as a program: what an embedding of the core must give, and that it stays small.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

#include "platform/base/clock.hpp"
#include "platform/httpc/client.hpp"
#include "platform/json/json.hpp"
#include "tenancy/link/local_order.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using platform::Json;

constexpr std::size_t kMostLines = 150;

struct Answer {
    int status = 0;
    Json body;
};

class NotesService : public ::testing::Test {
protected:
    void Start(const std::string& multi_tenant) {
        process_.emplace(std::vector<std::string>{support::BuiltProgram("example_notes"), "0", folder_.Path().string(),
                                                  "a-key=alice", "b-key=bob"},
                         support::ProcessOptions{.environment = {{"PULSE_MULTI_TENANT_ENABLED", multi_tenant}}});
        const auto line = process_->WaitForLine("listens on ");
        ASSERT_TRUE(line) << process_->Error();
        url_ = line->substr(line->find("http://"));
    }

    Answer Ask(const std::string& key, const std::string& org, const std::string& method, const std::string& path,
               const std::string& body = {}) {
        platform::ClientRequest request;
        request.method = method;
        request.url = url_ + path;
        request.body = body;
        if (!key.empty()) {
            request.headers.emplace_back("Authorization", "Bearer " + key);
        }
        if (!org.empty()) {
            request.headers.emplace_back("X-Pulse-Org-ID", org);
        }
        const auto response = client_.Send(request);
        EXPECT_TRUE(response) << response.error().message;
        return response ? Answer{response->status, Json::parse(response->body, nullptr, false)} : Answer{};
    }

    void Make(const std::string& key, const std::string& org) {
        EXPECT_EQ(Ask(key, "", "POST", "/orgs", Json{{"id", org}, {"displayName", org}}.dump()).status, 201);
    }

    support::TempDir folder_{"notes"};
    std::optional<support::Process> process_;
    platform::HttpClient client_;
    std::string url_;
};

TEST_F(NotesService, KeepsOrganizationsApart) {
    Start("true");
    Make("a-key", "acme");
    Make("b-key", "globex");
    EXPECT_EQ(Ask("a-key", "acme", "POST", "/notes", "of acme").status, 201);
    EXPECT_EQ(Ask("b-key", "globex", "POST", "/notes", "of globex").status, 201);
    EXPECT_EQ(Ask("a-key", "acme", "GET", "/notes").body, Json({"of acme"}));
    EXPECT_EQ(Ask("b-key", "globex", "GET", "/notes").body, Json({"of globex"}));
    EXPECT_EQ(Ask("b-key", "", "GET", "/notes").body, Json::array());
    for (const char* method : {"GET", "POST"}) {
        const Answer refused = Ask("b-key", "acme", method, "/notes", "mine now");
        EXPECT_EQ(refused.status, 403);
        EXPECT_EQ(refused.body["error"], "access_denied");
    }
    EXPECT_EQ(Ask("a-key", "acme", "GET", "/notes").body, Json({"of acme"}));
    EXPECT_EQ(Ask("b-key", "", "GET", "/orgs").body.size(), 2U) << "default and its own";
    EXPECT_EQ(Ask("b-key", "", "POST", "/orgs", R"({"id":"acme","displayName":"again"})").status, 409);
    EXPECT_EQ(Ask("b-key", "nope", "GET", "/notes").body["error"], "invalid_org");
    EXPECT_EQ(Ask("", "acme", "GET", "/notes").status, 401);
    EXPECT_EQ(Ask("wrong", "acme", "GET", "/notes").status, 401);
    EXPECT_EQ(Ask("", "", "GET", "/notes").status, 401);
    EXPECT_EQ(Ask("a-key", "", "GET", "/nothing").status, 404);
    process_->Signal(SIGTERM);
    EXPECT_EQ(process_->Wait(), 0);
}

TEST_F(NotesService, IsOneTenantsServiceWhileSwitchedOff) {
    Start("false");
    EXPECT_EQ(Ask("a-key", "", "POST", "/notes", "a note").status, 201);
    EXPECT_EQ(Ask("b-key", "", "GET", "/notes").body, Json({"a note"}));
    EXPECT_EQ(Ask("a-key", "", "GET", "/orgs").status, 501);
    EXPECT_EQ(Ask("a-key", "", "POST", "/orgs", "{}").body["error"], "feature_disabled");
}

TEST_F(NotesService, HearsTheOperatorOnTheMachine) {
    Start("true");
    Make("a-key", "acme");
    EXPECT_EQ(Ask("a-key", "acme", "POST", "/notes", "kept").status, 201);
    const auto becomes = [&](int status) {
        const platform::Deadline deadline(std::chrono::seconds(20));
        int seen = 0;
        while ((seen = Ask("a-key", "acme", "GET", "/notes").status) != status && !deadline.Passed()) {
        }
        return seen;
    };
    const tenancy::link::LocalOrder order{.by = "operator", .reason = "drill", .at = platform::Time{}};
    ASSERT_TRUE(tenancy::link::SwitchOffLocally(folder_.Path().string(), order));
    EXPECT_EQ(becomes(501), 501);
    EXPECT_EQ(Ask("a-key", "", "GET", "/notes").status, 200) << "the default organization goes on";
    ASSERT_TRUE(tenancy::link::LiftLocalOrder(folder_.Path().string(), order));
    EXPECT_EQ(becomes(200), 200);
    EXPECT_EQ(Ask("a-key", "acme", "GET", "/notes").body, Json({"kept"}));
}

TEST(Notes, AreSmallEnoughToRead) {
    const std::string source = support::ReadFile(PORTCULLIS_SOURCE_DIR "/examples/notes.cpp");
    EXPECT_LT(static_cast<std::size_t>(std::ranges::count(source, '\n')), kMostLines);
}

}  // namespace
