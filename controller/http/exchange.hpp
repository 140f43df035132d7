// One request being answered, as its handler sees it: readers for what was sent, and three ways to answer.
//
//     HttpResponse ChangeTenant(Exchange& exchange) {
//         const auto id = exchange.Id<policy::TenantId>("tenant", "tenant");
//         const auto version = exchange.ExpectedVersion();
//         const auto command = exchange.Decode(wire::DecodeChangeTenant);
//         return exchange.Mutate(
//             [&](store::Tx& tx) { return app::ChangeTenant(tx, exchange.Caller(), id, version, command); },
//             wire::EncodeTenant);
//     }
//
// The readers throw Rejection, so a handler has one straight line. The script given to Read, List and Mutate runs
// inside one transaction and may run again; the answer is encoded inside that transaction too, so that what is stored
// under an idempotency key is exactly what was sent. The status of success is the one the route's row promises.
// One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "controller/app/authenticate.hpp"
#include "controller/app/call.hpp"
#include "controller/app/idempotency.hpp"
#include "controller/app/page.hpp"
#include "controller/app/services.hpp"
#include "controller/http/cursor.hpp"
#include "controller/http/gatekeeper.hpp"
#include "controller/http/problem.hpp"
#include "controller/http/rate_limiter.hpp"
#include "controller/http/router.hpp"
#include "controller/wire/document.hpp"
#include "platform/base/enum_text.hpp"
#include "platform/base/time.hpp"

namespace http {

/// A body that is not JSON, or not for the default name.
struct Content {
    std::string text;
    std::string media_type = "application/json";
    std::string file_name = {};  // offered to whoever saves it
};

/// An operation's success before it is a response.
struct Answer {
    Content content;
    std::optional<std::int64_t> version = {};  // of the resource, for the ETag
    std::string location = {};                 // of what was created
    std::optional<std::string> replay = {};    // the body for replays, when the first one holds a secret
};

class Exchange {
public:
    Exchange(const platform::HttpRequest& request, const RouteMatch& match, app::Services& services,
             Gatekeeper& gatekeeper, std::string request_id);

    const platform::HttpRequest& Request() const {
        return request_;
    }
    bool Found() const {
        return match_.route != nullptr;
    }
    /// When Found. The handler's exchange always is.
    const Route& Row() const {
        return *match_.route;
    }
    std::string_view AllowedMethods() const {
        return match_.allowed;
    }
    app::Services& Services() const {
        return services_;
    }
    const std::string& RequestId() const {
        return request_id_;
    }
    /// Who calls. Known from the start of the handler, but for routes with Access::kTokenInRead and kOpen.
    const app::Call& Caller() const {
        return call_;
    }
    bool HasCaller() const {
        return !call_.actor.id.Empty();
    }
    void SetCaller(app::Call call) {
        call_ = std::move(call);
    }

    // For routes with Access::kTokenInRead: look the caller up by Credential() within the handler's own read, then
    // Admit it before anything of what was read is used.
    app::Credential Credential() const;
    void Admit(std::optional<store::Caller> caller);
    void AdmitAtOnce(std::optional<store::Caller> caller);

    void SetRate(const RateDecision& decision, const RateLimit& limit) {
        rate_ = {decision, limit};
    }
    const std::optional<std::pair<RateDecision, RateLimit>>& Rate() const {
        return rate_;
    }

    std::optional<std::string_view> FindParameter(std::string_view name) const {
        return match_.FindParameter(name);
    }

    // --- What was sent -----------------------------------------------------------------------------------------

    /// The id in the path. Text that is no id names nothing: 404, with `what` in its message.
    template <typename IdType>
    IdType Id(std::string_view parameter, std::string_view what) const {
        auto id = IdType::Parse(match_.Parameter(parameter));
        if (!id) {
            RejectUnknown(what, match_.Parameter(parameter));
        }
        return std::move(*id);
    }
    /// A positive number in the path; anything else names nothing.
    std::int64_t Number(std::string_view parameter, std::string_view what) const;
    /// A path parameter that is one of an enum's texts; anything else names nothing.
    template <typename E>
    E PathEnum(std::string_view parameter, std::string_view what) const {
        const auto value = platform::ParseEnum<E>(match_.Parameter(parameter));
        if (!value) {
            RejectUnknown(what, match_.Parameter(parameter));
        }
        return *value;
    }

    /// The body through a decoder of controller/wire: 400 when it is no document, 422 with all errors when it is not
    /// the right one.
    template <typename T>
    T Decode(wire::Decoded<T> (*decoder)(const wire::Document&)) const {
        auto decoded = decoder(ParseBody());
        if (!decoded) {
            RejectInvalid(std::move(decoded.error()));
        }
        return std::move(*decoded);
    }
    wire::Document ParseBody() const;

