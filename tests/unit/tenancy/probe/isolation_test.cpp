// Isolation canaries against an instance that is played: kept, read, written, and everything that is neither.
#include "tenancy/probe/isolation.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "platform/httpd/server.hpp"
#include "platform/json/json.hpp"

namespace tenancy::probe {
namespace {

using platform::HttpRequest;
using platform::HttpResponse;
using platform::Json;

constexpr const char* kMark = "0123456789abcdef0123456789abcdef";

HttpResponse PlayedAnswer(int status, const std::string& body) {
    HttpResponse response;
    response.status = status;
    response.headers.emplace_back("Content-Type", "application/json");
    response.body = body;
    return response;
}

/// Two tenants, a and b, each with a token of its name; odd in whatever way a test makes it.
class PlayedTenants {
public:
    using Odd = std::function<bool(const HttpRequest& request, const std::string& caller, const std::string& org,
                                   HttpResponse& answer)>;

    explicit PlayedTenants(Odd odd = {})
        : odd_(std::move(odd)), http_(Options(), [this](const HttpRequest& request) { return Answer(request); }) {
        http_.Start();
    }

    IsolationSeen Try() {
        IsolationTarget target;
        target.base_url = "http://127.0.0.1:" + std::to_string(http_.Port());
        target.tenant = "a";
        target.canary = "token-a";
        target.other = "b";
        target.other_canary = "token-b";
        target.request_timeout = std::chrono::seconds(20);
        target.deadline = std::chrono::seconds(120);
        return TryIsolation(target, kMark);
    }
    std::size_t Records(const std::string& org) {
        const std::lock_guard lock(mutex_);
        return records_[org].size();
    }

private:
    static platform::HttpServerOptions Options() {
        platform::HttpServerOptions options;
        options.address = "127.0.0.1";
        options.port = 0;
        options.threads = 2;
        return options;
    }

