#include "controller/web/console.hpp"

#include <algorithm>
#include <stdexcept>

#include "controller/app/record_refused_access.hpp"
#include "controller/app/refusals.hpp"
#include "controller/http/problem.hpp"
#include "controller/policy/catalogue.hpp"
#include "controller/web/assets.hpp"
#include "controller/web/cookies.hpp"
#include "controller/web/live.hpp"
#include "controller/web/once.hpp"
#include "controller/web/parts.hpp"
#include "platform/base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace web {
namespace {

using platform::HttpRequest;
using platform::HttpResponse;

constexpr std::string_view kSignInPath = "/console/sign-in";
constexpr std::string_view kSignOutPath = "/console/sign-out";
constexpr std::string_view kLivePath = "/console/live";

constexpr std::string_view kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

std::string_view BelowHome(std::string_view path) {
    std::string_view below = path.substr(kHome.size());
    while (below.ends_with('/')) {
        below.remove_suffix(1);
    }
    return below;
}

bool Fits(std::string_view pattern, std::string_view path,
          std::vector<std::pair<std::string_view, std::string>>& parameters) {
    const auto wanted = platform::Split(pattern, '/');
    const auto given = platform::Split(path, '/');
    if (wanted.size() != given.size()) {
        return false;
    }
    parameters.clear();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i].starts_with('{')) {
            if (given[i].empty()) {
                return false;
            }
            parameters.emplace_back(wanted[i].substr(1, wanted[i].size() - 2), given[i]);
        } else if (wanted[i] != given[i]) {
            return false;
        }
    }
    return true;
}

app::Refusal MissingRole(const Visit& visit, policy::Permission permission) {
    return {app::RefusalKind::kForbidden, "auth.role_missing", visit.WhoMay(permission), {}, {}};
}

app::Refusal ForeignForm() {
    return {app::RefusalKind::kForbidden,
            "auth.foreign_form",
            "This form does not come from this session, so nothing was done. Everything you typed is still there: look "
            "through it and send it again.",
            {},
            {}};
}

Reply PlainNotice(int status, std::string_view title, std::string_view text) {
    Document document("notice_plain");
    document.Root().SetGlobal("ASSETS", AssetsPath());
    document.Root().Set("TITLE", title);
    document.Root().Set("TEXT", text);
    Reply reply;
    reply.status = status;
    reply.body = document.Render();
    return reply;
}

}  // namespace

bool IsConsolePath(std::string_view path) {
    return path == kHome || path.starts_with(std::string(kHome) + "/");
}

int StatusOf(app::RefusalKind kind) {
    return http::ToProblem(app::Refusal{kind, "", "", {}, {}}).status;
}

HttpResponse ToResponse(const HttpRequest& request, Reply reply) {
    HttpResponse response;
    response.status = reply.status;
    response.headers = {{"Content-Security-Policy", std::string(kContentPolicy)},
                        {"Cross-Origin-Opener-Policy", "same-origin"},
                        {"Cross-Origin-Resource-Policy", "same-origin"},
                        {"Referrer-Policy", "same-origin"},
                        {"X-Content-Type-Options", "nosniff"},
                        {"Cache-Control", "no-store"}};
    bool said = false;
    for (auto& [name, value] : reply.headers) {
        if (name == kFlashHeader) {
            response.headers.emplace_back("Set-Cookie", WriteFlashCookie(request, value));
            said = true;
        } else {
            response.headers.emplace_back(name, std::move(value));
        }
    }
    if (!said && reply.status != 303 && !ReadFlashCookie(request).empty()) {
        response.headers.emplace_back("Set-Cookie", WriteFlashCookie(request, ""));
    }
    if (reply.status != 303) {
        response.headers.emplace_back("Content-Type", reply.media_type);
        response.body = std::move(reply.body);
    }
    return response;
}

HttpResponse Redirect(const HttpRequest& request, std::string_view path) {
    Reply reply;
    reply.status = 303;
    reply.headers.emplace_back("Location", path);
    return ToResponse(request, std::move(reply));
}

Console::Console(app::Services& services, ConsoleOptions options, Live* live)
    : services_(services), options_(std::move(options)), live_(live), failures_(options_.failures_per_peer) {}