    std::optional<std::string> QueryText(std::string_view name, std::size_t max = 200) const;
    std::optional<bool> QueryFlag(std::string_view name) const;
    std::optional<platform::Time> QueryInstant(std::string_view name) const;
    std::optional<std::int64_t> QueryNumber(std::string_view name, std::int64_t min, std::int64_t max) const;
    template <typename E>
    std::optional<E> QueryEnum(std::string_view name) const {
        const auto text = QueryText(name);
        if (!text) {
            return std::nullopt;
        }
        const auto value = platform::ParseEnum<E>(*text);
        if (!value) {
            RejectQuery(name, "must be one of " + platform::EnumChoices<E>() + ", not '" + *text + "'");
        }
        return value;
    }
    template <typename IdType>
    std::optional<IdType> QueryId(std::string_view name) const {
        const auto text = QueryText(name);
        auto id = text ? IdType::Parse(*text) : std::nullopt;
        if (text && !id) {
            RejectQuery(name, "is not an id: '" + *text + "'");
        }
        return id;
    }
    app::PageQuery Page() const;
    /// Empty when there is none.
    std::string IdempotencyKey() const;
    /// The same for two requests that are the same one.
    std::string RequestHash() const;
    /// The version that If-Match names. The middleware has answered 428 when there is none.
    std::int64_t ExpectedVersion() const;

    [[noreturn]] void RejectQuery(std::string_view name, std::string message) const;
    [[noreturn]] static void RejectInvalid(platform::FieldErrors errors);
    [[noreturn]] static void RejectUnknown(std::string_view what, std::string_view id);

    // --- Answers -----------------------------------------------------------------------------------------------

    /// `script(tx)` gives app::Outcome<View>; `encode(view)` gives text or Content.
    template <typename Script, typename Encode>
    platform::HttpResponse Read(Script&& script, Encode&& encode) const {
        return RunRead([&](store::Tx& tx) { return Encoded(script(tx), encode, nullptr); });
    }

    /// `script(tx, page)` gives app::Outcome<app::Page<View>>.
    template <typename Script, typename Encode>
    platform::HttpResponse List(Script&& script, Encode&& encode) const {
        const app::PageQuery query = Page();
        std::optional<std::string> next;
        return RunList(
            [&](store::Tx& tx) -> app::Outcome<Answer> {
                auto page = script(tx, query);
                if (!page) {
                    return app::Refused(std::move(page.error()));
                }
                std::string body = "{\"items\":[";
                for (const auto& row : page->rows) {
                    body.append(body.back() == '[' ? "" : ",").append(encode(row));
                }
                body += "]";
                next = page->next ? std::optional(EncodeCursor(*page->next)) : std::nullopt;
                if (next) {
                    body.append(",\"next\":\"").append(*next).append("\"");
                }
                return Answer{Content{body + "}"}};
            },
            next);
    }

    /// `path_of(view)` gives the Location of what was created.
    template <typename Script, typename Encode, typename PathOf = std::nullptr_t>
    platform::HttpResponse Mutate(Script&& script, Encode&& encode, PathOf path_of = nullptr) const {
        return RunMutation([&](store::Tx& tx) { return Encoded(script(tx), encode, path_of); });
    }

    /// What cannot be said with the three above: `script(tx)` gives app::Outcome<Answer>.
    using Script = std::function<app::Outcome<Answer>(store::Tx&)>;
    platform::HttpResponse RunRead(const Script& script) const;
    platform::HttpResponse RunMutation(const Script& script) const;
    /// A success as it is sent, and as it is stored under an idempotency key.
    static platform::HttpResponse SuccessWith(int status, const Answer& answer);
    static app::StorableAnswer Storable(const platform::HttpResponse& response);
    /// A success that needs no transaction; honours If-None-Match.
    platform::HttpResponse Respond(const Answer& answer) const;
    platform::HttpResponse Refuse(app::Refusal refusal) const;

private:
    template <typename View, typename Encode, typename PathOf>
    static app::Outcome<Answer> Encoded(app::Outcome<View> outcome, Encode& encode, PathOf path_of) {
        if (!outcome) {
            return app::Refused(std::move(outcome.error()));
        }
        Answer answer;
        if constexpr (std::is_convertible_v<decltype(encode(*outcome)), std::string>) {
            answer.content.text = encode(*outcome);
        } else {
            answer.content = encode(*outcome);
        }
        if constexpr (requires { outcome->version; }) {
            answer.version = outcome->version;
        }
        if constexpr (!std::is_null_pointer_v<PathOf>) {
            answer.location = path_of(*outcome);
        }
        return answer;
    }

    platform::HttpResponse RunList(const Script& script, const std::optional<std::string>& next) const;

    const platform::HttpRequest& request_;
    const RouteMatch& match_;
    app::Services& services_;
    Gatekeeper& gatekeeper_;
    std::string request_id_;
    app::Call call_;
    std::optional<std::pair<RateDecision, RateLimit>> rate_;
};

}  // namespace http
