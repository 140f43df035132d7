#include "tests/pulse/reply.hpp"

#include <algorithm>
#include <set>

namespace pulse_test {

Reply::Reply(std::string request, platform::ClientResponse response)
    : request_(std::move(request)), response_(std::move(response)) {
    body_ = Json::parse(response_.body, nullptr, false);
    if (body_.is_discarded()) {
        body_ = nullptr;
    }
}

std::string Reply::Describe() const {
    return request_ + "\n  was answered " + std::to_string(response_.status) + " " + response_.body.substr(0, 2000);
}

std::string Reply::HeaderText() const {
    std::string text;
    for (const auto& [header, value] : response_.headers) {
        text.append(header).append(": ").append(value).append("\n");
    }
    return text;
}

std::string Reply::SetCookieLine(std::string_view name) const {
    for (const auto& [header, value] : response_.headers) {
        if (header == "set-cookie" && value.starts_with(std::string(name) + "=")) {
            return value;
        }
    }
    return {};
}

std::string Reply::Cookie(std::string_view name) const {
    const std::string line = SetCookieLine(name);
    const auto value = line.find('=') + 1;
    return line.empty() ? std::string() : line.substr(value, line.find(';') - value);
}

const Reply& Reply::Expect(int status) const {
    EXPECT_EQ(response_.status, status) << Describe();
    return *this;
}

void Reply::ExpectKeys(std::initializer_list<std::string_view> keys) const {
    std::set<std::string> found;
    if (body_.is_object()) {
        for (const auto& [key, value] : body_.items()) {
            found.insert(key);
        }
    }
    const std::set<std::string> wanted(keys.begin(), keys.end());
    EXPECT_EQ(found, wanted) << Describe();
    EXPECT_EQ(Header("content-type"), "application/json") << Describe();
}

const Reply& Reply::ExpectA(int status, std::string_view code) const {
    Expect(status);
    ExpectKeys({"error", "code", "status_code", "timestamp", "details", "request_id"});
    if (body_.is_object()) {
        EXPECT_EQ(body_.value("code", ""), code) << Describe();
        EXPECT_EQ(body_.value("status_code", 0), status) << Describe();
        EXPECT_GT(body_.value("timestamp", 0LL), 1'600'000'000) << Describe();
        EXPECT_TRUE(body_.value("details", Json()).is_object()) << Describe();
        EXPECT_EQ(body_.value("request_id", ""), Header("x-request-id")) << Describe();
        EXPECT_NE(body_.value("error", ""), "") << Describe();
    }
    return *this;
}

const Reply& Reply::ExpectB(int status, std::string_view code) const {
    Expect(status);
    ExpectKeys({"error", "message"});
    EXPECT_EQ(body_.value("error", ""), code) << Describe();
    EXPECT_NE(body_.value("message", ""), "") << Describe();
    return *this;
}

const Reply& Reply::ExpectFeatureDisabled() const {
    ExpectB(501, "feature_disabled");
    EXPECT_NE(body_.value("message", "").find("PULSE_MULTI_TENANT_ENABLED"), std::string::npos) << Describe();
    return *this;
}

const Reply& Reply::ExpectUnlicensedSelection() const {
    Expect(402);
    ExpectKeys({"error", "message", "feature", "tier"});
    EXPECT_EQ(body_.value("error", ""), "license_required") << Describe();
    EXPECT_EQ(body_.value("feature", ""), "multi_tenant") << Describe();
    EXPECT_EQ(body_.value("tier", ""), "enterprise") << Describe();
    return *this;
}

const Reply& Reply::ExpectUnlicensed(std::string_view feature) const {
    Expect(402);
    ExpectKeys({"error", "message", "feature", "upgrade_url"});
    EXPECT_EQ(body_.value("error", ""), "license_required") << Describe();
    EXPECT_EQ(body_.value("feature", ""), feature) << Describe();
    EXPECT_NE(body_.value("upgrade_url", ""), "") << Describe();
    return *this;
}

const Reply& Reply::ExpectSubscriptionRequired() const {
    return ExpectB(402, "subscription_required");
}

const Reply& Reply::ExpectUnauthenticated() const {
    Expect(401);
    EXPECT_EQ(response_.body, R"({"error":"Authentication required"})") << Describe();
    return *this;
}

const Reply& Reply::ExpectMissingScope(std::string_view scope) const {
    Expect(403);
    EXPECT_EQ(body_.value("error", ""), "missing_scope") << Describe();
    EXPECT_EQ(body_.value("requiredScope", ""), scope) << Describe();
    return *this;
}

const Reply& Reply::ExpectText(int status, std::string_view text) const {
    Expect(status);
    EXPECT_TRUE(Header("content-type").starts_with("text/plain")) << Describe();
    EXPECT_NE(response_.body.find(text), std::string::npos) << Describe();
    return *this;
}

}  // namespace pulse_test
