#include "controller/cli/session.hpp"

#include <iostream>

#include "controller/cli/failure.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace cli {
namespace {

constexpr std::string_view kProblemPrefix = "urn:portcullis:problem:";

std::string TextField(const Json& object, const char* field) {
    const auto found = object.find(field);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// For the terminal: no text of a server can drive it.
std::string Shown(const Json& object, const char* field) {
    return platform::EscapeForLog(TextField(object, field));
}

[[noreturn]] void FailAsStranger(int status) {
    throw Failure(kExitUnavailable,
                  "the answer (status " + std::to_string(status) + ") does not come from a Portcullis controller",
                  "Nothing is known about what you asked for. Check the address, and what stands between.");
}

/// True when every finding that blocks only waits for time, an approval or evidence.
bool OnlyPending(const Json& findings) {
    bool any = false;
    for (const Json& finding : findings) {
        const std::string kind = finding.is_object() ? TextField(finding, "kind") : std::string();
        if (kind == "doubt") {
            continue;
        }
        if (kind != "pending") {
            return false;
        }
        any = true;
    }
    return any;
}

std::string ProblemCode(const Answer& answer) {
    if (!answer.body.is_object()) {
        return {};
    }
    const std::string type = TextField(answer.body, "type");
    return type.starts_with(kProblemPrefix) ? type.substr(kProblemPrefix.size()) : std::string();
}

bool IsFamily(const std::string& code, std::string_view family) {
    return code.starts_with(family);
}

void PrintFindings(const Json& findings) {
    for (const Json& finding : findings) {
        if (!finding.is_object()) {
            continue;
        }
        const std::string kind = TextField(finding, "kind");
        std::cerr << "  " << (kind == "doubt" ? "doubt " : "") << Shown(finding, "rule");
        const auto hard_stop = finding.find("hard_stop");
        if (hard_stop != finding.end() && *hard_stop == true) {
            std::cerr << " (hard stop)";
        } else if (kind == "pending" || kind == "indeterminate") {
            std::cerr << " (" << kind << ")";
        }
        std::cerr << ": " << Shown(finding, "message") << '\n';
        if (const std::string remedy = Shown(finding, "remedy"); !remedy.empty()) {
            std::cerr << "      -> " << remedy << '\n';
        }
    }
}

}  // namespace

std::string Path(std::initializer_list<std::string> segments) {
    std::string path = "/v1";
    for (const std::string& segment : segments) {
        if (segment.empty() || segment == "." || segment == "..") {
            throw Failure(kExitUsage, "an id is empty or no id: '" + segment + "'", "Check the variable it came from.");
        }
        // A colon separates an id from its verb ("chk_1:resolve"); ids themselves hold none.
        const std::size_t colon = segment.find(':');
        path += '/' + platform::PercentEncode(segment.substr(0, colon));
        if (colon != std::string::npos) {
            path += segment.substr(colon);
        }
    }
    return path;
}

ExitCode ExitCodeOf(const Answer& answer) {
    if (answer.status >= 200 && answer.status < 300) {
        return kExitOk;
    }
    const std::string code = ProblemCode(answer);
    if (answer.status >= 300 && answer.status < 400) {
        return kExitUnavailable;  // redirects are not followed: the token is for one address
    }
    if (IsFamily(code, "internal.")) {
        return kExitInternal;
    }
    if (IsFamily(code, "unavailable.") || answer.status == 503 || answer.status == 429 || answer.status == 502 ||
        answer.status == 504) {
        return kExitUnavailable;
    }
    if (code.empty()) {
        return kExitUnavailable;  // no controller speaks like that: a proxy, or something else on that port
    }
    if (IsFamily(code, "auth.") || answer.status == 401 || answer.status == 403) {
        return kExitAuth;
    }
    if (IsFamily(code, "conflict.") || answer.status == 412 || answer.status == 428) {
        return kExitConflict;
    }
    if (answer.status == 409) {
        const auto findings = answer.body.find("findings");
        const bool pending = findings != answer.body.end() && findings->is_array() && OnlyPending(*findings);
        return pending ? kExitPending : kExitDenied;
    }
    return answer.status >= 500 ? kExitInternal : kExitUsage;
}

void FailWith(const Answer& answer) {
    const ExitCode code = ExitCodeOf(answer);
    if (!answer.body.is_object() || ProblemCode(answer).empty()) {
        FailAsStranger(answer.status);
    }
    std::string message = Shown(answer.body, "title");
    if (const std::string detail = Shown(answer.body, "detail"); !detail.empty()) {
        message += message.empty() ? detail : ": " + detail;
    }
    std::string hint;
    if (const std::string request_id = Shown(answer.body, "request_id"); !request_id.empty() && code == kExitInternal) {
        hint = "Tell the operator the request id " + request_id + ".";
    }
    if (code == kExitAuth && answer.status == 401) {
        hint = "Set PORTCULLIS_TOKEN or --token-file; tokens are made with: portcullis token create.";
    }
    std::cerr << "portcullis: " << message << '\n';
    if (const auto findings = answer.body.find("findings"); findings != answer.body.end() && findings->is_array()) {
        PrintFindings(*findings);
    }
    if (const auto errors = answer.body.find("errors"); errors != answer.body.end() && errors->is_array()) {
        for (const Json& error : *errors) {
            if (error.is_object()) {
                std::cerr << "  " << Shown(error, "pointer") << ": " << Shown(error, "message") << '\n';
            }
        }
    }
    throw Failure(code, "", hint);
}

Session::Session(Profile profile, std::chrono::milliseconds timeout)
    : profile_(std::move(profile)), timeout_(timeout) {}

Answer Session::Send(const std::string& method, const std::string& path, const std::string& body,
                     const CallOptions& options) {
    platform::ClientRequest request;
    request.method = method;
    request.url = profile_.url + path;
    char separator = '?';
    for (const auto& [name, value] : options.query) {
        request.url += separator + platform::PercentEncode(name) + '=' + platform::PercentEncode(value);
        separator = '&';
    }
    request.headers.emplace_back(
        "Accept", options.accept.empty() ? "application/json, application/problem+json, */*" : options.accept);
    if (!profile_.token.empty()) {
        request.headers.emplace_back("Authorization", "Bearer " + profile_.token);
    }
    if (method != "GET") {
        request.headers.emplace_back("Content-Type", options.content_type);
        request.body = body;
    }
    if (method == "POST") {
        // One key per call of the command: a repeated transmission of this call is recognised, a new call is new.
        request.headers.emplace_back("Idempotency-Key", platform::HexEncode(platform::RandomBytes(16)));
    }
    if (!options.if_match.empty()) {
        request.headers.emplace_back("If-Match", options.if_match);
    }
    request.timeout = timeout_;
    auto reply = client_.Send(request);
    if (!reply) {
        throw Failure(kExitUnavailable,
                      "no answer from " + platform::EscapeForLog(profile_.url) + ": " + reply.error().message,
                      "Nothing was decided. Check the address and that the controller is running.");
    }
    Answer answer;
    answer.status = reply->status;
    answer.etag = reply->Header("etag");
    answer.content_type = reply->Header("content-type");
    answer.request_id = reply->Header("x-request-id");
    answer.text = std::move(reply->body);
    if (answer.content_type.find("json") != std::string::npos &&
        answer.content_type.find("jsonl") == std::string::npos) {
        platform::DocumentLimits limits;
        limits.max_bytes = 64 * 1024 * 1024;
        limits.max_nodes = 5'000'000;
        limits.max_depth = 64;
        auto parsed = platform::ParseJson(answer.text, limits);
        if (parsed) {
            answer.body = std::move(*parsed);
        }
    }
    return answer;
}

Answer Session::SendOrFail(const std::string& method, const std::string& path, const std::string& body,
                           const CallOptions& options) {
    Answer answer = Send(method, path, body, options);
    if (answer.status < 200 || answer.status >= 300) {
        FailWith(answer);
    }
    if (!answer.body.is_object()) {
        FailAsStranger(answer.status);  // a login page says 200 too
    }
    return answer;
}

Answer Session::Get(const std::string& path, const QueryList& query) {
    CallOptions options;
    options.query = query;
    return SendOrFail("GET", path, "", options);
}

Answer Session::GetText(const std::string& path, const std::string& content_type, const QueryList& query) {
    CallOptions options;
    options.query = query;
    Answer answer = Send("GET", path, "", options);
    if (answer.status < 200 || answer.status >= 300) {
        FailWith(answer);
    }
    const std::string type(platform::Trim(answer.content_type.substr(0, answer.content_type.find(';'))));
    if (type != content_type || answer.request_id.empty()) {
        FailAsStranger(answer.status);
    }
    return answer;
}

std::optional<Answer> Session::Find(const std::string& path) {
    Answer answer = TryGet(path);
    if (answer.status == 404 && !ProblemCode(answer).empty()) {
        return std::nullopt;
    }
    if (answer.status != 200) {
        FailWith(answer);
    }
    if (!answer.body.is_object()) {
        FailAsStranger(answer.status);
    }
    return answer;
}

Answer Session::TryGet(const std::string& path, const QueryList& query) {
    CallOptions options;
    options.query = query;
    return Send("GET", path, "", options);
}

Answer Session::Post(const std::string& path, const Json& body, const CallOptions& options) {
    return SendOrFail("POST", path, body.dump(), options);
}

Answer Session::Put(const std::string& path, const Json& body, const CallOptions& options) {
    return SendOrFail("PUT", path, body.dump(), options);
}

Answer Session::Patch(const std::string& path, const Json& body, const CallOptions& options) {
    return SendOrFail("PATCH", path, body.dump(), options);
}

Answer Session::Delete(const std::string& path, const CallOptions& options) {
    return SendOrFail("DELETE", path, "", options);
}

Answer Session::PostText(const std::string& path, const std::string& text, const CallOptions& options) {
    return SendOrFail("POST", path, text, options);
}

Json Session::GetAll(const std::string& path, QueryList query) {
    query.emplace_back("limit", "500");
    Json items = Json::array();
    std::string cursor;
    for (;;) {
        QueryList page = query;
        if (!cursor.empty()) {
            page.emplace_back("cursor", cursor);
        }
        Answer answer = Get(path, page);
        if (!answer.body.is_object() || !answer.body.contains("items") || !answer.body["items"].is_array()) {
            throw Failure(kExitUnavailable, "the answer of " + path + " is no list",
                          "Is " + profile_.url + " really a controller?");
        }
        for (Json& item : answer.body["items"]) {
            items.push_back(std::move(item));
        }
        const auto next = answer.body.find("next");
        if (next == answer.body.end() || !next->is_string()) {
            return items;
        }
        if (*next == cursor || next->get_ref<const std::string&>().empty()) {
            FailAsStranger(answer.status);  // it would go on for ever
        }
        cursor = next->get<std::string>();
    }
}

}  // namespace cli
