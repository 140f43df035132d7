#include "tests/fleet/console_session.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace fleet_test {
namespace {

std::string EncodedForm(const ConsoleSession::Fields& fields) {
    std::string body;
    for (const auto& [name, value] : fields) {
        body.append(body.empty() ? "" : "&").append(platform::PercentEncode(name)).append("=");
        body.append(platform::PercentEncode(value));
    }
    return body;
}

std::string Unescaped(std::string text) {
    static const std::pair<const char*, const char*> kEscapes[] = {
        {"&quot;", "\""}, {"&#39;", "'"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}};
    for (const auto& [escaped, plain] : kEscapes) {
        for (std::size_t at = text.find(escaped); at != text.npos; at = text.find(escaped, at + 1)) {
            text.replace(at, std::string_view(escaped).size(), plain);
        }
    }
    return text;
}

}  // namespace

ConsoleSession::ConsoleSession(std::string url, const std::string& token) : url_(std::move(url)) {
    platform::ClientRequest request;
    request.method = "POST";
    request.url = url_ + "/console/sign-in";
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Origin", url_}};
    request.body = EncodedForm({{"token", token}});
    const auto answer = client_.Send(request);
    if (!answer || answer->status != 303) {
        throw std::runtime_error("nobody is signed in: " + (answer ? answer->body : answer.error().message));
    }
    for (const auto& [name, value] : answer->headers) {
        if (name == "set-cookie") {
            cookies_.append(cookies_.empty() ? "" : "; ").append(value.substr(0, value.find(';')));
        }
    }
}

ConsoleAnswer ConsoleSession::Ask(platform::ClientRequest request) {
    request.headers.emplace_back("Cookie", cookies_);
    const auto answer = client_.Send(request);
    if (!answer) {
        throw std::runtime_error(request.url + ": " + answer.error().message);
    }
    return {answer->status, answer->Header("location"), answer->body};
}

ConsoleAnswer ConsoleSession::Open(const std::string& path) {
    platform::ClientRequest request;
    request.url = url_ + path;
    return Ask(request);
}

ConsoleAnswer ConsoleSession::Send(const std::string& page, const std::string& action, const Fields& typed) {
    Fill(page, action, typed);
    return SendAgain();
}

void ConsoleSession::Fill(const std::string& page, const std::string& action, const Fields& typed) {
    const ConsoleAnswer shown = Open(page);
    const std::size_t begin = shown.body.find("action=\"" + action + "\"");
    const std::size_t end = begin == shown.body.npos ? begin : shown.body.find("</form>", begin);
    if (end == shown.body.npos) {
        ADD_FAILURE() << page << " has no form that goes to " << action << ":\n" << shown.body;
        return;
    }
    const std::string form = shown.body.substr(begin, end - begin);
    Fields fields = typed;
    constexpr std::string_view kHidden = "<input type=\"hidden\" name=\"";
    constexpr std::string_view kValue = "\" value=\"";
    for (std::size_t at = form.find(kHidden); at != form.npos; at = form.find(kHidden, at + 1)) {
        const std::size_t name = at + kHidden.size();
        const std::size_t middle = form.find(kValue, name);
        const std::size_t value = middle + kValue.size();
        const std::size_t last = middle == form.npos ? middle : form.find('"', value);
        if (last == form.npos) {
            break;
        }
        fields.emplace_back(form.substr(name, middle - name), Unescaped(form.substr(value, last - value)));
    }
    last_ = {};
    last_.method = "POST";
    last_.url = url_ + action;
    last_.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Origin", url_}};
    last_.body = EncodedForm(fields);
}

ConsoleAnswer ConsoleSession::SendAgain() {
    return Ask(last_);
}

}  // namespace fleet_test
