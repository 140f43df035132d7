#include "tests/api/visitor.hpp"

#include <gtest/gtest.h>

#include "platform/base/text.hpp"
#include "tests/api/harness.hpp"

namespace api_test {
namespace {

platform::ClientResponse SendRequest(const platform::ClientRequest& request) {
    platform::HttpClient client;
    auto response = client.Send(request);
    if (!response) {
        ADD_FAILURE() << request.method << " " << request.url << ": " << response.error().message;
        return {};
    }
    return std::move(*response);
}

/// "a=1; b=2" of everything that is set.
std::string CookiesOf(const platform::ClientResponse& response) {
    std::string cookies;
    for (const auto& [name, value] : response.headers) {
        if (name == "set-cookie") {
            cookies.append(cookies.empty() ? "" : "; ").append(value.substr(0, value.find(';')));
        }
    }
    return cookies;
}

std::string Encoded(const Visitor::Fields& fields) {
    std::string body;
    for (const auto& [name, value] : fields) {
        body.append(body.empty() ? "" : "&").append(platform::PercentEncode(name)).append("=");
        body.append(platform::PercentEncode(value));
    }
    return body;
}

std::string Unescaped(std::string text) {
    const std::pair<std::string_view, std::string_view> marks[] = {
        {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}};
    for (const auto& [mark, character] : marks) {
        for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
            text.replace(at, mark.size(), character);
        }
    }
    return text;
}

/// The form with that action; the whole page when none is named.
std::string_view FormOf(std::string_view html, std::string_view action) {
    if (action.empty()) {
        return html;
    }
    const auto at = html.find("action=\"" + std::string(action) + "\"");
    if (at == html.npos) {
        return {};
    }
    return html.substr(at, html.find("</form>", at) - at);
}

std::vector<std::string_view> HiddenInputs(std::string_view form) {
    std::vector<std::string_view> inputs;
    constexpr std::string_view kBegin = "<input type=\"hidden\"";
    for (auto at = form.find(kBegin); at != form.npos; at = form.find(kBegin, at + 1)) {
        inputs.push_back(form.substr(at, form.find('>', at) - at));
    }
    return inputs;
}

std::string Attribute(std::string_view tag, std::string_view name) {
    const std::string mark = " " + std::string(name) + "=\"";
    const auto at = tag.find(mark);
    if (at == tag.npos) {
        return {};
    }
    const auto begin = at + mark.size();
    return Unescaped(std::string(tag.substr(begin, tag.find('"', begin) - begin)));
}

}  // namespace

Page::Page(std::string request, platform::ClientResponse response)
    : request_(std::move(request)), response_(std::move(response)) {}

std::string Page::Hidden(std::string_view name, std::string_view action) const {
    for (const std::string_view input : HiddenInputs(FormOf(response_.body, action))) {
        if (Attribute(input, "name") == name) {
            return Attribute(input, "value");
        }
    }
    return {};
}

const Page& Page::Expect(int status) const {
    EXPECT_EQ(response_.status, status) << request_ << "\n" << response_.body;
    return *this;
}

const Page& Page::Shows(std::string_view text) const {
    EXPECT_TRUE(Has(text)) << request_ << " does not show '" << text << "':\n" << response_.body;
    return *this;
}

const Page& Page::ShowsNot(std::string_view text) const {
    EXPECT_FALSE(Has(text)) << request_ << " shows '" << text << "':\n" << response_.body;
    return *this;
}

Visitor::Visitor(std::string_view person) {
    platform::ClientRequest request;
    request.method = "POST";
    request.url = ServerUrl() + "/console/sign-in";
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = Encoded({{"token", TokenOf(person)}});
    const auto response = SendRequest(request);
    EXPECT_EQ(response.status, 303) << response.body;
    cookie_ = CookiesOf(response);
    EXPECT_FALSE(cookie_.empty());
}

Page Visitor::Open(const std::string& path) const {
    return OpenWith(path, cookie_);
}

Page Visitor::OpenWith(const std::string& path, const std::string& cookies) const {
    platform::ClientRequest request;
    request.url = ServerUrl() + path.substr(0, path.find('#'));
    request.headers = {{"Cookie", cookies}, {"Accept", "text/html"}};
    return Page("GET " + path, SendRequest(request));
}

Page Visitor::Send(const Page& page, const std::string& action, const Fields& typed) const {
    Fields fields;
    for (const std::string_view input : HiddenInputs(FormOf(page.Html(), action))) {
        fields.emplace_back(Attribute(input, "name"), Attribute(input, "value"));
    }
    EXPECT_FALSE(fields.empty()) << "there is no form " << action << " on the page:\n" << page.Html();
    for (const auto& [name, value] : typed) {
        std::erase_if(fields, [&](const auto& field) { return field.first == name; });
        fields.emplace_back(name, value);
    }
    return Post(action, fields);
}

Page Visitor::Post(const std::string& action, const Fields& fields) const {
    platform::ClientRequest request;
    request.method = "POST";
    request.url = ServerUrl() + action;
    request.headers = {{"Cookie", cookie_}, {"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = Encoded(fields);
    const auto response = SendRequest(request);
    if (response.status == 303) {
        const std::string set = CookiesOf(response);
        return OpenWith(response.Header("location"), set.empty() ? cookie_ : cookie_ + "; " + set);
    }
    return Page("POST " + action, response);
}

}  // namespace api_test
