// A person's session at the console of the shared test server, over HTTP and without a browser: pages as text, forms as
// they are sent. What only a browser can show is in tests/console.
//
//     ConsoleVisit rita("rita.release");
//     const std::string page = rita.Page("/tenants/acme");
//     rita.Send("/consents/" + id + "/withdraw", {{"reason", "..."}});      // with what the page's forms carry
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/api/harness.hpp"

namespace api_test {

class ConsoleVisit {
public:
    using Fields = std::vector<std::pair<std::string, std::string>>;

    explicit ConsoleVisit(std::string_view person);

    /// Below /console; fails the test for another status.
    std::string Page(const std::string& path, int status = 200);
    /// Sends a form with the session's own mark against forgery. A form that did something answers 303.
    platform::ClientResponse Send(const std::string& path, Fields fields);
    /// The value of the hidden field `version` of the page that was asked for last.
    std::string Version() const;

private:
    platform::ClientResponse Ask(const std::string& method, const std::string& path, const std::string& body);

    std::string cookie_;
    std::string csrf_;
    std::string page_;
};

/// What stands between the first `before` and the next `after` behind it; empty when it is not there.
std::string Between(std::string_view text, std::string_view before, std::string_view after);

}  // namespace api_test
