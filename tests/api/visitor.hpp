// Somebody at the web console of the shared test server, over HTTP and without a script: signs in, reads pages, sends
// the forms that are on them.
//
//     Visitor rita("rita.release");
//     const Page page = rita.Open("/console/releases/" + id);
//     rita.Send(page, "/console/releases/" + id + "/promote", {{"to", "experimental"}}).Expect(409).Shows("CLS-4");
//
// One thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/httpc/client.hpp"

namespace api_test {

class Page {
public:
    Page(std::string request, platform::ClientResponse response);

    int Status() const {
        return response_.status;
    }
    const std::string& Html() const {
        return response_.body;
    }
    std::string Header(const std::string& lower_case_name) const {
        return response_.Header(lower_case_name);
    }
    /// Of the first hidden field of that name in the form with this action (any form when empty).
    std::string Hidden(std::string_view name, std::string_view action = {}) const;
    bool Has(std::string_view text) const {
        return response_.body.find(text) != std::string::npos;
    }

    // Each fails the test with what was shown instead, and gives the page back.
    const Page& Expect(int status) const;
    const Page& Shows(std::string_view text) const;
    const Page& ShowsNot(std::string_view text) const;

private:
    std::string request_;
    platform::ClientResponse response_;
};

class Visitor {
public:
    using Fields = std::vector<std::pair<std::string, std::string>>;

    explicit Visitor(std::string_view person);

    Page Open(const std::string& path) const;
    /// The form of `page` with that action: its hidden fields, and what is typed. Goes where the answer sends it.
    Page Send(const Page& page, const std::string& action, const Fields& typed) const;
    /// Without a page that offers it.
    Page Post(const std::string& action, const Fields& fields) const;

private:
    Page OpenWith(const std::string& path, const std::string& cookies) const;

    std::string cookie_;
};

}  // namespace api_test
