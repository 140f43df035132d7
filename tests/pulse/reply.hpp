// One answer of pulsed, and what a test expects of it. The bodies of refusals have five shapes: see ExpectA and so on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "platform/httpc/client.hpp"
#include "platform/json/json.hpp"

namespace pulse_test {

using platform::Json;

class Reply {
public:
    Reply(std::string request, platform::ClientResponse response);

    int Status() const {
        return response_.status;
    }
    /// By value: an answer is often a temporary.
    Json Body() const {
        return body_;
    }
    std::string Text() const {
        return response_.body;
    }
    std::string Header(const std::string& lower_case_name) const {
        return response_.Header(lower_case_name);
    }
    /// All headers, "name: value" lines.
    std::string HeaderText() const;
    /// Of a Set-Cookie header; empty when the answer sets no such cookie.
    std::string Cookie(std::string_view name) const;
    std::string SetCookieLine(std::string_view name) const;

    const Reply& Expect(int status) const;
    /// A: error is text, code is stable; status_code, timestamp, details.
    const Reply& ExpectA(int status, std::string_view code) const;
    /// B: error is the code, message is text.
    const Reply& ExpectB(int status, std::string_view code) const;
    /// C: 501.
    const Reply& ExpectFeatureDisabled() const;
    /// D1: 402 of the tenant layer.
    const Reply& ExpectUnlicensedSelection() const;
    /// D2: 402 of a handler.
    const Reply& ExpectUnlicensed(std::string_view feature) const;
    /// D3: 402 in hosted mode.
    const Reply& ExpectSubscriptionRequired() const;
    /// E: 401 and 403 of the authentication layer.
    const Reply& ExpectUnauthenticated() const;
    const Reply& ExpectMissingScope(std::string_view scope) const;
    /// Plain text.
    const Reply& ExpectText(int status, std::string_view text) const;

    std::string Describe() const;

private:
    /// Exactly these keys.
    void ExpectKeys(std::initializer_list<std::string_view> keys) const;

    std::string request_;
    platform::ClientResponse response_;
    Json body_;
};

}  // namespace pulse_test