    HttpResponse Answer(const HttpRequest& request) {
        const std::lock_guard lock(mutex_);
        const std::string caller = request.Header("x-api-token") == "token-b" ? "b" : "a";
        std::string org(request.Header("x-pulse-org-id"));
        org = org.empty() ? std::string(request.Header("x-org-id")) : org;
        HttpResponse answer;
        if (odd_ && odd_(request, caller, org, answer)) {
            return answer;
        }
        if (org != caller) {
            return PlayedAnswer(403, R"({"error":"access_denied"})");
        }
        return Serve(request, org);
    }

public:
    /// As if the caller belonged there.
    HttpResponse Serve(const HttpRequest& request, const std::string& org) {
        std::map<std::string, std::string>& own = records_[org];
        const std::string prefix = "/api/customers";
        const std::string id = request.path.size() > prefix.size() ? request.path.substr(prefix.size() + 1) : "";
        if (request.method == "POST") {
            const std::string made = "c" + std::to_string(++made_);
            own[made] = Json::parse(request.body)["name"].get<std::string>();
            return PlayedAnswer(201, Json{{"id", made}, {"name", own[made]}}.dump());
        }
        if (!id.empty() && !own.contains(id)) {
            return PlayedAnswer(404, R"({"error":"not_found"})");
        }
        if (request.method == "PUT") {
            own[id] = Json::parse(request.body)["name"].get<std::string>();
        } else if (request.method == "DELETE") {
            own.erase(id);
            return PlayedAnswer(204, "");
        }
        if (!id.empty()) {
            return PlayedAnswer(200, Json{{"id", id}, {"name", own[id]}}.dump());
        }
        Json list = Json::array();
        for (const auto& [each, name] : own) {
            if (name.find(request.Query("q").value_or("")) != std::string::npos) {
                list.push_back({{"id", each}, {"name", name}});
            }
        }
        return PlayedAnswer(200, list.dump());
    }

private:
    Odd odd_;
    std::mutex mutex_;
    std::map<std::string, std::map<std::string, std::string>> records_;
    int made_ = 0;
    platform::HttpServer http_;
};

TEST(Isolation, KeptApartIsWhatWasRefused) {
    PlayedTenants tenants;
    const IsolationSeen seen = tenants.Try();
    EXPECT_EQ(seen.is, Isolation::kKept) << seen.detail << seen.evidence;
    EXPECT_EQ(tenants.Records("b"), 0u) << "what was planted is taken away";
    EXPECT_EQ(seen.evidence.find("token-"), std::string::npos);
    EXPECT_EQ(seen.evidence.find(std::string(kMark).substr(8)), std::string::npos) << seen.evidence;
}

TEST(Isolation, ASearchInTheOtherTenantThatIsAnsweredIsALeak) {
    PlayedTenants* self = nullptr;
    PlayedTenants tenants(
        [&](const HttpRequest& request, const std::string&, const std::string& org, HttpResponse& answer) {
            if (request.method != "GET" || request.path == "/ws") {
                return false;
            }
            answer = self->Serve(request, org);
            return true;
        });
    self = &tenants;
    const IsolationSeen seen = tenants.Try();
    EXPECT_EQ(seen.is, Isolation::kRead) << seen.detail << seen.evidence;
}

TEST(Isolation, ItsOwnSearchThatShowsTheOthersIsALeak) {
    PlayedTenants* self = nullptr;
    PlayedTenants tenants(
        [&](const HttpRequest& request, const std::string& caller, const std::string& org, HttpResponse& answer) {
            if (request.method != "GET" || request.path != "/api/customers" || org != caller) {
                return false;
            }
            answer = self->Serve(request, "b");
            return true;
        });
    self = &tenants;
    EXPECT_EQ(tenants.Try().is, Isolation::kRead);
}

TEST(Isolation, WhatTheOtherFindsAtHomeWasWritten) {
    PlayedTenants* self = nullptr;
    PlayedTenants tenants(
        [&](const HttpRequest& request, const std::string&, const std::string& org, HttpResponse& answer) {
            if (request.method != "POST") {
                return false;
            }
            answer = self->Serve(request, org);
            return true;
        });
    self = &tenants;
    const IsolationSeen seen = tenants.Try();
    EXPECT_EQ(seen.is, Isolation::kWritten) << seen.detail << seen.evidence;
    EXPECT_EQ(tenants.Records("b"), 0u) << "what was written is taken away";
}

TEST(Isolation, AWriteThatIsTakenAndNowhereIsNotKnown) {
    PlayedTenants tenants(
        [](const HttpRequest& request, const std::string& caller, const std::string& org, HttpResponse& answer) {
            answer = PlayedAnswer(201, R"({"id":"c99"})");
            return request.method == "POST" && caller != org;
        });
    EXPECT_EQ(tenants.Try().is, Isolation::kNotKnown);
}

TEST(Isolation, AnEchoOfTheQuestionIsNoLeak) {
    PlayedTenants tenants([](const HttpRequest& request, const std::string& caller, const std::string& org,
                             HttpResponse& answer) {
        answer =
            PlayedAnswer(200, "[\"nothing found for " + request.path + "?q=" + request.Query("q").value_or("") + "\"]");
        return request.method == "GET" && caller != org;
    });
    const IsolationSeen seen = tenants.Try();
    EXPECT_EQ(seen.is, Isolation::kNotKnown) << seen.detail;
}

TEST(Isolation, WhatIsSwitchedOffIsNotKeptApart) {
    PlayedTenants tenants([](const HttpRequest&, const std::string&, const std::string&, HttpResponse& answer) {
        answer = PlayedAnswer(501, R"({"error":"feature_disabled","code":"feature_disabled"})");
        return true;
    });
    EXPECT_EQ(tenants.Try().is, Isolation::kSwitchedOff);
}

TEST(Isolation, FailuresAndBrokenCredentialsAreNotKnown) {
    for (const int status : {401, 429, 500, 502, 503}) {
        // For everybody, and for the one that tries alone.
        for (const bool for_all : {true, false}) {
            PlayedTenants tenants(
                [&](const HttpRequest&, const std::string& caller, const std::string&, HttpResponse& answer) {
                    answer = PlayedAnswer(status, R"({"error":"no"})");
                    return for_all || caller == "a";
                });
            EXPECT_EQ(tenants.Try().is, Isolation::kNotKnown) << status << for_all;
        }
    }
    IsolationTarget nobody;
    nobody.base_url = "http://127.0.0.1:9";
    nobody.tenant = "a";
    nobody.other = "b";
    EXPECT_EQ(TryIsolation(nobody, kMark).is, Isolation::kNotKnown);
}

TEST(Isolation, OneAnswerThatIsMissingIsEnoughNotToKnow) {
    PlayedTenants tenants(
        [](const HttpRequest& request, const std::string& caller, const std::string& org, HttpResponse& answer) {
            answer = PlayedAnswer(500, "{}");
            return request.method == "POST" && caller != org;
        });
    const IsolationSeen seen = tenants.Try();
    EXPECT_EQ(seen.is, Isolation::kNotKnown);
    EXPECT_NE(seen.detail.find("500"), std::string::npos) << seen.detail;
}

}  // namespace
}  // namespace tenancy::probe
