#include "controller/http/exchange.hpp"

#include <algorithm>
#include <charconv>

#include "controller/http/etag.hpp"
#include "controller/http/media_type.hpp"
#include "controller/wire/headers_json.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/httpc/client.hpp"

namespace http {
namespace {

constexpr int kMostItems = 500;
constexpr std::size_t kLongestKey = 200;

Problem BadRequest(std::string detail) {
    return {400, "input.malformed", std::move(detail), {}, {}, {}};
}

std::string KeyOf(const platform::HttpRequest& request) {
    const std::string_view key = request.Header("idempotency-key");
    const bool printable = std::ranges::all_of(key, [](char c) { return c > 0x20 && c < 0x7F; });
    if (key.size() > kLongestKey || !printable) {
        throw Rejection(BadRequest("The Idempotency-Key must be 1 to 200 printable ASCII characters without spaces."));
    }
    return std::string(key);
}

/// What makes two requests the same one: method, path, query and body. The caller is part of the key.
std::string HashOf(const platform::HttpRequest& request) {
    platform::Sha256Stream hash;
    const auto add = [&](std::string_view part) { hash.Update(std::to_string(part.size()) + ":" + std::string(part)); };
    add(request.method);
    add(request.path);
    for (const auto& [name, value] : request.query) {
        add(name);
        add(value);
    }
    add(request.Header("if-match"));
    add(request.body);
    return hash.FinishHex();
}

platform::HttpResponse Success(int status, const Answer& answer) {
    platform::HttpResponse response{status, {}, answer.content.text};
    response.headers.emplace_back("Content-Type", answer.content.media_type);
    response.headers.emplace_back("ETag", MakeEtag(answer.version, answer.content.text));
    if (!answer.location.empty()) {
        response.headers.emplace_back("Location", answer.location);
    }
    if (!answer.content.file_name.empty()) {
        response.headers.emplace_back("Content-Disposition",
                                      "attachment; filename=\"" + answer.content.file_name + "\"");
    }
    return response;
}

std::optional<std::int64_t> ReadWholeNumber(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(value)
                                                                                     : std::nullopt;
}

}  // namespace

Exchange::Exchange(const platform::HttpRequest& request, const RouteMatch& match, app::Services& services,
                   Gatekeeper& gatekeeper, std::string request_id)
    : request_(request),
      match_(match),
      services_(services),
      gatekeeper_(gatekeeper),
      request_id_(std::move(request_id)) {}

app::Credential Exchange::Credential() const {
    return gatekeeper_.ReadCredential(*this);
}

void Exchange::Admit(std::optional<store::Caller> caller) {
    gatekeeper_.Admit(*this, std::move(caller));
}

void Exchange::AdmitAtOnce(std::optional<store::Caller> caller) {
    gatekeeper_.AdmitAtOnce(*this, std::move(caller));
}

std::string Exchange::IdempotencyKey() const {
    return KeyOf(request_);
}

std::string Exchange::RequestHash() const {
    return HashOf(request_);
}

platform::HttpResponse Exchange::SuccessWith(int status, const Answer& answer) {
    return Success(status, answer);
}

app::StorableAnswer Exchange::Storable(const platform::HttpResponse& response) {
    return {response.status, wire::EncodeHeaders(response.headers), response.body};
}

std::int64_t Exchange::Number(std::string_view parameter, std::string_view what) const {
    const auto number = ReadWholeNumber(match_.Parameter(parameter));
    if (!number || *number < 1) {
        RejectUnknown(what, match_.Parameter(parameter));
    }
    return *number;
}

wire::Document Exchange::ParseBody() const {
    if (request_.body.empty() && Row().body.kind == BodyKind::kOptionalJson) {
        return std::move(*wire::Document::Parse("{}", wire::BodyFormat::kJson, 2));
    }
    const bool yaml = ReadMediaType(request_.Header("content-type")) == MediaType::kYaml;
    auto document = wire::Document::Parse(request_.body, yaml ? wire::BodyFormat::kYaml : wire::BodyFormat::kJson,
                                          Row().body.limit);
    if (!document) {
        Problem problem = BadRequest(yaml ? "The body is not a YAML document that is accepted here."
                                          : "The body is not a JSON document that is accepted here.");
        problem.errors = std::move(document.error());
        throw Rejection(std::move(problem));
    }
    return std::move(*document);
}

std::optional<std::string> Exchange::QueryText(std::string_view name, std::size_t max) const {
    auto text = request_.Query(name);
    if (text && (text->empty() || text->size() > max)) {
        RejectQuery(name, "must have 1 to " + std::to_string(max) + " bytes");
    }
    return text;
}

std::optional<bool> Exchange::QueryFlag(std::string_view name) const {
    const auto text = request_.Query(name);
    if (!text) {
        return std::nullopt;
    }
    if (*text != "true" && *text != "false") {
        RejectQuery(name, "must be true or false, not '" + *text + "'");
    }
    return *text == "true";
}

std::optional<platform::Time> Exchange::QueryInstant(std::string_view name) const {
    const auto text = request_.Query(name);
    const auto time = text ? platform::ParseTime(*text) : std::nullopt;
    if (text && !time) {
        RejectQuery(name, "must be an RFC 3339 time such as 2025-01-14T09:00:00Z, not '" + *text + "'");
    }
    return time;
}

std::optional<std::int64_t> Exchange::QueryNumber(std::string_view name, std::int64_t min, std::int64_t max) const {
    const auto text = request_.Query(name);
    if (!text) {
        return std::nullopt;
    }
    const auto number = ReadWholeNumber(*text);
    if (!number || *number < min || *number > max) {
        RejectQuery(name, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max) +
                              ", not '" + *text + "'");
    }
    return number;
}

