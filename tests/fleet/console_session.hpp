// Somebody signed in to the console over HTTP, without a browser: opens pages, fills their forms in and sends them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/httpc/client.hpp"

namespace fleet_test {

struct ConsoleAnswer {
    int status = 0;
    std::string location;
    std::string body;
    bool Has(std::string_view text) const {
        return body.find(text) != std::string::npos;
    }
};

class ConsoleSession {
public:
    using Fields = std::vector<std::pair<std::string, std::string>>;

    ConsoleSession(std::string url, const std::string& token);

    ConsoleAnswer Open(const std::string& path);
    /// The form with that action of the page, its hidden fields kept, `typed` on top of them.
    ConsoleAnswer Send(const std::string& page, const std::string& action, const Fields& typed);
    /// The same, filled in and not sent yet.
    void Fill(const std::string& page, const std::string& action, const Fields& typed);
    /// What was sent last, once more, or what was filled in.
    ConsoleAnswer SendAgain();

private:
    ConsoleAnswer Ask(platform::ClientRequest request);

    const std::string url_;
    std::string cookies_;
    platform::ClientRequest last_;
    platform::HttpClient client_;
};

}  // namespace fleet_test
