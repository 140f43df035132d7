#include "tests/api/console_visit.hpp"

#include <stdexcept>

namespace api_test {
namespace {

constexpr std::string_view kFormType = "application/x-www-form-urlencoded";

std::string PercentByte(char character) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(character);
    return {'%', kDigits[byte / 16], kDigits[byte % 16]};
}

std::string Escaped(std::string_view text) {
    std::string escaped;
    for (const char character : text) {
        escaped += PercentByte(character);
    }
    return escaped;
}

std::string FormText(const ConsoleVisit::Fields& fields) {
    std::string text;
    for (const auto& [name, value] : fields) {
        text += (text.empty() ? "" : "&") + Escaped(name) + "=" + Escaped(value);
    }
    return text;
}

}  // namespace

ConsoleVisit::ConsoleVisit(std::string_view person) {
    const auto reply = Ask("POST", "/sign-in", FormText({{"token", TokenOf(person)}, {"to", "/console"}}));
    for (const auto& [name, value] : reply.headers) {
        if (name == "set-cookie" && value.find("session") != std::string::npos) {
            cookie_ = value.substr(0, value.find(';'));
        }
    }
    if (reply.status != 303 || cookie_.empty()) {
        throw std::runtime_error("nobody was signed in: " + std::to_string(reply.status) + " " + reply.body);
    }
    csrf_ = Between(Page("/rules"), R"(name="csrf" value=")", "\"");
}

platform::ClientResponse ConsoleVisit::Ask(const std::string& method, const std::string& path,
                                           const std::string& body) {
    static thread_local platform::HttpClient client;
    platform::ClientRequest request;
    request.method = method;
    request.url = ServerUrl() + "/console" + path;
    request.headers = {{"Origin", ServerUrl()}, {"Accept", "text/html"}};
    if (!cookie_.empty()) {
        request.headers.emplace_back("Cookie", cookie_);
    }
    if (method == "POST") {
        request.headers.emplace_back("Content-Type", std::string(kFormType));
        request.body = body;
    }
    auto response = client.Send(request);
    if (!response) {
        throw std::runtime_error(method + " " + path + ": " + response.error().message);
    }
    return std::move(*response);
}

std::string ConsoleVisit::Page(const std::string& path, int status) {
    const auto response = Ask("GET", path, {});
    EXPECT_EQ(response.status, status) << path << "\n" << response.body.substr(0, 3000);
    page_ = response.body;
    return page_;
}

platform::ClientResponse ConsoleVisit::Send(const std::string& path, Fields fields) {
    fields.emplace_back("csrf", csrf_);
    auto response = Ask("POST", path, FormText(fields));
    page_ = response.body;
    return response;
}

std::string ConsoleVisit::Version() const {
    return Between(page_, R"(name="version" value=")", "\"");
}

std::string Between(std::string_view text, std::string_view before, std::string_view after) {
    const auto begin = text.find(before);
    if (begin == text.npos) {
        return {};
    }
    const auto end = text.find(after, begin + before.size());
    return end == text.npos ? std::string()
                            : std::string(text.substr(begin + before.size(), end - begin - before.size()));
}

}  // namespace api_test