bool Console::Owns(const HttpRequest& request) {
    return request.path == "/" ? request.Header("accept").find("text/html") != std::string_view::npos
                               : IsConsolePath(request.path);
}

bool Console::IsUrgent(const HttpRequest& request) {
    if (request.method != "POST" || !IsConsolePath(request.path)) {
        return false;
    }
    const Match match = FindRoute(Verb::kPost, BelowHome(request.path));
    return match.route != nullptr && match.route->urgent;
}

HttpResponse Console::Handle(const HttpRequest& request) {
    const platform::Stopwatch stopwatch;
    const std::string request_id = http::RequestIdOf(request);
    Told told;
    HttpResponse response;
    if (IsAssetPath(request.path) && (request.method == "GET" || request.method == "HEAD")) {
        told.route = NameOf(OwnRoute::kAsset);
        response = DeliverAsset(request);
    } else {
        response = Guarded(request, request_id, told);
        response.headers.emplace_back("X-Request-Id", request_id);
    }
    if (options_.on_answer) {
        options_.on_answer({request.method, told.route.pattern, told.route.method, told.route.index, response.status,
                            stopwatch.Elapsed(), told.principal, request_id, request.peer});
    }
    return response;
}

HttpResponse Console::Guarded(const HttpRequest& request, const std::string& request_id, Told& told) {
    const auto fail = [&](http::FailureKind kind, std::string_view text) {
        if (options_.on_failure) {
            options_.on_failure(kind, request_id, text);
        }
    };
    try {
        return Answer(request, request_id, told);
    } catch (const store::Unavailable& lost) {
        fail(http::FailureKind::kUnavailable, lost.what());
        Reply notice =
            PlainNotice(503, "The database cannot be used at the moment",
                        "Nothing was decided and nothing was changed. Try again in a moment. A kill does not "
                        "need the database: give it from the command line, 'portcullis kill'.");
        notice.headers.emplace_back("Retry-After", "2");
        return ToResponse(request, std::move(notice));
    } catch (const std::exception& fault) {
        fail(http::FailureKind::kFault, fault.what());
    } catch (...) {
        fail(http::FailureKind::kFault, "an exception of an unknown type");  // Reported
    }
    return ToResponse(request, PlainNotice(500, "Something is wrong with the server",
                                           "Its operators find the cause under this request's id: " + request_id));
}

Console::Match Console::FindRoute(Verb verb, std::string_view path) {
    Match match;
    for (const auto& area : AllRoutes()) {
        for (const Route& route : area) {
            std::vector<std::pair<std::string_view, std::string>> parameters;
            if (!Fits(route.pattern, path, parameters)) {
                continue;
            }
            match.known_path = true;
            // What is written out comes before what stands for anything.
            const bool better = match.route == nullptr || parameters.size() < match.parameters.size();
            if (route.verb == verb && better) {
                match.route = &route;
                match.parameters = std::move(parameters);
            }
        }
    }
    return match;
}

std::string Console::PageOf(const Match& action) {
    if (action.route == nullptr || action.route->page == nullptr) {
        return {};
    }
    for (const auto& area : AllRoutes()) {
        for (const Route& route : area) {
            if (route.verb != Verb::kGet || route.handler != action.route->page) {
                continue;
            }
            std::string path(kHome);
            for (const std::string_view segment : platform::Split(route.pattern, '/')) {
                const auto parameter = std::ranges::find_if(action.parameters, [&](const auto& each) {
                    return segment.starts_with('{') && segment.substr(1, segment.size() - 2) == each.first;
                });
                if (!segment.empty()) {
                    path += "/" + (parameter != action.parameters.end() ? PercentEncode(parameter->second)
                                                                        : std::string(segment));
                }
            }
            return path;
        }
    }
    return {};
}

std::optional<Console::Session> Console::FindSession(const HttpRequest& request) const {
    auto secret = ReadSessionCookie(request);
    auto visitor = secret ? app::FindConsoleVisitor(services_, *secret) : std::nullopt;
    if (!visitor) {
        return std::nullopt;
    }
    return Session{std::move(*secret), std::move(*visitor)};
}