app::PageQuery Exchange::Page() const {
    app::PageQuery page;
    page.limit = static_cast<int>(QueryNumber("limit", 1, kMostItems).value_or(page.limit));
    if (const auto cursor = request_.Query("cursor")) {
        auto key = DecodeCursor(*cursor);
        if (!key) {
            RejectQuery("cursor", "is not a cursor of this server: take it from the field 'next' of the page before");
        }
        page.after = std::move(*key);
    }
    return page;
}

std::int64_t Exchange::ExpectedVersion() const {
    const auto version = VersionOfEtag(request_.Header("if-match"));
    if (!version) {
        throw Rejection(BadRequest("If-Match must hold the ETag of the resource as you read it, such as \"7\"."));
    }
    return *version;
}

void Exchange::RejectQuery(std::string_view name, std::string message) const {
    throw Rejection(BadRequest("The query parameter '" + std::string(name) + "' " + std::move(message) + "."));
}

void Exchange::RejectInvalid(platform::FieldErrors errors) {
    throw Rejection(
        {422, "input.invalid", "The body does not hold: see each of the errors.", {}, std::move(errors), {}});
}

void Exchange::RejectUnknown(std::string_view what, std::string_view id) {
    throw Rejection({404,
                     "not_found.resource",
                     "There is no " + std::string(what) + " " + platform::QuoteForMessage(id) + ".",
                     {},
                     {},
                     {}});
}

platform::HttpResponse Exchange::Respond(const Answer& answer) const {
    platform::HttpResponse response = Success(Row().answer.status, answer);
    const std::string_view known = request_.Header("if-none-match");
    if (!known.empty() && !Mutates(Row().kind)) {
        const std::string etag = response.headers[1].second;
        if (MatchesEtag(known, etag)) {
            return {304, {{"ETag", etag}}, {}};
        }
    }
    return response;
}

platform::HttpResponse Exchange::Refuse(app::Refusal refusal) const {
    return ProblemResponse(ToProblem(std::move(refusal)), request_.path, request_id_);
}

platform::HttpResponse Exchange::RunRead(const Script& script) const {
    auto outcome = services_.database.Read([&](store::Tx& tx) { return script(tx); });
    return outcome ? Respond(*outcome) : Refuse(std::move(outcome.error()));
}

platform::HttpResponse Exchange::RunList(const Script& script, const std::optional<std::string>& next) const {
    platform::HttpResponse response = RunRead(script);
    if (next && response.status == 200) {
        std::string link = "<" + request_.path + "?cursor=" + *next;
        for (const auto& [name, value] : request_.query) {
            if (name != "cursor") {
                link += "&" + name + "=" + platform::PercentEncode(value);
            }
        }
        response.headers.emplace_back("Link", link + ">; rel=\"next\"");
    }
    return response;
}

platform::HttpResponse Exchange::RunMutation(const Script& script) const {
    const std::string key = KeyOf(request_);
    platform::HttpResponse response;
    const auto answer_once = [&](store::Tx& tx) {
        auto outcome = script(tx);
        const std::optional<std::string> replay = outcome ? outcome->replay : std::nullopt;
        response = outcome ? Success(Row().answer.status, *outcome) : Refuse(std::move(outcome.error()));
        app::StorableAnswer stored{response.status, {}, {}};
        if (!key.empty()) {
            stored.headers_json = wire::EncodeHeaders(response.headers);
            stored.body = replay.value_or(response.body);
        }
        return stored;
    };
    const app::OnceResult once = app::RunOnce(services_.database, call_.actor.id, key,
                                              key.empty() ? std::string() : HashOf(request_), answer_once);
    if (once.key_clash) {
        return Refuse({app::RefusalKind::kExists,
                       "conflict.idempotency",
                       "The Idempotency-Key '" + key +
                           "' was used for another request within the last day. Use a new "
                           "key for a new request.",
                       {},
                       {}});
    }
    if (once.replay) {
        response = {once.replay->status, wire::DecodeHeaders(once.replay->headers_json), once.replay->body};
        response.headers.emplace_back("Idempotency-Replayed", "true");
    }
    return response;
}

}  // namespace http
