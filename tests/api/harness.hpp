// API tests: the real portcullisd on a database of its own, and callers that read like sentences.
//
//     TEST(Tenants, ReleaseManagerRegistersOne) {
//         const Reply reply = As("rita.release").Post("/v1/tenants", {{"id", "t1"}, {"name", "T"}, {"kind", "dev"}});
//         reply.Expect(201);
//         EXPECT_EQ(reply.Body()["created_by"], "rita.release");
//     }
//     As("ci").Post(...).ExpectProblem(403, "auth.role_missing");
//
// One server per test program, started at its first use with a simulated clock at 2025-01-14T09:00:00Z and stopped at
// the program's end; the people are those of principals.yaml. Tests share its state: give what they make names of their
// own (Unique). Every reply is also held against the server's own OpenAPI document: a status or a field that it does
// not promise fails the test (contract.hpp).
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/httpc/client.hpp"
#include "platform/json/json.hpp"

namespace api_test {

using platform::Json;

class Reply {
public:
    Reply(std::string request, platform::ClientResponse response);

    int Status() const {
        return response_.status;
    }
    /// The body as JSON; null when it is none.
    const Json& Body() const {
        return body_;
    }
    const std::string& Text() const {
        return response_.body;
    }
    std::string Header(const std::string& lower_case_name) const {
        return response_.Header(lower_case_name);
    }
    std::string Etag() const {
        return Header("etag");
    }
    std::string Id() const {
        return body_.value("id", "");
    }

    /// Each of these fails the test, with the whole reply in its message, and gives the reply back.
    const Reply& Expect(int status) const;
    /// An application/problem+json with that code, a detail and a request id.
    const Reply& ExpectProblem(int status, std::string_view code) const;
    /// Among the findings; all of the given ones.
    const Reply& ExpectRules(std::initializer_list<std::string_view> rules) const;
    /// Among the errors; all of the given pointers.
    const Reply& ExpectErrors(std::initializer_list<std::string_view> pointers) const;
    /// Somewhere in the detail.
    const Reply& Mentioning(std::string_view text) const;

private:
    std::string Describe() const;

    std::string request_;
    platform::ClientResponse response_;
    Json body_;
};

/// One person's or component's requests. Copies are cheap; one thread.
class Caller {
public:
    Caller(std::string url, std::string token);

    Caller With(std::string header, std::string value) const;
    Caller IfMatch(const std::string& etag) const {
        return With("If-Match", etag);
    }
    Caller Key(const std::string& key) const {
        return With("Idempotency-Key", key);
    }

    Reply Get(const std::string& path) const;
    Reply Post(const std::string& path, const Json& body) const;
    Reply Post(const std::string& path) const;
    Reply Put(const std::string& path, const Json& body) const;
    Reply Patch(const std::string& path, const Json& body) const;
    /// Anything: a body as it is, with its Content-Type (none when empty).
    Reply Send(const std::string& method, const std::string& path, const std::string& body = {},
               const std::string& content_type = {}) const;
    /// Every item of a list, page by page.
    std::vector<Json> All(const std::string& path) const;

private:
    std::string url_;
    std::vector<std::pair<std::string, std::string>> headers_;
};

Caller As(std::string_view person);
/// With any token text, or without one.
Caller WithToken(const std::string& token);
Caller Anonymous();

std::string ServerUrl();
std::string TokenOf(std::string_view person);
/// "tenant-3": never the same twice in a program.
std::string Unique(std::string_view what);
/// The server's own document.
const Json& OpenApi();

/// Asks again and again, with short pauses, until it holds or two minutes have passed.
bool Eventually(const std::function<bool()>& condition);

/// Moves the shared server's clock; only forward.
void AdvanceClock(const std::string& by);
platform::Time ServerNow();

/// Entries of the audit log that fit the query ("action=tenant.register&tenant=t1"), newest first.
std::vector<Json> Audit(const std::string& query);

/// A portcullisd of a test's own, for what the shared one must not be put through.
class OwnServer {
public:
    /// `arguments` on top of those every test server gets.
    explicit OwnServer(std::vector<std::string> arguments = {}, bool simulated = true);
    /// On a database that the test keeps, and may stop.
    OwnServer(std::vector<std::string> arguments, std::string app_conninfo, std::string owner_conninfo);
    ~OwnServer();
    OwnServer(const OwnServer&) = delete;
    OwnServer& operator=(const OwnServer&) = delete;

    std::string Url() const;
    std::string Token(std::string_view person) const;
    Caller As(std::string_view person) const;
    std::string DataDir() const;
    std::string OwnerConninfo() const;
    int Pid() const;
    std::string Log() const;
    /// SIGTERM, then the exit code.
    int Stop();
    /// SIGKILL; returns when it has ended.
    void Kill();
    /// Again, on the same database and data.
    void Start();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace api_test