VisitFacts Console::FactsOf(const HttpRequest& request, const std::string& request_id, const Session& session,
                            Match match) const {
    VisitFacts facts;
    facts.request = &request;
    facts.services = &services_;
    facts.page_path = PageOf(match);
    if (facts.page_path.empty()) {
        facts.page_path = request.path;
    }
    facts.parameters = std::move(match.parameters);
    facts.call = app::MakeCall(session.visitor.caller, request_id);
    facts.session = session.visitor.session.Text();
    facts.csrf = CsrfOf(session.secret);
    facts.request_id = request_id;
    facts.flash = ReadFlashCookie(request);
    facts.count_waiting = [this, request_id](const app::Call& call) {
        return waiting_.Count(services_, call, [&](std::string_view text) {
            if (options_.on_failure) {
                options_.on_failure(http::FailureKind::kFault, request_id, text);
            }
        });
    };
    return facts;
}

HttpResponse Console::Answer(const HttpRequest& request, const std::string& request_id, Told& told) {
    const bool reads = request.method == "GET" || request.method == "HEAD";
    if (request.path == "/" && reads) {
        told.route = NameOf(OwnRoute::kRoot);
        return Redirect(request, kHome);
    }
    if (!reads && request.method != "POST") {
        Reply reply = PlainNotice(405, "That is not how the console is used", "It knows GET and POST.");
        reply.headers.emplace_back("Allow", "GET, HEAD, POST");
        return ToResponse(request, std::move(reply));
    }
    if (request.path == kSignInPath) {
        told.route = NameOf(reads ? OwnRoute::kShowSignIn : OwnRoute::kSignIn);
        return reads ? ShowSignIn(request, 200, Form({{"to", request.Query("to").value_or("")}}), "")
                     : SignIn(request, request_id);
    }
    if (request.path == kSignOutPath && !reads) {
        told.route = NameOf(OwnRoute::kSignOut);
        return SignOut(request, request_id);
    }
    auto session = FindSession(request);
    if (request.path == kLivePath) {
        told.route = NameOf(OwnRoute::kLive);
        return live_ != nullptr && session
                   ? live_->Open(request, session->visitor)
                   : ToResponse(request, PlainNotice(401, "Sign in first", "The session is over."));
    }
    Match match = FindRoute(reads ? Verb::kGet : Verb::kPost, BelowHome(request.path));
    told.route = NameOf(match.route);
    if (reads) {
        if (!session && request.Header("hx-request") == "true") {
            Reply reply = PlainNotice(401, "Sign in again", "The session is over.");
            reply.headers.emplace_back("HX-Refresh", "true");
            return ToResponse(request, std::move(reply));
        }
        if (!session && request.Header("sec-fetch-site") == "cross-site") {
            // A link in a mail: the browser keeps the session's cookie back from what comes from elsewhere, and sends
            // it with what this page asks for.
            Reply reply = PlainNotice(200, "One moment", "The page is on its way.");
            reply.headers.emplace_back("Refresh", "0");
            return ToResponse(request, std::move(reply));
        }
        if (!session) {
            std::string here = request.path;
            for (const auto& [name, value] : request.query) {
                here.append(here.size() == request.path.size() ? "?" : "&").append(PercentEncode(name));
                here.append("=").append(PercentEncode(value));
            }
            return Redirect(request, here == kHome ? std::string(kSignInPath)
                                                   : std::string(kSignInPath) + "?to=" + PercentEncode(here));
        }
        told.principal = session->visitor.caller.principal.Text();
        return RunPage(request, request_id, *session, std::move(match));
    }
    auto typed = Form::Parse(request.body);
    if (!typed) {
        return ToResponse(request, PlainNotice(400, "The form cannot be read", typed.error()));
    }
    if (!session) {
        return ShowSignIn(request, 401,
                          Form({{"carried", typed->EncodeWithoutSecrets()}, {"carried_to", request.path}}),
                          "Your session is over. Sign in and go on: what you typed is kept.");
    }
    told.principal = session->visitor.caller.principal.Text();
    return RunAction(request, request_id, *session, std::move(match), std::move(*typed));
}

