// The web console: every request below /console goes through Handle, whatever becomes of it.
//
// In order: files; signing in and out; the session (none: a page sends to the sign-in page, a form is kept and shown
// again behind it); where a form comes from; the route and the role it needs; the handler. What goes wrong becomes a
// page for people: internal text goes to `on_failure` only.
//
// Thread safe. Handle never throws.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "controller/app/console_sessions.hpp"
#include "controller/app/services.hpp"
#include "controller/http/api.hpp"
#include "controller/http/rate_limiter.hpp"
#include "controller/web/form.hpp"
#include "controller/web/forwarded.hpp"
#include "controller/web/route.hpp"
#include "controller/web/route_names.hpp"
#include "controller/web/visit.hpp"
#include "controller/web/waiting.hpp"
#include "platform/base/guess_guard.hpp"
#include "platform/httpd/server.hpp"

namespace web {

class Live;

struct ConsoleOptions {
    app::SessionLimits sessions;
    TrustedProxies trusted_proxies;  // whose X-Forwarded-For says from where somebody signs in
    http::RateLimit failures_per_peer{.per_second = 1, .burst = 20};  // sign-ins with a token that is not good
    std::function<void(const http::RequestRecord&)> on_answer;
    std::function<void(http::FailureKind kind, std::string_view request_id, std::string_view text)> on_failure;
};

class Console {
public:
    /// `live` null: pages do not tell of changes by themselves.
    Console(app::Services& services, ConsoleOptions options, Live* live = nullptr);

    /// Whether it is for the console: "/console" and what is below, and "/" for who wants to see a page.
    static bool Owns(const platform::HttpRequest& request);
    /// Whether it is handled however many others wait. Must not wait.
    static bool IsUrgent(const platform::HttpRequest& request);
    platform::HttpResponse Handle(const platform::HttpRequest& request);

private:
    struct Match {
        const Route* route = nullptr;
        std::vector<std::pair<std::string_view, std::string>> parameters;
        bool known_path = false;
    };
    /// Who visits, and by which secret.
    struct Session {
        std::string secret;
        store::ConsoleVisitor visitor;
    };

    static Match FindRoute(Verb verb, std::string_view path);
    /// What is told of a request when it was answered.
    struct Told {
        RouteName route = NameOf(OwnRoute::kUnknown);
        std::string principal;
    };
    platform::HttpResponse Guarded(const platform::HttpRequest& request, const std::string& request_id, Told& told);
    platform::HttpResponse Answer(const platform::HttpRequest& request, const std::string& request_id, Told& told);
    std::optional<Session> FindSession(const platform::HttpRequest& request) const;
    VisitFacts FactsOf(const platform::HttpRequest& request, const std::string& request_id, const Session& session,
                       Match match) const;
    platform::HttpResponse RunPage(const platform::HttpRequest& request, const std::string& request_id,
                                   const Session& session, Match match);
    platform::HttpResponse RunAction(const platform::HttpRequest& request, const std::string& request_id,
                                     const Session& session, Match match, Form typed);
    /// The address of the page that has the form of this action; empty when it has none.
    static std::string PageOf(const Match& action);
    /// A page that says why; for what has no form to show it beside.
    platform::HttpResponse ShowRefusal(const platform::HttpRequest& request, VisitFacts facts,
                                       const app::Refusal& refusal) const;

    platform::HttpResponse SignIn(const platform::HttpRequest& request, const std::string& request_id);
    platform::HttpResponse SignOut(const platform::HttpRequest& request, const std::string& request_id);
    std::optional<store::Caller> FindSigningIn(const platform::HttpRequest& request, const std::string& request_id,
                                               const Form& typed, std::string& complaint);
    /// `carried`: a form that was sent without a session, to go on with afterwards.
    platform::HttpResponse ShowSignIn(const platform::HttpRequest& request, int status, const Form& typed,
                                      std::string_view complaint) const;
    platform::HttpResponse ResumeForm(const platform::HttpRequest& request, const std::string& request_id,
                                      const Session& session, const Form& typed);

    app::Services& services_;
    ConsoleOptions options_;
    Live* live_;
    platform::GuessGuard guesses_;
    http::RateLimiter failures_;
    mutable WaitingCounts waiting_;
};

/// The page as the browser gets it, with every header that protects it.
platform::HttpResponse ToResponse(const platform::HttpRequest& request, Reply reply);
platform::HttpResponse Redirect(const platform::HttpRequest& request, std::string_view path);
bool IsConsolePath(std::string_view path);
int StatusOf(app::RefusalKind kind);

}  // namespace web