HttpResponse Console::RunPage(const HttpRequest& request, const std::string& request_id, const Session& session,
                              Match match) {
    const Route* route = match.route;
    if (route == nullptr && match.known_path) {
        // The address that a refused form leaves behind in the browser.
        const std::string page = PageOf(FindRoute(Verb::kPost, BelowHome(request.path)));
        if (!page.empty()) {
            return Redirect(request, page);
        }
    }
    VisitFacts facts = FactsOf(request, request_id, session, std::move(match));
    if (route == nullptr) {
        return ShowRefusal(request, std::move(facts), app::NotFound("page", request.path));
    }
    Visit visit(facts);
    try {
        if (!visit.May(route->permission)) {
            return ShowRefusal(request, std::move(facts),
                               app::RecordRefusedAccess(services_, visit.Caller(), {.action = "access.refused"},
                                                        MissingRole(visit, route->permission)));
        }
        return ToResponse(request, route->handler(visit));
    } catch (const RefusedVisit& refused) {
        return ShowRefusal(request, std::move(facts), refused.Why());
    }
}

HttpResponse Console::RunAction(const HttpRequest& request, const std::string& request_id, const Session& session,
                                Match match, Form typed) {
    const Route* route = match.route;
    VisitFacts facts = FactsOf(request, request_id, session, std::move(match));
    if (route == nullptr) {
        return ShowRefusal(request, std::move(facts), app::NotFound("page", request.path));
    }
    const bool ours = IsOwnOrigin(request) && platform::ConstantTimeEqual(typed.Text("csrf"), facts.csrf);
    facts.typed = typed;
    app::Refusal refusal;
    try {
        Visit visit(facts);
        if (!ours) {
            throw RefusedVisit(ForeignForm());
        }
        if (!visit.May(route->permission)) {
            throw RefusedVisit(app::RecordRefusedAccess(services_, visit.Caller(), {.action = "access.refused"},
                                                        MissingRole(visit, route->permission)));
        }
        try {
            Reply reply = route->handler(visit);
            RememberAnswer(visit, reply);
            return ToResponse(request, std::move(reply));
        } catch (const RepeatedVisit& repeated) {
            return ToResponse(request, repeated.GoOn(visit));
        }
    } catch (const RefusedVisit& refused) {
        refusal = refused.Why();
    } catch (const store::RuleViolation& violation) {
        policy::Finding finding;
        if (const policy::Rule* rule = policy::FindRule(violation.Rule())) {
            finding.rule = rule->id;
            finding.hard_stop = rule->hard_stop;
            finding.message = violation.what();  // written for people: the triggers' own words
            finding.remedy = "See the rule: " + std::string(rule->title);
        }
        refusal = {app::RefusalKind::kDenied,
                   "rules.denied",
                   "The database refused this by itself, because a rule forbids it.",
                   finding.rule.empty() ? policy::Findings() : policy::Findings{finding},
                   {}};
        refusal = app::RecordRefusedAccess(services_, facts.call, {.action = "operation.refused"}, refusal);
    } catch (const store::Conflict&) {
        refusal = {app::RefusalKind::kExists,
                   "conflict.state",
                   "It exists already, or somebody else changed it at the same moment. Look again.",
                   {},
                   {}};
    }
    if (route->page == nullptr) {
        return ShowRefusal(request, std::move(facts), refusal);
    }
    Visit visit(facts);
    try {
        visit.ShowTyped(route->form, std::move(typed), &refusal);
        visit.SetStatus(StatusOf(refusal.kind));
        return ToResponse(request, route->page(visit));
    } catch (const RefusedVisit&) {
        return ShowRefusal(request, std::move(facts), refusal);  // the page itself cannot be shown any more
    }
}

HttpResponse Console::ShowRefusal(const HttpRequest& request, VisitFacts facts, const app::Refusal& refusal) const {
    Visit visit(std::move(facts));
    const bool missing = refusal.kind == app::RefusalKind::kNotFound;
    const bool forbidden = refusal.kind == app::RefusalKind::kForbidden;
    Slots page = visit.Page("notice", {.title = missing ? "Not found" : forbidden ? "Not allowed" : "Refused"});
    page.Set("TITLE", missing ? "Not found" : forbidden ? "Not allowed" : "Refused");
    const bool looked = request.method == "GET";
    PutRefusal(page, "REFUSAL", refusal, request.path, looked ? "This cannot be shown" : "Nothing was changed");
    visit.SetStatus(StatusOf(refusal.kind));
    return ToResponse(request, visit.Show());
}

}  // namespace web
